// Keys of the console. None of them works while somebody types or an input method is composing.

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

function withCard(work) {
  const at = currentCard();
  if (at >= 0) work(cards[at]);
}

const KEYS = {
  c: () => withCard(copyScript),
  p: () => withCard(copyPhone),
  s: () => withCard(copySourced),
  n: () => {
    newCall();
    tell(say('new_call'));
  },
  '/': focusBox,
  '?': openHelp,
  ArrowDown: () => focusCard(currentCard() + (cardItems().indexOf(document.activeElement) >= 0 ? 1 : 0)),
  ArrowUp: () => focusCard(currentCard() - 1),
};

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey || isComposing(event) || consolePart.hidden || helpDialog.open) return;
  if (isTyping(event.target)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const work = /^[1-9]$/.test(key) ? () => focusCard(Number(key) - 1) : KEYS[key];
  if (!work) return;
  event.preventDefault();
  work();
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
