// Published questions that fit what is being written; arrow keys or a tap choose one.

const suggestionList = byId('suggestions');
/** Milliseconds of a pause in writing after which they are fetched: whoever pastes and sends needs none. */
const PAUSE = 250;
/** Longer texts are no questions out of a list. */
const LONGEST = 30;
let published = null;
let chosen = -1;
let fetching = 0;

/** Fetched once, when somebody begins to write a question. */
function fetchPublished() {
  if (published) return;
  published = [];
  inSession('GET', 'suggestions').then(answer => {
    if (answer.status !== 200) throw answer;
    published = answer.data;
    if (box.value) suggest(box.value);
  }).catch(() => { published = null; });
}

/** What counts in a comparison: characters without marks, pairs of neighbours. */
function pairsOf(text) {
  const letters = text.toLowerCase().replace(/[\s\u3000-\u303f\uff00-\uff0f\uff1a-\uff20“”‘’?!.,;:()]/g, '');
  const pairs = [];
  for (let at = 0; at + 1 < letters.length; at++) pairs.push(letters.slice(at, at + 2));
  return pairs;
}

/** The few published questions that share most with the text. */
function fitting(text) {
  const pairs = pairsOf(text);
  if (!pairs.length || text.length > LONGEST || !published) return [];
  return published.map(one => {
    const title = one.title.toLowerCase();
    return { title: one.title, share: pairs.filter(pair => title.indexOf(pair) >= 0).length / pairs.length };
  }).filter(one => one.share >= 0.5).sort((a, b) => b.share - a.share).slice(0, 3);
}

function suggest(text) {
  clearTimeout(fetching);
  if (!published && text.length > 1 && text.length <= LONGEST) fetching = setTimeout(fetchPublished, PAUSE);
  const found = fitting(text);
  const titles = found.map(one => one.title).filter(title => title !== text);
  chosen = -1;
  box.removeAttribute('aria-activedescendant');
  empty(suggestionList);
  titles.forEach((title, at) => {
    const item = suggestionList.appendChild(make('li', '', title));
    item.id = 'suggestion-' + at;
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', 'false');
    // the box keeps the focus: a tap must not close the list before it is a click
    item.addEventListener('mousedown', event => event.preventDefault());
    item.addEventListener('click', () => takeSuggestion(title));
  });
  if (titles.length && suggestionList.hidden && !statusTone) tell(say('suggested', { count: titles.length }), 'hint');
  if (!titles.length && statusTone === 'hint') tell('');
  suggestionList.hidden = !titles.length;
}

function closeSuggestions() {
  const open = !suggestionList.hidden;
  suggestionList.hidden = true;
  chosen = -1;
  box.removeAttribute('aria-activedescendant');
  if (statusTone === 'hint') tell('');
  return open;
}

function takeSuggestion(title) {
  clearBox();
  ask(title);
}

function moveChoice(step) {
  const items = Array.from(suggestionList.children);
  chosen = chosen + step < -1 ? items.length - 1 : (chosen + step >= items.length ? -1 : chosen + step);
  items.forEach((item, at) => item.setAttribute('aria-selected', String(at === chosen)));
  if (chosen < 0) box.removeAttribute('aria-activedescendant');
  else box.setAttribute('aria-activedescendant', items[chosen].id);
}

/** Keys of the box that belong to the list; true where one was taken. */
function chooseSuggestion(event) {
  if (suggestionList.hidden) return false;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveChoice(event.key === 'ArrowDown' ? 1 : -1);
  else if (event.key === 'Enter' && chosen >= 0) takeSuggestion(suggestionList.children[chosen].textContent);
  else return false;
  event.preventDefault();
  return true;
}

function watchSuggestions() {
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-controls', 'suggestions');
  box.addEventListener('blur', closeSuggestions);
}
