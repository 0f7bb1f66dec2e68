// Questions that the page itself asks: start again? erase? In the page, never a pop-up.

const panel = byId('panel');
let panelOpener = null;

function openPanel(name, action, opener) {
  closePanel();
  panelOpener = opener;
  const title = panel.appendChild(make('p', 'title', say(name + '_title')));
  title.id = 'panel-title';
  panel.appendChild(make('p', '', say(name + '_text')));
  const row = panel.appendChild(make('div', 'row'));
  const yes = row.appendChild(makeButton('main', say(name), action));
  if (name === 'restart') row.appendChild(makeButton('', say('erase'), () => openPanel('erase', erase, opener)));
  row.appendChild(makeButton('', say('cancel'), closePanel));
  panel.hidden = false;
  yes.focus();
}

/** True where one was open; the focus goes back to where it came from. */
function closePanel() {
  if (panel.hidden) return false;
  panel.hidden = true;
  empty(panel);
  if (panelOpener && document.contains(panelOpener)) panelOpener.focus();
  else focusFirst();
  return true;
}

function restart() {
  endConversation('session', 'restarted');
}

function erase() {
  endConversation('data', 'erased');
}

/** Ends it on the server first, then on the screen. */
function endConversation(what, told) {
  hush();
  const of = conv;
  inSession('DELETE', what).then(answer => {
    if (answer.status !== 204 && answer.status !== 202) throw answer;
    // another one answered: ours had ended before, and what is kept of it can no longer be reached from here
    const late = of && conv !== of;
    beginAnew();
    if (late && what === 'data') told = 'erase_late';
    // ended, and yet not all of it could be erased at once: the server says what becomes of it
    const words = answer.status === 202 ? answer.data.message : say(told);
    const tellEnd = () => tell(words);
    session().then(tellEnd, tellEnd);
  }).catch(() => tell(say('not_done'), 'alert'));
}

function beginAnew() {
  era++;
  token = conv = '';
  turns = new Map();
  newest = null;
  queue = Promise.resolve();
  inQueue = 0;
  panelOpener = null;
  closePanel();
  clearLog();
  showWork();
}

function clearLog() {
  const hello = byId('hello');
  while (hello.nextSibling) log.removeChild(hello.nextSibling);
  hello.querySelectorAll('.choices').forEach(group => hello.removeChild(group));
  log.scrollTop = 0;
}

function watchPanel() {
  const button = byId('restart');
  button.addEventListener('click', () => openPanel('restart', restart, button));
}
