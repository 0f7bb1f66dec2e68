"""Mask what identifies a person before Rasa, a log or a store sees it.

Official numbers (12333, 0871-… of the offices), dates, prices and document numbers stay as they are. What is masked
stands as data in ``bot/text/private/``.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.text import digits
from bot.text.private.patterns import Pattern, patterns

#: Without one of these characters no pattern of a file can match: most messages are looked at for names only.
_NEEDED = {
    "numbers": re.compile(r"[0-9]|(?i:y(?:ao|i))"),
    "accounts": re.compile(r"[A-Za-z0-9@艾微信]"),
    "documents": re.compile(r"[0-9]"),
    "addresses": re.compile(r"[路街巷弄村寨屯苑乡镇道区园寓城湾里府郡庭栋号室组社]"),
    "names": re.compile(r"[\u4e00-\u9fff]|(?i:name|i am|i'm)"),
}
_OTHER_THAN_NUMBER = re.compile(r"[A-Za-z@\u3400-\u9fff]")


def mask(text: str, public_numbers: Collection[str] = ()) -> str:
    """Replace personal data by what kind of datum stood there, in 〔〕.

    ``public_numbers`` are official numbers as digits only, which stay as they are.
    """
    reading = digits.read(text)
    for name, group in patterns().items():
        if _NEEDED[name].search(reading):
            for pattern in group:
                text, reading = _masked(pattern, public_numbers, text, reading)
    return text


def prepare() -> None:
    """Read patterns and dictionary now, not while the first person waits."""
    mask("我叫玉兰兰，李明明天来，电话12333，微信a1，住1号")


def _masked(pattern: Pattern, public_numbers: Collection[str], text: str, reading: str) -> tuple[str, str]:
    texts, readings, last = [], [], 0
    for start, end in pattern.spans(reading):
        if _is_public(reading[start:end], public_numbers):
            continue
        texts += [text[last:start], pattern.placeholder]
        readings += [reading[last:start], pattern.placeholder]
        last = end
    return ("".join([*texts, text[last:]]), "".join([*readings, reading[last:]])) if last else (text, reading)


def _is_public(datum: str, public_numbers: Collection[str]) -> bool:
    """Whether the datum as a whole is an official number: 12345 is one, kaozheng12345 and 云A12345 are none."""
    if _OTHER_THAN_NUMBER.search(datum):
        return False
    number = re.sub(r"[^0-9]", "", datum)
    return number in public_numbers or f"0{number.removeprefix('86').removeprefix('0')}" in public_numbers
