// The conversation: questions wait in one queue, every message is drawn once and in its place.

const log = byId('log');
/** Highest number below which nothing is missing, and the numbers drawn, of the conversation `conv`. */
let last = 0;
let seen = new Set();
/** What the person said, by cid: {cid, text, buttonId, node, tail, answers, era}. */
let turns = new Map();
let queue = Promise.resolve();
let inQueue = 0;
/** Counts restarts: what was begun before one is not drawn after it. */
let era = 0;
let newest = null;
let catching = null;

/** A session is open: a new conversation is numbered afresh, what is on the screen stays. */
function opened(data) {
  if (data.conv === conv) return;
  conv = data.conv;
  last = 0;
  seen = new Set();
  if (data.config && data.config.max_text) limitText(data.config.max_text);
  if (data.resumed && !turns.size) restore();
  else if (data.greeting && !turns.size) greet(data.greeting);
  if (!turns.size) showNotice(data.config);
}

/** The greeting's words are in the page already; its buttons are not. */
function greet(message) {
  const hello = byId('hello'), words = hello.querySelector('p');
  const text = (message.blocks && message.blocks[0] && message.blocks[0].c || []).filter(part => typeof part === 'string').join('');
  if (text && text !== words.textContent) words.textContent = text;
  putChoices(hello, message.buttons);
}

/** What was said before a reload, drawn without being read out. */
function restore() {
  log.setAttribute('aria-live', 'off');
  catchUp().catch(() => {}).then(() => {
    if (newest) scrollToTurn(newest, null);
    setTimeout(() => log.setAttribute('aria-live', 'polite'), 500);
  });
}

/** Say something: words, or a button's title with its id. */
function ask(text, buttonId) {
  hush();
  const turn = { cid: randomId(), text: text, buttonId: buttonId || '', node: drawOwn(text), answers: 0, era: era };
  turn.tail = turn.node;
  turns.set(turn.cid, turn);
  log.appendChild(turn.node);
  followed = true;
  newest = turn;
  log.scrollTop = log.scrollHeight;
  enqueue(turn);
}

function enqueue(turn) {
  turn.node.classList.add('pending');
  inQueue++;
  showWork();
  // whatever becomes of one question, the next has its turn
  queue = queue.then(() => run(turn)).catch(() => markFailed(turn)).then(() => {
    if (turn.era !== era) return;
    inQueue--;
    showWork();
  });
}

function showWork() {
  log.setAttribute('aria-busy', String(inQueue > 0));
  if (inQueue) tell(say(inQueue > 1 ? 'waiting' : 'working'), 'busy');
  else if (statusTone === 'busy') tell('');
}

async function run(turn) {
  if (turn.era !== era) return;
  const answer = await persist(() => post(turn));
  if (turn.era !== era) return;
  if (answer && answer.status === 200) {
    turn.node.classList.remove('pending');
    if (statusTone === 'alert') tell('');
  } else {
    markFailed(turn, answer && answer.data.message);
  }
}

async function post(turn) {
  const context = { turn: turn }, each = message => { if (turn.era === era) receive(message, context); };
  const said = () => (turn.buttonId ? { cid: turn.cid, button_id: turn.buttonId } : { cid: turn.cid, text: turn.text });
  let answer = await inSession('POST', 'messages', said(), each);
  if (answer.status === 409 && turn.buttonId) {
    turn.buttonId = '';
    answer = await inSession('POST', 'messages', said(), each);
  }
  if (answer.status !== 200 || turn.era !== era) return answer;
  if (answer.last === undefined || answer.last > last) await catchUp();
  // the stream broke before the turn was done: the same cid joins it
  if (!turn.answers) throw new Error('unanswered');
  return answer;
}

/** Draw a message unless it is there. `context.turn` is whose answers come now. */
function receive(message, context) {
  if (seen.has(message.seq)) return;
  seen.add(message.seq);
  while (seen.has(last + 1)) last++;
  if (message.from === 'user') {
    context.turn = turns.get(message.cid) || drawEarlier(message);
    confirmOwn(context.turn, message.text);
    return;
  }
  const turn = context.turn, node = drawReply(message);
  const before = turn ? turn.tail.nextSibling : log.querySelector('.pending');
  log.insertBefore(node, before);
  countReply();
  if (!turn) return;
  turn.tail = node;
  turn.answers++;
  turn.node.classList.remove('pending');
  if (message.quotes) markQuotes(turn.node.querySelector('.words'), turn.text, message.quotes);
  if (turn === newest && turn.answers === 1 && followed) scrollToTurn(turn, node);
}

function drawEarlier(message) {
  const turn = { cid: message.cid, text: message.text, buttonId: '', node: drawOwn(message.text), answers: 0, era: era };
  turn.tail = turn.node;
  turns.set(turn.cid, turn);
  log.insertBefore(turn.node, log.querySelector('.pending'));
  if (!newest || newest.answers) newest = turn;
  return turn;
}

/** The server's form of the person's words: numbers are masked in it, and quotes count in it. */
function confirmOwn(turn, text) {
  turn.node.classList.remove('pending');
  if (text === turn.text) return;
  turn.text = text;
  turn.node.querySelector('.words').textContent = text;
}

function catchUp() {
  if (!catching) {
    const began = era, context = { turn: null }, end = () => { catching = null; };
    // a long conversation comes in pages
    const next = () => inSession('GET', () => 'messages?after=' + last).then(answer => {
      if (answer.status !== 200 || began !== era) return null;
      answer.data.messages.forEach(message => receive(message, context));
      last = Math.max(last, answer.data.last);
      return answer.data.more ? next() : null;
    });
    catching = next();
    catching.then(end, end);
  }
  return catching;
}

function markFailed(turn, message) {
  turn.node.classList.remove('pending');
  turn.node.classList.add('failed');
  const note = turn.node.appendChild(make('p', 'failure', say('failed')));
  note.appendChild(makeButton('', say('resend'), () => {
    turn.node.removeChild(note);
    turn.node.classList.remove('failed');
    newest = turn;
    followed = true;
    enqueue(turn);
    focusFirst();
  }));
  tell(message || say(navigator.onLine === false ? 'offline' : 'failed_status'), 'alert');
  if (turn === newest && followed) bringIntoView(turn.node);
}
