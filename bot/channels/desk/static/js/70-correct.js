// 纠错: what is wrong with a card; it becomes an item with an owner and a day.

function openCorrection(item, card, opener) {
  const old = item.querySelector('.correct');
  if (old) {
    item.removeChild(old);
    return;
  }
  const form = make('form', 'correct'), id = 'correct-' + card.id;
  const title = form.appendChild(make('h3', '', say('correct_title')));
  title.id = id;
  form.setAttribute('aria-labelledby', id);
  const reasons = form.appendChild(makeGroup('radios', say('correct_title')));
  Object.keys(ZR_STRINGS.correct_reasons).forEach((reason, at) => {
    const label = reasons.appendChild(make('label')), radio = label.appendChild(make('input'));
    radio.type = 'radio';
    radio.name = id;
    radio.value = reason;
    radio.checked = at === 0;
    label.appendChild(document.createTextNode(ZR_STRINGS.correct_reasons[reason]));
  });
  const label = form.appendChild(make('label', 'wide', say('correct_note'))), words = label.appendChild(make('textarea'));
  words.rows = 2;
  words.maxLength = 500;
  const close = () => {
    item.removeChild(form);
    opener.focus();
  };
  const submit = form.appendChild(make('button', 'main', say('submit')));
  submit.type = 'submit';
  form.appendChild(makeButton('', say('cancel'), close));
  form.addEventListener('keydown', event => { if (event.key === 'Escape') close(); });
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const reason = form.querySelector('input:checked').value;
    const answer = await desk('POST', 'feedback', { entry: card.id || card.entry, reason: reason, note: words.value.trim(), call_id: callId });
    if (answer.status !== 200) {
      tell(answer.data.message || say('not_done'), 'alert');
      return;
    }
    close();
    tell(say(answer.data.owner ? 'corrected' : 'corrected_nobody', answer.data));
  });
  item.insertBefore(form, item.querySelector('.actions').nextSibling);
  form.querySelector('input').focus();
}
