// The one box: results while typing and on Enter; only the newest question is drawn. While an input method composes,
// nothing is asked: what stands in the box then is spelling, not words.

/** Milliseconds of quiet after a key before a draft is asked. */
const QUIET = 250;
const box = byId('q'), region = byId('region');
let timer = 0, latest = 0, retry = 0;

function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

function focusBox() {
  box.focus();
  box.select();
}

function resize() {
  box.style.height = 'auto';
  box.style.height = Math.min(box.scrollHeight + 2, 160) + 'px';
}

function fillRegions(regions) {
  const chosen = region.value;
  empty(region);
  [{ id: '', name: say('whole_province') }].concat(regions).forEach(one => {
    const option = region.appendChild(make('option', '', one.name));
    option.value = one.id;
  });
  region.value = chosen;
}

/**
 * Asks the server and draws the cards. A draft leaves no trace there; `toCards` moves the focus when they are drawn,
 * otherwise it stays in the box, whose words the next letter replaces; `choice` is what a chip under a card stands for.
 */
async function ask(options) {
  const typed = box.value.trim(), text = options.text || typed, mine = ++latest;
  clearTimeout(timer);
  clearTimeout(retry);
  if (!text) {
    clearAnswer();
    return;
  }
  if (!options.draft) tell(say('searching'), 'busy');
  const body = { text: text, call_id: callId };
  if (region.value) body.region = region.value;
  if (options.draft) body.draft = true;
  if (options.choice) body.choice = options.choice;
  const answer = await desk('POST', 'assist', body);
  if (mine !== latest) return;
  if (answer.status === 200) {
    if (!options.draft) remember(answer.data);
    drawAnswer(answer.data, { text: text, typed: typed, choice: options.choice, draft: Boolean(options.draft) });
    if (options.toCards) focusCard(0);
    else if (!options.draft) {
      box.select();
      window.scrollTo(0, 0);
    }
  } else if (answer.status !== 401) {
    tell(answer.data.message || say('down'), 'alert');
    if (answer.status === 0 || answer.status >= 500) retry = setTimeout(() => ask(options), 4000);
  }
}

/** Cards of other words than those in the box are dimmed: nobody reads the last answer out for the next question. */
function compare() {
  const old = Boolean(drawn) && box.value.trim() !== drawn.from.typed;
  byId('answer').classList.toggle('stale', old);
  byId('answer').setAttribute('aria-busy', String(old));
  byId('stale').hidden = !old;
}

function onTyped(event) {
  resize();
  clearTimeout(timer);
  compare();
  if (event.type === 'input' && event.isComposing) return;
  timer = setTimeout(() => ask({ draft: true }), QUIET);
}

box.addEventListener('input', onTyped);
box.addEventListener('compositionend', onTyped);
box.addEventListener('compositionstart', () => clearTimeout(timer));

box.addEventListener('keydown', event => {
  if (isComposing(event)) return;
  const down = event.key === 'ArrowDown' && box.value.indexOf('\n') < 0;
  if ((event.key !== 'Enter' || event.shiftKey) && !down) return;
  event.preventDefault();
  if (down && drawn && !drawn.from.draft && byId('stale').hidden) focusCard(0);
  else ask({ toCards: down });
});

byId('search').addEventListener('submit', event => {
  event.preventDefault();
  ask({});
});

region.addEventListener('change', () => ask({ draft: true }));
