// One card: what to read out first, then everything behind it.

function makeChips(label, items, onClick) {
  const group = makeGroup('chips', label);
  group.appendChild(make('span', 'label', label));
  items.forEach(item => group.appendChild(makeButton('chip', item.title, () => onClick(item))));
  return group;
}

function openEntry(item) {
  return desk('GET', 'entries/' + encodeURIComponent(item.entry) + (region.value ? '?region=' + encodeURIComponent(region.value) : '')).then(answer => {
    if (answer.status !== 200) {
      tell(answer.data.message || say('down'), 'alert');
      return;
    }
    note('opened', answer.data);
    showFirst(answer.data);
  });
}

function choose(item) {
  ask({ text: item.title, choice: item.choice, toCards: true });
}

function makePhones(contacts) {
  const list = make('ul', 'phones');
  contacts.forEach(contact => {
    const item = list.appendChild(make('li'));
    item.appendChild(make('strong', 'number', contact.phone));
    item.appendChild(make('span', '', contact.name + (contact.takes ? '：' + contact.takes : '')));
    item.appendChild(makeButton('small', say('copy_number'), () =>
      copyText(contact.phone, say('copied_phone', { number: contact.phone, name: contact.name })))).setAttribute('aria-label', say('copy_number') + ' ' + contact.phone);
    if (contact.note) item.appendChild(make('span', 'hint', contact.note));
  });
  return list;
}

function part(parent, title, node) {
  parent.appendChild(make('h3', '', title));
  parent.appendChild(node);
}

function makeFold(title, fill) {
  const fold = make('details');
  fold.appendChild(make('summary', '', title));
  fill(fold);
  return fold;
}

function makeFindings(card, text) {
  const node = make('p', 'quoted');
  cutQuotes(text, card.findings).forEach(piece => {
    if (!piece.found) {
      node.appendChild(document.createTextNode(piece.text));
      return;
    }
    const mark = node.appendChild(make('mark'));
    mark.appendChild(unseen(say('finding')));
    mark.appendChild(document.createTextNode(piece.text));
  });
  return node;
}

function makeRows(rows) {
  const list = make('dl', 'rows');
  rows.forEach(row => {
    const line = list.appendChild(make('div'));
    line.appendChild(make('dt', '', row[0]));
    line.appendChild(make('dd', '', row[1]));
  });
  return list;
}

/** Two sources stand as they are, the others a click away. */
function putSources(parent, sources) {
  if (!sources.length) return;
  parent.appendChild(makeSources(sources.slice(0, 2)));
  if (sources.length <= 2) return;
  parent.appendChild(makeFold(say('more_sources', { count: sources.length - 2 }), fold => {
    const list = fold.appendChild(make('ul'));
    sources.slice(2).forEach(source => putSource(list.appendChild(make('li')), source));
  }));
}

/** The list item of a card. `question` is the caller's text as the server kept it, for what an advert check found in it. */
function makeDeskCard(card, at, question) {
  const item = make('li', 'card ' + card.status.code), id = 'card-' + at;
  item.tabIndex = -1;
  item.setAttribute('aria-labelledby', id);
  const head = item.appendChild(make('div', 'head'));
  const title = head.appendChild(make('h2', '', ''));
  title.id = id;
  if (at < 9) title.appendChild(make('kbd', '', String(at + 1)));
  title.appendChild(document.createTextNode(card.title));
  if (card.answer) head.appendChild(make('span', 'tag', say('answer_tag')));
  if (card.confidence) head.appendChild(make('span', 'tag ' + card.confidence.level, card.confidence.words));
  if (card.status.code !== 'current') item.appendChild(make('p', 'validity', card.status.words));
  const script = item.appendChild(make('p', 'script', card.script));
  script.setAttribute('aria-label', say('script'));
  const tools = item.appendChild(makeGroup('actions', card.title));
  [['copy_script', 'C', copyScript], ['copy_phone', 'P', copyPhone], ['copy_sourced', 'S', copySourced]].forEach(one => {
    if (one[0] === 'copy_phone' && !card.contacts.length) return;
    const button = makeButton('', say(one[0]) + ' ', () => one[2](card));
    button.appendChild(make('kbd', '', 'Alt+' + one[1]));
    tools.appendChild(button);
  });
  if (card.entry) tools.appendChild(makeButton('quiet', say('correct'), event => openCorrection(item, card, event.currentTarget)));
  if (card.choices.length) item.appendChild(makeChips(say('choices'), card.choices, choose));
  if (card.contacts.length) part(item, say('phones'), makePhones(card.contacts));
  if (card.findings && card.findings.length) part(item, say('findings'), makeFindings(card, question));
  if (card.rows && card.rows.length) part(item, say('points'), makeRows(card.rows));
  if (card.steps.length) {
    const list = make('ol', 'steps');
    card.steps.forEach(step => list.appendChild(make('li', '', step)));
    part(item, say('steps'), list);
  }
  if (card.note) item.appendChild(make('p', 'note')).appendChild(make('strong', '', say('note'))).parentNode.appendChild(document.createTextNode(card.note));
  item.appendChild(makeFold(say('whole'), fold => putBlocks(fold.appendChild(make('div', 'whole')), card.blocks)));
  const foot = item.appendChild(make('div', 'foot'));
  putSources(foot, card.sources);
  const kept = card.status.words + (card.status.verified_on ? '　' + say('verified', { day: card.status.verified_on }) : '');
  if (kept.trim()) foot.appendChild(make('p', 'hint', kept));
  if (card.related.length) item.appendChild(makeChips(say('related'), card.related, openEntry));
  return item;
}
