// Marks the words of a person's own text that an advert check has found.

/** Quotes are code points, strings are UTF-16: the pieces of text between and inside them, in order. */
function cutQuotes(text, quotes) {
  const points = Array.from(text), pieces = [];
  let at = 0;
  quotes.slice().sort((a, b) => a.start - b.start).forEach(quote => {
    const start = Math.max(quote.start, at), end = Math.min(quote.end, points.length);
    if (start >= end) return;
    pieces.push({ text: points.slice(at, start).join(''), found: false });
    pieces.push({ text: points.slice(start, end).join(''), found: true });
    at = end;
  });
  pieces.push({ text: points.slice(at).join(''), found: false });
  return pieces.filter(piece => piece.text);
}

function markQuotes(words, text, quotes) {
  empty(words);
  cutQuotes(text, quotes).forEach(piece => {
    if (!piece.found) {
      words.appendChild(document.createTextNode(piece.text));
      return;
    }
    words.appendChild(make('mark', '')).appendChild(unseen(say('finding')));
    words.lastChild.appendChild(document.createTextNode(piece.text));
  });
}
