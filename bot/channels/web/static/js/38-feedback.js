// 有用 / 没用 with a reason, under every reply; a second vote replaces the first.

function makeVote(message) {
  const group = makeGroup('judge', say('judge')), of = conv;
  const choose = (value, button) => {
    group.querySelectorAll('.vote').forEach(one => one.setAttribute('aria-pressed', String(one === button)));
    const asked = group.querySelector('.reasons');
    if (asked) group.removeChild(asked);
    judge(of, { seq: message.seq, value: value });
    if (value === 'useless') bringIntoView(group.appendChild(makeReasons(of, message, group)));
  };
  ['useful', 'useless'].forEach(value => {
    const button = makeButton('vote ' + value, say(value), () => choose(value, button));
    button.setAttribute('aria-pressed', 'false');
    group.appendChild(button);
  });
  const speak = makeButton('speak', say('speak'), () => readAloud(speak, message.blocks));
  group.appendChild(speak);
  return group;
}

function makeReasons(of, message, group) {
  const reasons = makeGroup('reasons', say('why'));
  reasons.appendChild(make('p', '', say('why')));
  Object.keys(ZR_STRINGS.reasons).forEach(reason => {
    reasons.appendChild(makeButton('', ZR_STRINGS.reasons[reason], () => {
      if (reason === 'other') {
        askForNote(of, message, reasons);
      } else {
        judge(of, { seq: message.seq, value: 'useless', reason: reason });
        group.removeChild(reasons);
        group.querySelector('.useless').focus();
      }
    }));
  });
  return reasons;
}

function askForNote(of, message, reasons) {
  empty(reasons);
  const label = reasons.appendChild(make('label', '', say('note'))), box = label.appendChild(make('input'));
  box.maxLength = 200;
  const submit = () => {
    const note = box.value.trim(), body = { seq: message.seq, value: 'useless', reason: 'other' };
    if (note) body.note = note;
    judge(of, body);
    const vote = reasons.parentNode.querySelector('.useless');
    reasons.parentNode.removeChild(reasons);
    vote.focus();
  };
  box.addEventListener('keydown', event => {
    if (event.key === 'Enter' && !isComposing(event)) {
      event.preventDefault();
      submit();
    }
  });
  reasons.appendChild(makeButton('', say('submit'), submit));
  box.focus();
  bringIntoView(reasons);
}

function judge(of, body) {
  if (of !== conv) {
    tell(say('judge_gone'));
    return;
  }
  call('POST', 'feedback', body).then(
    answer => tell(answer.status === 204 ? say('judged') : (answer.data.message || say('judge_failed'))),
    () => tell(say('judge_failed'), 'alert')
  );
}
