// Who works here: login, log-out, and the way back in when a session has ended.

const loginForm = byId('login'), consolePart = byId('console'), insightPart = byId('insight'), tools = byId('tools');
/** Whose call is on the page: another person who logs in finds nothing of it. */
let atDesk = '';
/** One shell for both pages: the address says which. */
const OVERVIEW = location.pathname === '/desk/insight';

function showLogin(told) {
  csrf = '';
  loginForm.hidden = false;
  consolePart.hidden = true;
  insightPart.hidden = true;
  tools.hidden = true;
  byId('login-told').textContent = told || '';
  byId('password').value = '';
  byId(byId('user').value ? 'password' : 'user').focus();
}

function showConsole(me) {
  csrf = me.csrf;
  byId('password').value = '';
  if (atDesk && atDesk !== me.name) forgetCall();
  atDesk = me.name;
  loginForm.hidden = true;
  tools.hidden = false;
  byId('who').textContent = say('who', { name: me.name, role: ZR_STRINGS.roles[me.role] });
  byId('to-insight').hidden = me.role !== 'supervisor' || OVERVIEW;
  byId('to-desk').hidden = !OVERVIEW;
  byId('help-open').hidden = OVERVIEW;
  if (OVERVIEW) {
    showInsight(me);
    return;
  }
  consolePart.hidden = false;
  fillRegions(me.regions);
  focusBox();
}

/** Asks the server who is logged in; shows the console or the login. */
async function enter(told) {
  const answer = await call('GET', '/desk/api/me');
  if (answer.status === 200) showConsole(answer.data);
  else showLogin(answer.status === 0 ? say('down') : told);
}

loginForm.addEventListener('submit', async event => {
  event.preventDefault();
  const answer = await call('POST', '/desk/login', { user: byId('user').value.trim(), password: byId('password').value });
  if (answer.status !== 200) {
    showLogin(answer.data.message || say('login_failed'));
    return;
  }
  csrf = answer.data.csrf;
  await enter(say('login_failed'));
});

byId('logout').addEventListener('click', async () => {
  await call('POST', '/desk/logout', {});
  forgetCall();
  byId('user').value = '';
  showLogin('');
});
