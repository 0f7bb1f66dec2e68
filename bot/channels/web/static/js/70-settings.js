// Size of the text, contrast, and whether the notice was read: classes on <html>, kept in a cookie, because an
// embedded page has no other storage. ?size=big|huge in the address sets the size, too.

const SIZES = ['big', 'huge'];
const settings = { size: '', contrast: false, noticed: false };

function readSettings() {
  const found = /(?:^|; )zr_ui=([a-z.]*)/.exec(document.cookie);
  const words = found ? found[1].split('.') : [];
  const asked = /[?&]size=(big|huge)\b/.exec(location.search);
  settings.size = asked ? asked[1] : SIZES.filter(size => words.indexOf(size) >= 0)[0] || '';
  settings.contrast = words.indexOf('contrast') >= 0;
  settings.noticed = words.indexOf('noticed') >= 0;
}

function keepSettings() {
  const words = [settings.size, settings.contrast && 'contrast', settings.noticed && 'noticed'].filter(Boolean);
  try {
    document.cookie = 'zr_ui=' + words.join('.') + '; Path=/; Max-Age=31536000; Secure; SameSite=None; Partitioned';
  } catch (error) {
    // a browser that keeps nothing: the choice holds until the page is left
  }
}

function applySettings() {
  const root = document.documentElement.classList;
  SIZES.forEach(size => root.toggle(size, size === settings.size));
  root.toggle('contrast', settings.contrast);
  byId('sizes').querySelectorAll('button').forEach(button => {
    button.setAttribute('aria-pressed', String(button.getAttribute('data-size') === settings.size));
  });
  byId('contrast').setAttribute('aria-pressed', String(settings.contrast));
}

function changeSettings(change) {
  Object.assign(settings, change);
  applySettings();
  keepSettings();
  grow();
}

function watchSettings() {
  byId('sizes').addEventListener('click', event => {
    const button = event.target.closest('button');
    if (!button) return;
    changeSettings({ size: button.getAttribute('data-size') });
    // the choice just made outlives a reload of an address that asks for another
    const rest = location.search.replace(/([?&])size=\w*&?/, '$1').replace(/[?&]$/, '');
    if (rest !== location.search) history.replaceState(null, '', location.pathname + rest);
  });
  byId('contrast').addEventListener('click', () => changeSettings({ contrast: !settings.contrast }));
}
