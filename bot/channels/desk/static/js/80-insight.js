// The supervisor's view: what was not answered and what to do about it, corrections, and every number of a period.

const insightStatus = byId('insight-status'), days = byId('days'), missState = byId('miss-state');
/** Tables that are drawn too; the others are read. */
const DRAWN = ['days', 'answered', 'conversations', 'kinds', 'refusals', 'handovers', 'signals', 'entries'];
/** Milliseconds: putting alike questions together takes the server some seconds. */
const GROUPING = 60000;
let titles = [];

function report(text) {
  insightStatus.textContent = text;
}

async function showInsight(me) {
  insightPart.hidden = false;
  if (me.role !== 'supervisor') {
    empty(insightPart);
    insightPart.appendChild(make('p', 'said', say('only_supervisor'))).setAttribute('role', 'alert');
    return;
  }
  days.focus();
  await Promise.all([loadTables(), loadMisses(), loadItems()]);
}

async function fetchInsight(path) {
  const answer = await desk('GET', 'insight/' + path, undefined, GROUPING);
  if (answer.status !== 200) {
    report(answer.data.message || say('down'));
    return null;
  }
  return answer.data;
}

async function loadTables() {
  const data = await fetchInsight('summary?days=' + days.value), place = byId('tables');
  if (!data) return;
  empty(place);
  titles = ['entries', 'never'].reduce((all, name) => all.concat(data.tables[name].rows.filter(row => row[0] && row[1] !== row[0])), []);
  Object.keys(data.tables).forEach(name => place.appendChild(makeNumbers(name, data.tables[name])));
  report(say('period', { from: data.from, to: data.to }));
}

/** A picture where there is one, the table itself, and a file for a spreadsheet. */
function makeNumbers(name, table) {
  const node = make('section', 'numbers'), id = 'table-' + name, query = '?days=' + days.value;
  const title = node.appendChild(make('h3', '', table.title));
  title.id = id;
  node.setAttribute('aria-labelledby', id);
  node.appendChild(make('p', 'total', say(name === 'never' ? 'rows' : 'total', { count: name === 'never' ? table.rows.length : table.total })));
  if (!table.rows.length) return node;
  if (DRAWN.indexOf(name) >= 0) {
    const picture = node.appendChild(make('img', 'chart'));
    picture.src = '/desk/api/insight/charts/' + name + query;
    picture.alt = say('chart', { title: table.title });
  }
  node.appendChild(makeFold(say('as_table', { count: table.rows.length }), fold => {
    fold.appendChild(makeTable({
      head: table.head.map(cell => [cell]),
      rows: table.rows.map(row => row.map(cell => [String(cell)])),
    }));
  }));
  const link = node.appendChild(make('a', '', say('csv')));
  link.href = '/desk/api/insight/tables/' + name + query;
  link.download = '';
  link.setAttribute('aria-label', say('csv') + '：' + table.title);
  return node;
}

function named(counts, names) {
  return Object.keys(counts).map(key => ((names && names[key]) || key) + ' ' + counts[key]).join('，');
}

async function loadMisses() {
  byId('misses').setAttribute('aria-busy', 'true');
  if (!byId('misses').firstChild) byId('misses').appendChild(make('li', 'hint', say('grouping')));
  const data = await fetchInsight('misses?days=' + days.value + '&state=' + missState.value), list = byId('misses');
  if (!data) return;
  list.setAttribute('aria-busy', 'false');
  empty(list);
  if (!data.groups.length) list.appendChild(make('li', 'hint', say('no_misses')));
  data.groups.forEach(group => list.appendChild(makeGroupOfMisses(group)));
}

function makeGroupOfMisses(group) {
  const item = make('li', 'group');
  item.appendChild(make('h3', '', group.text));
  item.appendChild(make('p', 'hint', say('miss_counts', {
    count: group.count, channels: named(group.channels, ZR_STRINGS.channels), weeks: named(group.weeks), states: named(group.states, ZR_STRINGS.miss_states),
  })));
  if (group.texts.length > 1) {
    item.appendChild(makeFold(say('same_matter', { count: group.texts.length - 1 }), fold => {
      const list = fold.appendChild(make('ul'));
      group.texts.slice(1).forEach(text => list.appendChild(make('li', '', text)));
    }));
  }
  const tools = item.appendChild(makeGroup('actions', group.text));
  Object.keys(ZR_STRINGS.mark_miss).forEach(state => {
    tools.appendChild(makeButton('', ZR_STRINGS.mark_miss[state], async () => {
      const answer = await desk('POST', 'insight/misses', { ids: group.ids, state: state });
      report(answer.status === 200 ? say('marked', { count: answer.data.changed }) : (answer.data.message || say('not_done')));
      if (answer.status === 200) await loadMisses();
    }));
  });
  tools.appendChild(makeButton('main', say('as_phrasing'), () => openPhrasing(item, group)));
  return item;
}

/** 加为问法: which entry, then the YAML that an editor puts into the file. */
function openPhrasing(item, group) {
  const old = item.querySelector('.phrasing');
  if (old) {
    item.removeChild(old);
    return;
  }
  const form = item.appendChild(make('form', 'phrasing correct')), label = form.appendChild(make('label', 'wide', say('which_entry')));
  const choice = label.appendChild(make('select'));
  titles.slice().sort((a, b) => a[1].localeCompare(b[1], 'zh')).forEach(row => {
    choice.appendChild(make('option', '', row[1])).value = row[0];
  });
  const submit = form.appendChild(make('button', 'main', say('make_snippet')));
  submit.type = 'submit';
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const answer = await desk('POST', 'insight/phrasings', { ids: group.ids, entry: choice.value });
    if (answer.status !== 200) {
      report(answer.data.message || say('not_done'));
      return;
    }
    const made = form.querySelector('.made') || form.appendChild(make('div', 'made'));
    empty(made);
    made.appendChild(make('p', 'hint', say('snippet', answer.data)));
    if (!answer.data.snippet) return;
    const code = made.appendChild(make('pre', '', answer.data.snippet));
    code.tabIndex = 0;
    made.appendChild(makeButton('', say('copy_number'), async () => {
      await copyText(answer.data.snippet, say('copied_snippet'));
      report(say('copied_snippet'));
    }));
  });
  choice.focus();
}

async function loadItems() {
  const data = await fetchInsight('corrections'), list = byId('items');
  if (!data) return;
  empty(list);
  if (!data.items.length) list.appendChild(make('li', 'hint', say('no_items')));
  data.items.forEach(one => {
    const item = list.appendChild(make('li', 'group'));
    item.appendChild(make('h3', '', one.title));
    item.appendChild(make('p', '', ZR_STRINGS.correct_reasons[one.reason] + (one.note ? '：' + one.note : '')));
    item.appendChild(make('p', 'hint', say('item', { reporter: one.reporter, owner: one.owner || say('nobody'), due: one.due })));
    const label = item.appendChild(make('label', 'state', say('state'))), choice = label.appendChild(make('select'));
    Object.keys(ZR_STRINGS.item_states).forEach(state => {
      choice.appendChild(make('option', '', ZR_STRINGS.item_states[state])).value = state;
    });
    choice.value = one.state;
    choice.addEventListener('change', async () => {
      const answer = await desk('POST', 'insight/corrections', { id: one.id, state: choice.value });
      report(answer.status === 200 ? say('marked', { count: 1 }) : (answer.data.message || say('not_done')));
    });
  });
}

days.addEventListener('change', () => Promise.all([loadTables(), loadMisses()]));
missState.addEventListener('change', loadMisses);
byId('period').addEventListener('submit', event => event.preventDefault());
