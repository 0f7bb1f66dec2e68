// The one script line for other sites: a button; the conversation is loaded when it is pressed.
(function () {
  'use strict';
  var script = document.currentScript, bot, data, sheet;
  if (window.ZrBot || !script || !script.src) return;
  bot = new URL(script.src).origin;
  data = script.dataset;
  var label = data.label || '智能客服', phone = '{phone}', left = data.position === 'left';
  var host, launcher, panel, cover, frame = null, timer = 0, ready = false, isOpen = false, count = 0, base = 0, overflow = '';
  var font = '"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
  // every inherited property starts anew here: whatever the site's own styles say stays outside
  var rules = {
    ':host': 'all:initial!important',
    '*': 'box-sizing:border-box;font:400 18px/1.6 ' + font + ';letter-spacing:normal;color:#1a2330',
    '[hidden]': 'display:none!important',
    '.launcher': 'position:fixed;z-index:2147483000;bottom:20px;' + (left ? 'left' : 'right') + ':20px;min-width:60px;min-height:60px;' +
      'padding:0 24px;border:2px solid #fff;border-radius:30px;background:#0b5394;color:#fff;font-weight:700;cursor:pointer;' +
      'box-shadow:0 4px 16px rgba(0,0,0,.3)',
    '.launcher:focus,button:focus,a:focus': 'outline:3px solid #0b5394;outline-offset:3px;box-shadow:0 0 0 3px #fff',
    '.panel': 'position:fixed;z-index:2147483001;bottom:96px;' + (left ? 'left' : 'right') + ':20px;width:430px;max-width:calc(100vw - 40px);' +
      'height:720px;max-height:calc(100vh - 120px);border:1px solid #6b7a8c;border-radius:14px;background:#fff;overflow:hidden;' +
      'box-shadow:0 8px 40px rgba(0,0,0,.3)',
    'iframe': 'display:block;width:100%;height:100%;border:0',
    '.cover': 'position:absolute;top:0;left:0;width:100%;height:100%;padding:24px;background:#fff;overflow:auto',
    '.cover p': 'margin:0 0 16px',
    '.cover a,.cover button': 'display:block;width:100%;min-height:60px;margin:0 0 12px;padding:14px;border:2px solid #0b5394;border-radius:10px;' +
      'background:#fff;color:#0b5394;text-align:center;text-decoration:none;cursor:pointer'
  };
  var small = '.panel{top:0;left:0;right:0;bottom:0;width:100%;max-width:none;height:100%;max-height:none;border:0;border-radius:0}';

  function make(tag, name, text) {
    var node = document.createElement(tag);
    node.className = name;
    if (text) node.textContent = text;
    return node;
  }
  function narrow() { return window.innerWidth <= 480; }
  /** Sheets made by script are allowed under any style-src; old browsers get the rules one by one. */
  function dress(shadow) {
    var names = Object.keys(rules);
    try {
      var made = new CSSStyleSheet();
      made.replaceSync(names.map(function (name) { return name + '{' + rules[name] + '}'; }).join('') + '@media (max-width:480px){' + small + '}');
      shadow.adoptedStyleSheets = [made];
      sheet = made;
    } catch (error) {
      names.forEach(function (name) {
        if (name === ':host' || /[[:]/.test(name)) return;
        shadow.querySelectorAll(name).forEach(function (node) { node.style.cssText += ';' + rules[name]; });
      });
      if (narrow()) panel.style.cssText += ';' + small.slice(7, -1);
      old();
    }
  }
  function old() {
    [panel, cover].forEach(function (node) { node.style.display = node.hidden ? 'none' : 'block'; });
  }
  function show(node, shown) {
    node.hidden = !shown;
    if (!sheet) old();
  }
  function title() {
    launcher.textContent = label + (count > base && !isOpen ? '（' + (count - base) + ' 条新消息）' : '');
  }
  function fail() {
    if (ready) return;
    cover.firstChild.textContent = '对话窗口没有打开。';
    var link = make('a', '', '打开网页版'), dial = make('a', '', '拨打 ' + phone);
    link.href = bot + '/chat';
    link.target = '_blank';
    link.rel = 'noopener';
    dial.href = 'tel:' + phone;
    cover.insertBefore(link, cover.lastChild);
    cover.insertBefore(dial, cover.lastChild);
    if (!sheet) dress(launcher.getRootNode());
    link.focus();
  }
  function load() {
    frame = make('iframe', '');
    frame.title = label + '对话窗口';
    frame.referrerPolicy = 'strict-origin';
    frame.src = bot + '/chat?embed=1';
    frame.addEventListener('load', function () { if (!ready) greet(); });
    panel.insertBefore(frame, cover);
    if (!sheet) dress(launcher.getRootNode());
    timer = setTimeout(fail, 8000);
  }
  /** Says who embeds, to frames whose browser does not tell them, and asks for the focus. */
  function greet() {
    if (isOpen) frame.contentWindow.postMessage({ type: 'zr:open' }, bot);
  }
  function open() {
    if (!launcher || isOpen) return;
    isOpen = true;
    show(panel, true);
    if (!frame) load();
    launcher.setAttribute('aria-expanded', 'true');
    panel.setAttribute('aria-modal', String(narrow()));
    title();
    if (narrow()) {
      overflow = document.documentElement.style.overflow;
      document.documentElement.style.overflow = 'hidden';
    }
    if (ready) {
      frame.focus();
      greet();
    } else {
      cover.lastChild.focus();
    }
  }
  function close() {
    if (!isOpen) return;
    isOpen = false;
    base = count;
    show(panel, false);
    launcher.setAttribute('aria-expanded', 'false');
    document.documentElement.style.overflow = overflow;
    launcher.focus();
  }
  function mount() {
    host = document.createElement('zr-bot');
    var shadow = host.attachShadow({ mode: 'open' }), quit = make('button', '', '关闭');
    launcher = make('button', 'launcher', label);
    launcher.type = quit.type = 'button';
    launcher.setAttribute('aria-haspopup', 'dialog');
    launcher.setAttribute('aria-expanded', 'false');
    launcher.addEventListener('click', function () { if (isOpen) close(); else open(); });
    panel = make('div', 'panel');
    panel.setAttribute('role', 'dialog');
    panel.setAttribute('aria-label', label);
    panel.hidden = true;
    cover = make('div', 'cover');
    cover.appendChild(make('p', '', '正在打开…'));
    quit.addEventListener('click', close);
    cover.appendChild(quit);
    panel.appendChild(cover);
    shadow.appendChild(launcher);
    shadow.appendChild(panel);
    dress(shadow);
    document.body.appendChild(host);
    document.addEventListener('keydown', function (event) { if (event.key === 'Escape') close(); });
  }
  window.addEventListener('message', function (event) {
    if (!frame || event.origin !== bot || event.source !== frame.contentWindow || !event.data) return;
    if (event.data.type === 'zr:ready') {
      var first = !ready;
      ready = true;
      clearTimeout(timer);
      show(cover, false);
      // who has gone on to something else meanwhile is not called back
      if (isOpen && first && document.activeElement === host) {
        frame.focus();
        greet();
      }
    } else if (event.data.type === 'zr:close') {
      close();
    } else if (event.data.type === 'zr:unread' && Number(event.data.count) >= 0) {
      count = Number(event.data.count);
      if (isOpen) base = count;
      title();
    }
  });
  window.ZrBot = { open: open, close: close };
  if (document.body) mount();
  else document.addEventListener('DOMContentLoaded', mount);
})();
