// Everything is defined: begin.

function begin() {
  readSettings();
  applySettings();
  watchSettings();
  watchComposer();
  watchSuggestions();
  watchScrolling();
  watchPanel();
  watchFrame();
  watchViewport();
  watchVoices();
  grow();
  window.addEventListener('offline', () => tell(say('offline'), 'alert'));
  window.addEventListener('online', () => {
    tell(say('online'));
    catchUp().catch(() => {});
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && conv) catchUp().catch(() => {});
  });
  persist(session).then(answer => {
    if (answer && answer.status === 200) {
      if (statusTone === 'alert') tell('');
    } else if (!inQueue) {
      tell((answer && answer.data.message) || say('given_up'), 'alert');
    }
  });
}

begin();
