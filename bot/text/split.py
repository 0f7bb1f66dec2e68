"""Cut a message into the questions it asks, in the order asked.

Only a proposal: whether the parts are different questions is decided by what they are understood
as (see :mod:`bot.understanding`), so a long story with one question stays one.
"""

from __future__ import annotations

import re

#: Most parts looked at: three are answered, the others offered.
MAX_PARTS = 10
_MIN_CHARACTERS = 4
_BOUNDARY = re.compile(
    r"(?<=[?？！!。；;\n])|(?:[，,、]?\s*(?:还有就是|还有一个|还有|另外|再问一下|再问|以及|顺便问一下|顺便问|顺便|同时))|(?:[一二三123]\s*[、.．)）])"
)
_COMMA = re.compile(r"[，,]")
_ASKS = re.compile(
    r"[?？吗呢么]|什么|怎么|怎样|如何|哪|谁|多少|几|是不是|有没有|能不能|可不可以|算不算|要不要|会不会|咋"
)


def split_questions(text: str) -> tuple[str, ...]:
    """Parts that ask something, at most :data:`MAX_PARTS`; a single question gives one part.

    Commas divide only where both sides ask: „三类证书有哪些，在哪查".
    """
    parts: list[str] = []
    for piece in _BOUNDARY.split(text):
        piece = piece.strip(" ，,。.；;、\n")
        if piece:
            parts += _split_at_commas(piece)
    asking = [part for part in parts if _ASKS.search(part) and len(part) >= _MIN_CHARACTERS]
    if len(asking) < 2:
        return (text.strip(),) if text.strip() else ()
    return tuple(asking[:MAX_PARTS])


def _split_at_commas(piece: str) -> list[str]:
    clauses = [clause.strip() for clause in _COMMA.split(piece) if clause.strip()]
    groups: list[str] = []
    for clause in clauses:
        if groups and not (_ASKS.search(clause) and _ASKS.search(groups[-1])):
            groups[-1] += "，" + clause
        else:
            groups.append(clause)
    return groups
