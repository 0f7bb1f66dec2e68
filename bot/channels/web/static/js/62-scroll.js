// Where the conversation stands: an answer is read from its beginning, and nobody is pulled away from what he reads.

/** Whether the person has left the scrolling to us since the last question. */
let followed = true;

function watchScrolling() {
  const left = () => { followed = false; };
  log.addEventListener('wheel', left, { passive: true });
  log.addEventListener('touchmove', left, { passive: true });
  log.addEventListener('keydown', event => {
    if (/^(Arrow|Page|Home|End)/.test(event.key)) left();
  });
}

/** The person's words on top; of a long text (an advert) only the end, so that the answer's beginning is seen. */
function scrollToTurn(turn, reply) {
  const own = turn.node.offsetTop - 12;
  log.scrollTop = reply ? Math.max(own, reply.offsetTop - log.clientHeight * 0.4) : own;
}

/** What has just appeared in the log, once the status line below it has its new height. */
function bringIntoView(node) {
  setTimeout(() => {
    const below = node.getBoundingClientRect().bottom - log.getBoundingClientRect().bottom;
    if (below > 0) log.scrollTop += below + 12;
  }, 50);
}
