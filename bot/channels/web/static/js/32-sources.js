// Where a reply comes from (issuer, date, title), and the card of an occupation.

function putSource(parent, source) {
  parent.appendChild(document.createTextNode(source.issuer + '，' + source.date + '（'));
  parent.appendChild(source.url ? makeLink(source.title, source.url) : document.createTextNode(source.title));
  parent.appendChild(document.createTextNode('）'));
  return parent;
}

/** One or two sources stand as they are; of more, the first with the number, the others a tap away. */
function makeSources(sources) {
  if (sources.length <= 2) {
    const line = make('p', 'source', say('sources'));
    sources.forEach((source, at) => {
      if (at) line.appendChild(document.createTextNode('；'));
      putSource(line, source);
    });
    return line;
  }
  const first = sources[0], folded = make('details', 'source');
  const more = say('more_sources', { count: sources.length });
  folded.appendChild(make('summary', '', say('sources') + first.issuer + '，' + first.date + ' ' + more));
  const list = folded.appendChild(make('ul'));
  sources.forEach(source => putSource(list.appendChild(make('li')), source));
  return folded;
}

/** The rows at a glance; a long one that the body says word for word is not said twice. */
function makeCard(card, told) {
  const list = make('dl', 'card');
  card.rows.forEach(row => {
    if (row[1].length > 24 && told.indexOf(row[1]) >= 0) return;
    const line = list.appendChild(make('div'));
    line.appendChild(make('dt', '', row[0]));
    line.appendChild(make('dd', '', row[1]));
  });
  return list;
}
