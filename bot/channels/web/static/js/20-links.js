// Links: https, tel, and http to the official hosts only; the server checks against the same list.

/** The address as a URL, or null where it may not be linked. */
function allowedUrl(href) {
  let url;
  try {
    url = new URL(href);
  } catch (error) {
    return null;
  }
  if (url.protocol === 'tel:') return /^tel:[0-9-]+$/.test(url.href) ? url : null;
  if (url.username || url.password || !url.hostname) return null;
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && ZR_HOSTS.indexOf(url.hostname) >= 0 ? url : null;
}

/** A link, or its mere text. An http address is always shown in full. */
function makeLink(text, href) {
  const url = allowedUrl(href);
  if (!url) return document.createTextNode(text);
  const node = make('a', '', text);
  node.href = url.href;
  if (url.protocol === 'tel:') {
    node.className = 'dial';
    return node;
  }
  node.className = 'out';
  if (url.protocol === 'http:' && text.indexOf(href) < 0) {
    node.textContent = href === 'http://' + text ? href : text + '（' + href + '）';
  }
  node.target = '_blank';
  node.rel = 'noopener noreferrer';
  node.appendChild(unseen(say('new_window')));
  return node;
}
