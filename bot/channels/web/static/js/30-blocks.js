// Draws the typed blocks of a reply (docs/api.md); what it does not know it skips.

function putInline(parent, parts) {
  (parts || []).forEach(part => {
    if (typeof part === 'string') parent.appendChild(document.createTextNode(part));
    else if (part.t === 'b') parent.appendChild(make('strong', '', part.s));
    else if (part.t === 'br') parent.appendChild(make('br'));
    else if (part.t === 'a') parent.appendChild(makeLink(part.s, part.href));
  });
  return parent;
}

function makeList(block) {
  const list = make(block.t);
  block.items.forEach(item => list.appendChild(putInline(make('li'), item)));
  return list;
}

function makeTable(block) {
  const frame = makeGroup('scroll', say('table')), table = frame.appendChild(make('table'));
  frame.tabIndex = 0;
  const head = table.appendChild(make('thead')).appendChild(make('tr'));
  block.head.forEach(cell => {
    const node = putInline(make('th'), cell);
    node.scope = 'col';
    head.appendChild(node);
  });
  const body = table.appendChild(make('tbody'));
  block.rows.forEach(row => {
    const line = body.appendChild(make('tr'));
    row.forEach(cell => line.appendChild(putInline(make('td'), cell)));
  });
  return frame;
}

function putBlocks(parent, blocks) {
  (blocks || []).forEach(block => {
    if (block.t === 'p') parent.appendChild(putInline(make('p'), block.c));
    else if (block.t === 'h') parent.appendChild(putInline(make('h2'), block.c));
    else if (block.t === 'warn') parent.appendChild(putInline(make('p', 'warn'), block.c));
    else if (block.t === 'ul' || block.t === 'ol') parent.appendChild(makeList(block));
    else if (block.t === 'table') parent.appendChild(makeTable(block));
  });
}
