"""Whether to tell a person how the words were read: 「按『证书在哪里查』理解」.

Told where something was read into other words (pinyin, a slip, dialect), so that a wrong guess is seen at once.
Not told for what every reader takes for the same (width, case, traditional characters, politeness, 啥 for 什么), nor
for long texts, which are pasted and shown back with quotes, nor where nothing was looked for (a greeting).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.replies.reply import Kind, Reply
from bot.text.lexicon import Lexicon
from bot.text.reading import reading

#: Longest text in characters of which it is told.
MAX_TEXT = 60
_NOT_TOLD = (Kind.ADVERT, Kind.URGENT, Kind.SMALLTALK, Kind.HANDOVER)


def understood(text: str, replies: Sequence[Reply], lexicon: Lexicon) -> str:
    """The words that ``text`` (cleaned, masked) was read as, '' where there is nothing to tell."""
    if len(text) > MAX_TEXT or not replies or replies[0].kind in _NOT_TOLD:
        return ""
    return reading(text, lexicon)
