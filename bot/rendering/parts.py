"""Cut a text that WeChat does not take at once: between answers, else at a paragraph, else a sentence, never inside a
character or a link."""

from __future__ import annotations

import re

#: Bytes of UTF-8 in one message, hints and link marks counted; the platform was measured to take 2,048.
MAX_BYTES = 2000
#: What asks for the next part.
MORE = "继续"
_HINT = "\n（{part}/{all}，回复“" + MORE + "”看下文）"
_PLAIN = "\n（{part}/{all}）"
#: Bytes kept free for the longest hint.
_RESERVED = len(_HINT.format(part=99, all=99).encode())
#: What is never divided: a link with its words, an address, a character with what belongs to it (marks, skin
#: tones, emoji joined into one, flags).
_JOINED = "[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
_ATOM = re.compile(
    r"<a\s[^>]*>.*?</a>|https?://[\w.~:/?#@!$&'*+;=%-]+"
    rf"|[\U0001f1e6-\U0001f1ff]{{2}}|.(?:{_JOINED}|(?<=\u200d).)*",
    re.DOTALL | re.ASCII,
)
#: How the last line of an answer begins.
_ANSWER_ENDS = "来源："
_BETWEEN_ANSWERS = 4
_SENTENCE_ENDS = "。！？；!?;"
#: A better kind of boundary is taken only where the part is at least this full; one between answers, so that what was
#: asked last is not put off without need.
_FULL, _FULL_OF_ANSWERS = 0.3, 0.55


def cut(text: str, limit: int = MAX_BYTES, *, hinted: bool = True) -> tuple[str, ...]:
    """The parts of ``text``, each with its number; one part without a number where it fits.

    ``hinted`` parts say how to get the next one.
    """
    if len(text.encode("utf-8")) <= limit:
        return (text,)
    bodies = []
    rest = text.strip()
    while rest:
        body, rest = _first(rest, limit - _RESERVED)
        bodies.append(body)
    last = len(bodies)
    return tuple(
        body + (_HINT if hinted and number < last else _PLAIN).format(part=number, all=last)
        for number, body in enumerate(bodies, 1)
    )


def _first(text: str, budget: int) -> tuple[str, str]:
    """As much of ``text`` as a part may hold, and what is left of it."""
    best: dict[int, int] = {}
    used = 0
    for atom in _ATOM.finditer(text):
        used += len(atom[0].encode("utf-8"))
        if used > budget:
            break
        rank = _rank(text, atom.end())
        if rank == _BETWEEN_ANSWERS and used < budget * _FULL_OF_ANSWERS:
            rank -= 1
        if rank == 0 or used >= budget * _FULL:
            best[rank] = atom.end()
    else:
        return text, ""
    at = best[max(best)] if best else _characters(text, budget)
    return text[:at].rstrip(), text[at:].lstrip("\n ")


def _rank(text: str, at: int) -> int:
    """How good a place ``at`` is: 4 between answers, 3 paragraphs, 2 lines, 1 sentences, 0 anywhere else.

    Words that announce what follows stay with it.
    """
    if text[at : at + 1] == "\n":
        line = text[text.rfind("\n", 0, at) + 1 : at]
        if line.endswith("："):
            return 0
        if text[at : at + 2] == "\n\n":
            return _BETWEEN_ANSWERS if line.startswith(_ANSWER_ENDS) else 3
        return 2
    return 1 if text[at - 1] in _SENTENCE_ENDS else 0


def _characters(text: str, budget: int) -> int:
    """Where the first atom alone is too long: as many characters as fit."""
    return len(text.encode("utf-8")[:budget].decode("utf-8", "ignore")) or 1
