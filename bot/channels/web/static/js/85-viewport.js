// Soft keyboards: the page is as high as what is left of the screen, and never stays scrolled away.

function fitViewport() {
  const view = window.visualViewport;
  const covered = view && view.scale < 1.05 && window.innerHeight - view.height > 80;
  document.body.style.height = covered ? view.height + 'px' : '';
  if (covered) window.scrollTo(0, 0);
}

function watchViewport() {
  if (window.visualViewport) window.visualViewport.addEventListener('resize', fitViewport);
  box.addEventListener('focus', () => setTimeout(() => {
    if (document.activeElement === box && box.scrollIntoView) box.scrollIntoView({ block: 'nearest' });
  }, 300));
  // WeChat on iOS leaves a blank strip where the keyboard was
  box.addEventListener('blur', () => setTimeout(() => window.scrollTo(0, 0), 100));
}
