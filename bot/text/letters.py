"""Unicode's compatibility characters as what a reader sees in them, without letting a text grow.

NFKC makes up to eighteen characters of one (U+FDFA); what comes after is cut at the length of the longest message, so
no text costs more than a plain one of that length.
"""

from __future__ import annotations

import unicodedata

#: Longest text that is looked at, in characters, before and after folding.
MAX_TEXT = 2000
#: Radicals that a PDF or a font puts in the place of the character they look like; NFKC knows those from U+2F00 only.
_RADICALS = dict(
    zip(
        "⺟⺠⺧⺫⺬⺮⺶⺻⺼⺽⻁⻃⻄⻅⻆⻇⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⻳",
        "母民牛目示竹羊聿肉臼虎西西见角角贝足车长长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾齐齿龙龟龟",
        strict=True,
    )
)
#: The two characters of which NFKC makes eighteen and eight, as their first word; no other makes more than six.
_LIGATURES = {"\ufdfa": "\u0635\u0644\u0649", "\ufdfb": "\u062c\u0644"}
_TABLE = str.maketrans({**_RADICALS, **_LIGATURES})


def canonical(text: str) -> str:
    """NFKC with radicals as their characters; at most :data:`MAX_TEXT` characters."""
    return unicodedata.normalize("NFKC", text[:MAX_TEXT].translate(_TABLE))[:MAX_TEXT]
