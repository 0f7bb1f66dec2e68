// Requests: one session, its token in memory, server-sent events with a fall-back, and a watch for silence.

const API = '/chat/api/';
/** Milliseconds without a byte after which a connection counts as dead; the server's heart beats every 15 s. */
const SILENCE = 20000;
let token = '';
let conv = '';
let opening = null;

function makeWatch() {
  const control = window.AbortController ? new AbortController() : null;
  let timer = 0, giveUp = null;
  const silence = new Promise((resolve, reject) => {
    giveUp = () => {
      reject(new Error('silence'));
      if (control) control.abort();
    };
  });
  silence.catch(() => {});
  const watch = {
    signal: control ? control.signal : undefined,
    hear: () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, SILENCE);
    },
    race: promise => Promise.race([promise, silence]),
    end: () => clearTimeout(timer),
  };
  watch.hear();
  return watch;
}

/** Calls each(event) for every event in the pieces of text that it is fed. */
function makeEventReader(each) {
  let rest = '';
  return text => {
    rest = (rest + text).replace(/\r\n/g, '\n');
    const parts = rest.split('\n\n');
    rest = parts.pop();
    parts.forEach(part => {
      const data = part.split('\n').filter(line => line.indexOf('data:') === 0).map(line => line.slice(5)).join('\n');
      if (data) each(JSON.parse(data));
    });
  };
}

async function readEvents(response, watch, each) {
  const read = makeEventReader(each);
  if (!response.body || !response.body.getReader || !window.TextDecoder) {
    read(await watch.race(response.text()) + '\n\n');
    return;
  }
  const reader = response.body.getReader(), decoder = new TextDecoder();
  for (;;) {
    const piece = await watch.race(reader.read());
    if (piece.done) return;
    watch.hear();
    read(decoder.decode(piece.value, { stream: true }));
  }
}

/**
 * One request. Resolves with {status, wait, data, last}; with an `each` it asks for events and hands over every
 * message as it comes, `last` is then undefined where the stream ended early. Rejects when the network fails.
 */
async function call(method, path, body, each) {
  const headers = { Accept: each ? 'text/event-stream, application/json' : 'application/json' };
  if (token) headers.Authorization = 'Bearer ' + token;
  if (body) headers['Content-Type'] = 'application/json';
  const options = { method: method, headers: headers, cache: 'no-store', credentials: 'same-origin' };
  const watch = makeWatch();
  if (body) options.body = JSON.stringify(body);
  if (watch.signal) options.signal = watch.signal;
  try {
    const response = await watch.race(fetch(API + path, options));
    watch.hear();
    const answer = { status: response.status, wait: Number(response.headers.get('Retry-After')) || 0, data: {} };
    const type = response.headers.get('Content-Type') || '';
    if (type.indexOf('text/event-stream') === 0) {
      // what came before the line broke is good; what is missing is fetched by the caller
      await readEvents(response, watch, event => {
        if (event.type === 'message') each(event);
        else if (event.type === 'done') answer.last = event.last;
        else if (event.type === 'error') Object.assign(answer, { status: 503, data: event });
      }).catch(() => {});
    } else if (type.indexOf('application/json') === 0) {
      answer.data = await watch.race(response.json());
      answer.last = answer.data.last;
      if (each) (answer.data.messages || []).forEach(each);
    }
    return answer;
  } finally {
    watch.end();
  }
}

/** A session, opened once however many ask for it. Rejects, with the answer if any, where there is none to be had. */
function session() {
  if (!opening) {
    const end = () => { opening = null; };
    opening = call('POST', 'session', {}).then(answer => {
      if (answer.status !== 200) throw answer;
      token = answer.data.token;
      opened(answer.data);
      return answer;
    });
    opening.then(end, end);
  }
  return opening;
}

/** A request inside the session; one that has died is replaced once, unnoticed. `path` may be a function. */
async function inSession(method, path, body, each) {
  const place = () => (typeof path === 'function' ? path() : path);
  if (!token) await session();
  const used = token;
  const answer = await call(method, place(), body, each);
  if (answer.status !== 401) return answer;
  if (token === used) token = '';
  if (!token) await session();
  return call(method, place(), body, each);
}

/** Repeats harmless work after 1, 2, 4 s; waits where the server says so. The last answer, or null for none. */
async function persist(work) {
  const pauses = [1, 2, 4];
  for (let waits = 0; ;) {
    let answer = null;
    if (navigator.onLine !== false) {
      try {
        answer = await work();
      } catch (error) {
        answer = error && error.status ? error : null;
      }
    }
    if (answer && answer.status < 500 && answer.status !== 429) return answer;
    if (navigator.onLine === false) return answer;
    const busy = answer && answer.status === 429 && waits < 3;
    if (!busy && !pauses.length) return answer;
    if (busy) waits++;
    const pause = busy ? Math.min(answer.wait || 2, 60) : pauses.shift();
    tell((answer && answer.data.message) || say('unreachable'), 'alert');
    await new Promise(resolve => setTimeout(resolve, pause * 1000));
  }
}

function randomId() {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  return Array.from(bytes).map(byte => ('0' + byte.toString(16)).slice(-2)).join('');
}
