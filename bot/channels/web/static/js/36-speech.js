// Reads a reply aloud, where the browser has a Chinese voice.

const speech = window.speechSynthesis && window.SpeechSynthesisUtterance ? window.speechSynthesis : null;
let speakingButton = null;

function chineseVoice() {
  const voices = (speech ? speech.getVoices() : []).filter(voice => /^(zh|cmn)/i.test(voice.lang));
  return voices.filter(voice => /CN|Hans/i.test(voice.lang))[0] || voices[0];
}

/** Voices come late in some browsers: the buttons are there and shown once there is one. */
function watchVoices() {
  if (!speech) return;
  const look = () => document.documentElement.classList.toggle('speaks', Boolean(chineseVoice()));
  look();
  if (speech.addEventListener) speech.addEventListener('voiceschanged', look);
  else speech.onvoiceschanged = look;
  window.addEventListener('pagehide', hush);
}

function spokenInline(part) {
  if (typeof part === 'string') return part;
  if (part.t === 'br') return '，';
  if (part.t !== 'a') return part.s || '';
  // a number is read digit by digit, an address not at all
  if (part.href.indexOf('tel:') === 0) return ' ' + part.s.replace(/-/g, '').split('').join(' ') + ' ';
  return /[a-z]\.[a-z]/i.test(part.s) ? '（' + say('address_on_screen') + '）' : part.s;
}

function spokenLine(parts) {
  return (parts || []).map(spokenInline).join('');
}

/** Sentences to read: short ones, because long ones are cut off by some engines. */
function spoken(blocks) {
  const lines = [];
  (blocks || []).forEach(block => {
    if (block.c) lines.push(spokenLine(block.c));
    (block.items || []).forEach(item => lines.push(spokenLine(item)));
    (block.rows || []).forEach(row => lines.push(row.map(spokenLine).join('，')));
  });
  return lines.join('\n').split(/[。；！？\n]+/).filter(sentence => sentence.trim());
}

function hush() {
  if (speech) speech.cancel();
  if (speakingButton) speakingButton.textContent = say('speak');
  speakingButton = null;
}

function readAloud(button, blocks) {
  const again = speakingButton === button;
  hush();
  if (again) return;
  const sentences = spoken(blocks);
  speakingButton = button;
  button.textContent = say('silence');
  sentences.forEach((sentence, at) => {
    const utterance = new SpeechSynthesisUtterance(sentence);
    utterance.lang = 'zh-CN';
    utterance.voice = chineseVoice() || null;
    utterance.rate = 0.9;
    if (at === sentences.length - 1) utterance.onend = () => { if (speakingButton === button) hush(); };
    speech.speak(utterance);
  });
}
