// Once: that this is a machine, what is kept and for how long, and how to erase it.

function showNotice(config) {
  if (settings.noticed || !config || byId('notice')) return;
  const notice = makeGroup('notice', say('notice_title'));
  notice.id = 'notice';
  notice.appendChild(make('p', 'title', say('notice_title')));
  const list = notice.appendChild(make('ul'));
  ZR_STRINGS.notice.forEach(line => list.appendChild(make('li', '', line)));
  list.appendChild(make('li', '', say('kept', config)));
  const row = notice.appendChild(make('div', 'row'));
  row.appendChild(makeButton('main', say('noticed'), () => {
    changeSettings({ noticed: true });
    log.removeChild(notice);
    focusFirst();
  }));
  const button = row.appendChild(makeButton('', say('erase'), () => openPanel('erase', erase, button)));
  log.insertBefore(notice, byId('hello').nextSibling);
}
