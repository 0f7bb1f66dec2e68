// The call that is on the line: its own random number, what was asked in it, and a summary to copy. Nothing of it is
// kept, but for some seconds in which a call that was cleared by a slip can be taken back.

/** Milliseconds in which a cleared call can be taken back. */
const TAKE_BACK = 10000;
let callId = randomId();
let asked = [];
let cleared = null, clearedTimer = 0;

function newCall() {
  const had = { callId: callId, asked: asked, text: box.value, region: region.value, drawn: drawn };
  forgetCall();
  tell(say('new_call'));
  if (!had.asked.length && !had.text.trim() && !had.drawn) return;
  cleared = had;
  byId('undo').hidden = false;
  clearedTimer = setTimeout(dropCleared, TAKE_BACK);
}

/** Clears the call for good. */
function forgetCall() {
  dropCleared();
  callId = randomId();
  asked = [];
  box.value = '';
  region.value = '';
  resize();
  clearAnswer();
  drawHistory();
  focusBox();
}

function dropCleared() {
  clearTimeout(clearedTimer);
  cleared = null;
  byId('undo').hidden = true;
}

/** The cleared call as it was; words typed since then stay in the box. */
function takeBack() {
  const had = cleared, since = box.value;
  if (!had) return;
  dropCleared();
  callId = had.callId;
  asked = had.asked.concat(asked);
  region.value = had.region;
  box.value = since.trim() ? since : had.text;
  resize();
  if (had.drawn) drawAnswer(had.drawn.answer, Object.assign({}, had.drawn.from, { draft: true }));
  drawHistory();
  compare();
  focusBox();
  tell(say('taken_back'));
}

/** Notes a question that was really asked (not a draft), with the card that answered it. */
function remember(answer) {
  const title = answer.cards.length && !answer.say ? answer.cards[0].title : '';
  asked = asked.filter(one => one.text !== answer.question).concat([{ text: answer.question, title: title }]);
  drawHistory();
}

function drawHistory() {
  const list = byId('history');
  empty(list);
  asked.forEach(one => {
    const item = list.appendChild(make('li'));
    item.appendChild(makeButton('again', one.text, () => {
      box.value = one.text;
      resize();
      ask({});
    }));
    if (one.title) item.appendChild(make('span', 'hint', one.title));
  });
  byId('no-history').hidden = asked.length > 0;
  byId('summary').hidden = asked.length === 0;
}

function summaryOf() {
  const now = new Date(), two = number => ('0' + number).slice(-2);
  const at = now.getFullYear() + '-' + two(now.getMonth() + 1) + '-' + two(now.getDate()) + ' ' + two(now.getHours()) + ':' + two(now.getMinutes());
  const lines = asked.map(one =>
    say('summary_question', { text: one.text }) + '\n' + (one.title ? say('summary_answer', { title: one.title }) : say('summary_none')));
  return [say('summary_head', { at: at })].concat(lines).join('\n');
}

byId('summary').addEventListener('click', () => copyText(summaryOf(), say('copied_summary')));
byId('new-call').addEventListener('click', newCall);
byId('undo').addEventListener('click', takeBack);
