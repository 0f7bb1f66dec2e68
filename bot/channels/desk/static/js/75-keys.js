// Keys of the console. With Alt every command works everywhere, in the box too; without it, only on a card that
// somebody went to. Any other letter goes into the box: the next question is typed straight away, and nothing is wiped.
// None of them works while an input method is composing.

const helpDialog = byId('help');

function cardItems() {
  return Array.from(byId('cards').children);
}

/** Which card has the focus, or the first; -1 where there is none. */
function currentCard() {
  const items = cardItems(), active = document.activeElement;
  const at = items.findIndex(item => item === active || item.contains(active));
  return at >= 0 ? at : (items.length ? 0 : -1);
}

function focusCard(at) {
  const items = cardItems();
  if (!items.length) {
    const said = byId('said');
    if (!said.hidden) {
      said.tabIndex = -1;
      said.focus();
    }
    return;
  }
  const item = items[Math.max(0, Math.min(at, items.length - 1))];
  items.forEach(one => one.classList.toggle('current', one === item));
  item.focus({ preventScroll: true });
  if (item === items[0] && byId('said').hidden) window.scrollTo(0, 0);
  else item.scrollIntoView({ block: item.offsetHeight > window.innerHeight - 160 ? 'start' : 'nearest' });
}

function isTyping(target) {
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
}

/** The fixed words where they are read out, else the card that has the focus, else the first. Never a stale one. */
function withCard(work) {
  const at = currentCard(), inCards = cardItems().some(item => item.contains(document.activeElement));
  const said = drawn && drawn.answer.say;
  if (!byId('stale').hidden) tell(say('is_stale'), 'alert');
  else if (said && !inCards) work(said);
  else if (at >= 0) work(cards[at]);
  else tell(say('nothing_to_copy'));
}

function openWhy() {
  const fold = document.querySelector('#answer .why');
  if (!fold) return;
  fold.open = !fold.open;
  if (fold.open) fold.scrollIntoView({ block: 'nearest' });
}

const COMMANDS = {
  c: () => withCard(copyScript),
  p: () => withCard(copyPhone),
  s: () => withCard(copySourced),
  w: openWhy,
};
/** Only with Alt, wherever the focus is. */
const WITH_ALT = Object.assign({ n: newCall, z: takeBack, r: () => region.focus() }, COMMANDS);
/** Only outside the box. */
const ON_CARDS = Object.assign({
  '/': focusBox,
  '?': openHelp,
  ArrowDown: () => focusCard(currentCard() + (cardItems().indexOf(document.activeElement) >= 0 ? 1 : 0)),
  ArrowUp: () => focusCard(currentCard() - 1),
}, COMMANDS);
/** What an input method for Chinese makes of the keys. */
const FULL_WIDTH = { '、': '/' };

function keyOf(event) {
  if (event.altKey && /^Key[A-Z]$/.test(event.code)) return event.code.slice(3).toLowerCase();
  const key = FULL_WIDTH[event.key] || event.key.normalize('NFKC');
  return key.length === 1 ? key.toLowerCase() : key;
}

function workOf(key, event) {
  if (event.altKey) return WITH_ALT[key];
  if (key === 'Escape') return event.target.closest('.correct, select') ? undefined : newCall;
  if (isTyping(event.target)) return undefined;
  if (/^[1-9]$/.test(key)) return () => focusCard(Number(key) - 1);
  const onCard = byId('answer').contains(event.target);
  return COMMANDS[key] && !onCard ? undefined : ON_CARDS[key];
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || isComposing(event) || consolePart.hidden || helpDialog.open) return;
  const key = keyOf(event), work = workOf(key, event);
  if (work) {
    event.preventDefault();
    work();
  } else if (!event.altKey && !isTyping(event.target) && key.length === 1 && key !== ' ') {
    focusBox(); // before the letter is put in: it replaces the last question
  }
});

function openHelp() {
  const list = byId('help-keys');
  if (!list.firstChild) {
    ZR_STRINGS.keys.forEach(pair => {
      const line = list.appendChild(make('div'));
      line.appendChild(make('dt')).appendChild(make('kbd', '', pair[0]));
      line.appendChild(make('dd', '', pair[1]));
    });
  }
  helpDialog.showModal();
  byId('help-close').focus();
}

byId('help-open').addEventListener('click', openHelp);
byId('help-close').addEventListener('click', () => helpDialog.close());
