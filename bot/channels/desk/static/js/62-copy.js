// What a card gives to copy, and the note that it was used.

function note(event, card) {
  if (card.id && (card.entry || event === 'opened')) desk('POST', 'events', { entry: card.id, event: event, call_id: callId });
}

function sourcesOf(card) {
  return card.sources.map(source => source.issuer + '，' + source.date + '（' + source.title + '）').join('；');
}

function copyScript(card) {
  return copyText(card.script, say('copied_script')).then(done => { if (done) note('copied', card); });
}

function copyPhone(card) {
  const first = card.contacts[0];
  if (!first) {
    tell(say('no_phone'));
    return Promise.resolve();
  }
  return copyText(first.phone, say('copied_phone', { number: first.phone, name: first.name })).then(done => { if (done) note('copied', card); });
}

function copySourced(card) {
  const text = card.script + (card.sources.length ? '\n' + say('sources') + sourcesOf(card) : '');
  return copyText(text, say('copied_sourced')).then(done => { if (done) note('copied', card); });
}
