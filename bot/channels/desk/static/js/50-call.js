// The call that is on the line: its own random number, what was asked in it, and a summary to copy. Nothing of it is kept.

let callId = randomId();
let asked = [];

function newCall() {
  callId = randomId();
  asked = [];
  box.value = '';
  resize();
  clearAnswer();
  drawHistory();
  focusBox();
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
      ask({ toCards: true });
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
byId('new-call').addEventListener('click', () => {
  newCall();
  tell(say('new_call'));
});
