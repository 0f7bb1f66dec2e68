// The answer to a question: cards in order, or what to say where there is none.

let cards = [];
/** What fixed words are for, by the kind of the answer; all others are an honest „no". */
const SAID = { clarify: 'found_say', urgent: 'found_urgent' };
const TITLES = { clarify: 'ask_title', urgent: 'urgent_title' };
/** What is on the page, {answer, from}; null where nothing is. `from.typed` stood in the box when it was asked. */
let drawn = null;

function clearAnswer() {
  latest++;
  cards = [];
  drawn = null;
  empty(byId('cards'));
  byId('said').hidden = true;
  empty(byId('said'));
  byId('idle').hidden = false;
  compare();
  tell('');
}

function drawAnswer(answer, from) {
  const list = byId('cards');
  empty(list);
  cards = answer.cards;
  drawn = { answer: answer, from: from };
  compare();
  byId('idle').hidden = true;
  drawSaid(answer, from);
  cards.forEach((card, at) => list.appendChild(makeDeskCard(card, at, answer.question)));
  if (cards.length) list.lastChild.appendChild(makeWhy(from));
  if (cards.length && !answer.say) tell(say('found', { count: answer.total }));
  else tell(say(SAID[answer.kind] || 'found_none'));
  if (!from.draft) cards.slice(0, 3).forEach(card => note('displayed', card));
}

/** Fixed words: a question back, or an honest „no" with where to pass the caller on. */
function drawSaid(answer, from) {
  const node = byId('said');
  empty(node);
  node.hidden = !answer.say;
  if (!answer.say) return;
  const own = TITLES[answer.kind];
  node.classList.toggle('urgent', answer.kind === 'urgent');
  const title = node.appendChild(make('h2', '', say(own || 'say_title')));
  title.id = 'said-title';
  node.appendChild(make('p', 'script', answer.say.script));
  if (answer.say.contacts.length) part(node, say('phones'), makePhones(answer.say.contacts));
  if (answer.say.choices.length) node.appendChild(makeChips(say('choices'), answer.say.choices, choose));
  if (answer.nearest.length) node.appendChild(makeChips(say('nearest'), answer.nearest, openEntry));
  putSources(node, answer.say.sources);
  const tools = node.appendChild(makeGroup('actions', title.textContent));
  if (!own) {
    tools.appendChild(makeButton('', say('miss'), async event => {
      const button = event.currentTarget, kept = await desk('POST', 'misses', { text: from.text, call_id: callId });
      button.disabled = kept.status === 200;
      tell(kept.status === 200 ? say('missed') : (kept.data.message || say('not_done')), kept.status === 200 ? '' : 'alert');
    }));
  }
  if (!answer.cards.length) node.appendChild(makeWhy(from));
}

/** Opens one more card in front of the others. */
function showFirst(card) {
  cards = [card].concat(cards.filter(one => one.id !== card.id));
  const list = byId('cards'), question = box.value;
  empty(list);
  cards.forEach((one, at) => list.appendChild(makeDeskCard(one, at, question)));
  tell(say('found', { count: cards.length }));
  focusCard(0);
}

/** „Why this answer", fetched when it is opened. */
function makeWhy(from) {
  const fold = makeFold(say('why'), () => {});
  fold.className = 'why';
  let full = false;
  fold.addEventListener('toggle', async () => {
    if (!fold.open || full) return;
    full = true;
    const body = { text: from.text, call_id: callId, draft: true, why: true };
    if (from.choice) body.choice = from.choice;
    const answer = await desk('POST', 'assist', body);
    const why = answer.data.why;
    if (!why) {
      full = false;
      return;
    }
    const list = fold.appendChild(make('dl', 'rows'));
    const line = (name, value) => {
      const row = list.appendChild(make('div'));
      row.appendChild(make('dt', '', name));
      row.appendChild(make('dd', '', value));
    };
    line(say('why_normalised'), why.normalised);
    line(say('why_gate'), why.gate.words);
    line(say('why_candidates'), why.candidates.map(one => one.title + ' ' + one.score.toFixed(2)).join('；'));
  });
  return fold;
}
