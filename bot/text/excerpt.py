"""The part of a long text that is classified."""

from __future__ import annotations

#: Characters of a normalised text that are looked at: the encoder's time grows with them, and a
#: story begins with who is asking and ends with the question.
MAX_CHARACTERS, _HEAD = 128, 40


def excerpt(text: str) -> str:
    """Head and, mostly, end of a text; a text that is short enough is itself."""
    if len(text) <= MAX_CHARACTERS:
        return text
    return text[:_HEAD] + text[_HEAD - MAX_CHARACTERS :]
