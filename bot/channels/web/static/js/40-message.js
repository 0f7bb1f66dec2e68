// A message as a node: the person's own words, or a reply with everything that belongs to it.

/** The person's bubble. What is done to it later (marks, failure) is told by the status line, not read out again. */
function drawOwn(text) {
  const node = make('div', 'message user');
  node.setAttribute('aria-live', 'off');
  node.appendChild(unseen(say('me')));
  node.appendChild(make('p', 'words', text));
  return node;
}

function drawReply(message) {
  const node = make('div', 'message bot');
  node.appendChild(unseen(say('bot')));
  if (message.kind === 'urgent') {
    node.classList.add('urgent');
    node.appendChild(make('p', 'flag', say('urgent')));
  }
  if (message.understood) node.appendChild(make('p', 'understood', say('understood', { words: message.understood })));
  if (message.card) node.appendChild(makeCard(message.card, message.text || ''));
  if (message.blocks) putBlocks(node, message.blocks);
  else node.appendChild(make('p', 'words', message.text));
  if (message.sources && message.sources.length) node.appendChild(makeSources(message.sources));
  putChoices(node, message.buttons);
  if (message.seq) node.appendChild(makeVote(message));
  return node;
}

function putChoices(node, buttons) {
  if (!buttons || !buttons.length) return;
  const group = node.appendChild(makeGroup('choices', say('choices')));
  buttons.forEach(button => {
    const made = makeButton('', '', () => ask(button.title, button.id));
    const parts = /^(.{2,4})：(.+)$/.exec(button.title);
    if (parts) {
      made.appendChild(make('strong', '', parts[1] + '：'));
      made.appendChild(make('span', '', parts[2]));
    } else {
      made.textContent = button.title;
    }
    group.appendChild(made);
  });
}
