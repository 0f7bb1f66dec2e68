// The one way to make nodes: what comes from anywhere goes in as text.
// All files are joined in the order of their names into one classic script (ES2017) and share its scope.

function byId(id) {
  return document.getElementById(id);
}

/** A sentence of strings.zh-CN.json, its {blanks} filled. */
function say(key, values) {
  let text = ZR_STRINGS[key];
  Object.keys(values || {}).forEach(name => { text = text.split('{' + name + '}').join(String(values[name])); });
  return text;
}

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Words for screen readers only. */
function unseen(text) {
  return make('span', 'unseen', text);
}

function makeButton(className, text, onClick) {
  const node = make('button', className, text);
  node.type = 'button';
  node.addEventListener('click', onClick);
  return node;
}

function makeGroup(className, label) {
  const node = make('div', className);
  node.setAttribute('role', 'group');
  node.setAttribute('aria-label', label);
  return node;
}

function empty(node) {
  while (node.firstChild) node.removeChild(node.firstChild);
}

/** Text in which our telephone number dials. */
function putText(parent, text) {
  text.split(ZR_STRINGS.phone).forEach((piece, at) => {
    if (at) parent.appendChild(makeLink(ZR_STRINGS.phone, 'tel:' + ZR_STRINGS.phone));
    if (piece) parent.appendChild(document.createTextNode(piece));
  });
  return parent;
}

const statusLine = byId('status');
/** Milliseconds that a word of thanks stays. */
const BRIEFLY = 8000;
let statusTone = '';
let statusTimer = 0;

/** The one line under the conversation; tone is '' (goes by itself), 'busy', 'alert' or 'hint' (for screen readers only). */
function tell(text, tone) {
  clearTimeout(statusTimer);
  if (text && !tone) statusTimer = setTimeout(tell, BRIEFLY, '');
  statusTone = tone || '';
  statusLine.className = statusTone;
  empty(statusLine);
  if (text) putText(statusLine, text);
}
