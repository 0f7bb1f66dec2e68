// The plain chat page: draws typed blocks with DOM nodes and textContent, never HTML.
(function () {
  'use strict';
  var log = document.getElementById('log'), form = document.getElementById('form');
  var box = document.getElementById('text'), status = document.getElementById('status');
  var token = null, own = null, seen = {}, queue = Promise.resolve();

  function element(name, className, text) {
    var node = document.createElement(name);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }
  function cid() {
    var bytes = new Uint8Array(16), out = '';
    crypto.getRandomValues(bytes);
    for (var i = 0; i < bytes.length; i++) out += ('0' + bytes[i].toString(16)).slice(-2);
    return out;
  }
  function api(method, path, body) {
    var headers = { 'Content-Type': 'application/json' };
    if (token) headers.Authorization = 'Bearer ' + token;
    return fetch('/chat/api/' + path, { method: method, headers: headers, body: body ? JSON.stringify(body) : undefined })
      .then(function (r) { return r.status === 204 ? {} : r.json().then(function (data) { data.status = r.status; return data; }); });
  }
  function open() {
    return api('POST', 'session', {}).then(function (data) {
      if (!data.token) throw data;
      token = data.token; seen = {};
      if (data.greeting) return draw(data.greeting);
      return api('GET', 'messages').then(function (kept) { kept.messages.forEach(draw); });
    });
  }
  function inline(parent, parts) {
    parts.forEach(function (part) {
      if (typeof part === 'string') parent.appendChild(document.createTextNode(part));
      else if (part.t === 'b') parent.appendChild(element('strong', '', part.s));
      else if (part.t === 'br') parent.appendChild(element('br'));
      else if (part.t === 'a') parent.appendChild(link(part));
    });
    return parent;
  }
  function link(part) {
    if (!/^(https?:\/\/|tel:)/.test(part.href)) return document.createTextNode(part.s);
    var node = element('a', '', part.s);
    node.href = part.href;
    if (part.href.indexOf('tel:') !== 0) {
      node.target = '_blank'; node.rel = 'noopener noreferrer';
      node.appendChild(element('span', 'hidden', '（新窗口打开）'));
    }
    return node;
  }
  function block(b) {
    if (b.t === 'ul' || b.t === 'ol') {
      var list = element(b.t);
      b.items.forEach(function (item) { list.appendChild(inline(element('li'), item)); });
      return list;
    }
    if (b.t === 'table') {
      var table = element('table');
      [b.head].concat(b.rows).forEach(function (row, n) {
        var tr = table.appendChild(element('tr'));
        row.forEach(function (cell) { tr.appendChild(inline(element(n ? 'td' : 'th'), cell)); });
      });
      return table;
    }
    if (b.t === 'p' || b.t === 'h' || b.t === 'warn') return inline(element('p', b.t === 'p' ? '' : b.t), b.c);
    return document.createTextNode('');
  }
  function draw(m) {
    if (m.seq && seen[m.seq]) return;
    seen[m.seq] = true;
    var node = element('div', 'message ' + m.from + ' ' + (m.kind || ''));
    node.appendChild(element('span', 'hidden', m.from === 'user' ? '我：' : '客服：'));
    if (m.from === 'user') node.appendChild(document.createTextNode(m.text));
    (m.blocks || []).forEach(function (b) { node.appendChild(block(b)); });
    if (m.sources && m.sources.length) {
      var line = m.sources.map(function (s) { return s.issuer + '，' + s.date + '（' + s.title + '）'; }).join('；');
      node.appendChild(element('p', 'source', '来源：' + line));
    }
    if (m.buttons && m.buttons.length) {
      var group = element('div', 'choices');
      group.setAttribute('role', 'group'); group.setAttribute('aria-label', '可选问题');
      m.buttons.forEach(function (b) {
        var button = element('button', '', b.title);
        button.type = 'button';
        button.addEventListener('click', function () { send({ button_id: b.id }, b.title); });
        group.appendChild(button);
      });
      node.appendChild(group);
    }
    log.appendChild(node);
    // the beginning of an answer is read first: the person's own words go to the top
    if (m.from === 'user') own = node;
    log.scrollTop = own ? own.offsetTop - log.offsetTop - 8 : log.scrollHeight;
  }
  function send(body, title) {
    body.cid = cid();
    queue = queue.then(function () {
      status.textContent = '正在查…';
      return (token ? Promise.resolve() : open()).then(function () { return attempt(body, title, 0); });
    }).catch(function (error) {
      status.textContent = (error && error.message && error.status) ? error.message : '没有发出去，请再试一次，或拨打 {phone}。';
    });
  }
  function attempt(body, title, tries) {
    return api('POST', 'messages', body).then(function (data) {
      if (data.status === 401 && tries === 0) { token = null; return open().then(function () { return attempt(body, title, 1); }); }
      if (data.status === 409 && tries < 2) return attempt({ cid: body.cid, text: title }, title, 2);
      if (!data.messages) throw data;
      status.textContent = '';
      data.messages.forEach(draw);
    });
  }
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    var text = box.value.trim();
    if (!text) return;
    box.value = ''; box.focus();
    send({ text: text }, text);
  });
  box.addEventListener('keydown', function (event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      form.dispatchEvent(new Event('submit', { cancelable: true }));
    }
  });
  document.getElementById('restart').addEventListener('click', function () {
    if (!token || !window.confirm('重新开始会清空这次对话，确定吗？')) return;
    api('DELETE', 'session').then(function () {
      token = null;
      while (log.children.length > 1) log.removeChild(log.lastChild);
      return open();
    });
  });
  open().catch(function () { status.textContent = '暂时连不上，请稍后再试，或拨打 {phone}。'; });
})();
