// The box to write in: grows with its text, counts down near its end, sends on Enter, but never in the middle of an input method.

const box = byId('text');
const counter = byId('counter');
let maxText = box.maxLength;

function limitText(most) {
  maxText = most;
  box.maxLength = most;
}

/** Where the focus goes when what had it is gone: on a touch screen not into the box, whose keyboard would cover half of it. */
function focusFirst() {
  if (window.matchMedia('(pointer: coarse)').matches) log.focus();
  else box.focus();
}

/** Enter that belongs to an input method chooses a word; 229 is what old ones report. */
function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

function grow() {
  box.style.height = 'auto';
  box.style.height = Math.min(box.scrollHeight + 4, window.innerHeight * 0.3) + 'px';
}

function countLeft() {
  const length = box.value.length;
  counter.textContent = length >= 200 ? say('left', { count: maxText - length }) : '';
}

function onWritten() {
  grow();
  countLeft();
  suggest(box.value);
}

function submit() {
  const text = box.value.trim();
  if (!text) {
    box.focus();
    return;
  }
  clearBox();
  ask(text);
}

function clearBox() {
  box.value = '';
  onWritten();
  box.focus();
}

function watchComposer() {
  byId('form').addEventListener('submit', event => {
    event.preventDefault();
    submit();
  });
  box.addEventListener('input', onWritten);
  box.addEventListener('paste', event => {
    const pasted = event.clipboardData ? event.clipboardData.getData('text') : '';
    const chosen = box.selectionEnd - box.selectionStart;
    if (box.value.length - chosen + pasted.length > maxText) tell(say('cut', { count: maxText }), 'alert');
  });
  box.addEventListener('keydown', event => {
    if (isComposing(event) || chooseSuggestion(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  });
}
