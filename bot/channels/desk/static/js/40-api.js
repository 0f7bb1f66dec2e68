// Requests of the desk: the cookie says who, the CSRF token that it is this page; never a caller's words in an address.

/** Milliseconds after which the server counts as down: somebody is waiting on the phone. */
const PATIENCE = 5000;
let csrf = '';

function randomId() {
  const bytes = new Uint8Array(12);
  crypto.getRandomValues(bytes);
  return Array.from(bytes).map(byte => ('0' + byte.toString(16)).slice(-2)).join('');
}

/** Resolves with {status, data}; status 0 means that no answer came in time. Never rejects. */
async function call(method, path, body, patience) {
  const headers = { Accept: 'application/json' };
  const options = { method: method, headers: headers, cache: 'no-store', credentials: 'same-origin' };
  const control = window.AbortController ? new AbortController() : null;
  if (csrf) headers['X-CSRF-Token'] = csrf;
  if (method === 'POST') {
    headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body || {});
  }
  if (control) options.signal = control.signal;
  const timer = setTimeout(() => { if (control) control.abort(); }, patience || PATIENCE);
  try {
    const response = await fetch(path, options);
    const json = (response.headers.get('Content-Type') || '').indexOf('application/json') === 0;
    return { status: response.status, data: json ? await response.json() : {} };
  } catch (error) {
    return { status: 0, data: {} };
  } finally {
    clearTimeout(timer);
  }
}

/** Inside the console: a session that has ended asks for the login again, and nothing typed is lost. */
async function desk(method, path, body, patience) {
  const answer = await call(method, '/desk/api/' + path, body, patience);
  if (answer.status === 401) showLogin(say('expired'));
  return answer;
}

async function copyText(text, told) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch (error) {
    done = copyByHand(text);
  }
  tell(done ? told : say('copy_failed'), done ? '' : 'alert');
  return done;
}

/** For browsers without the clipboard interface: outside https there is none. */
function copyByHand(text) {
  const had = document.activeElement, area = document.body.appendChild(make('textarea', 'unseen'));
  area.value = text;
  area.select();
  let done = false;
  try {
    done = document.execCommand('copy');
  } catch (error) {
    done = false;
  }
  document.body.removeChild(area);
  if (had && had.focus) had.focus();
  return done;
}
