// In another site's page: three short messages to it and one from it; never a word of the conversation.

const embedded = window.parent !== window && /[?&]embed=1\b/.test(location.search);
let hostOrigin = '';
let replies = 0;

function findHost() {
  const ancestors = location.ancestorOrigins;
  if (ancestors && ancestors.length) return ancestors[0];
  try {
    return new URL(document.referrer).origin;
  } catch (error) {
    return '';
  }
}

function toHost(message) {
  if (embedded && hostOrigin) window.parent.postMessage(message, hostOrigin);
}

function countReply() {
  replies++;
  toHost({ type: 'zr:unread', count: replies });
}

function watchFrame() {
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    if (closeSuggestions() || closePanel()) return;
    toHost({ type: 'zr:close' });
  });
  if (!embedded) return;
  document.documentElement.classList.add('embedded');
  const button = byId('close');
  button.hidden = false;
  button.addEventListener('click', () => {
    hush();
    toHost({ type: 'zr:close' });
  });
  window.addEventListener('message', event => {
    if (event.source !== window.parent || !event.data || event.data.type !== 'zr:open') return;
    // browsers that tell nothing about the host: its first word does
    if (!hostOrigin) {
      hostOrigin = event.origin;
      toHost({ type: 'zr:ready' });
    } else if (event.origin === hostOrigin) {
      focusFirst();
    }
  });
  hostOrigin = findHost();
  toHost({ type: 'zr:ready' });
}
