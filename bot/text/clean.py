"""What every channel does to a person's text before anything else sees it.

Order: reject non-text, remove characters that are no text, mask personal numbers, take away a
leading slash (Rasa reads ``/name`` as an intent), then cut to the length allowed.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.text.letters import MAX_TEXT
from bot.text.privacy import mask

__all__ = ["MAX_TEXT", "clean"]

#: What a zero-width joiner makes one picture of (👨 and 👩 and 👧); anywhere else it only hides words.
_FACE = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_NOT_TEXT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
    f"|(?<![{_FACE}])\u200d|\u200d(?![{_FACE}])"
)
#: Full-width too: NFKC would turn it into a slash later on.
_COMMAND_MARK = re.compile(r"^[\s/／]+")


def clean(text: object, public_numbers: Collection[str] = (), limit: int = MAX_TEXT) -> str:
    """The text that may go on to Rasa, the store and the transcript; '' when nothing is left.

    ``public_numbers``: see :func:`bot.text.privacy.mask`.

    Raises:
        TypeError: ``text`` is no string.
    """
    if not isinstance(text, str):
        raise TypeError("text must be a string")
    text = text[: limit * 4].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _NOT_TEXT.sub("", text)
    return _COMMAND_MARK.sub("", mask(text, public_numbers))[:limit].rstrip()
