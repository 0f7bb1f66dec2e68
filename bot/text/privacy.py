"""Mask what identifies a person before Rasa, a log or a store sees it.

Each pattern has a name, and a check where the number carries one. Official numbers (12333,
0871-… of the offices), dates and document numbers stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

_SEP = r"[ \u3000\-－—·.]?"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


@dataclass(frozen=True)
class Pattern:
    """One kind of personal datum: what is found and what stands in its place."""

    name: str
    regex: re.Pattern[str]
    placeholder: str
    accept: Callable[[str], bool] = lambda _: True


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", unicodedata.normalize("NFKC", text)).upper()


def _is_id_number(found: str) -> bool:
    digits = _digits(found)
    if len(digits) == 15:
        return digits.isdigit() and 1 <= int(digits[8:10]) <= 12 and 1 <= int(digits[10:12]) <= 31
    body, check = digits[:17], digits[17:]
    if not body.isdigit():
        return False
    good = _ID_CHECKS[sum(int(d) * w for d, w in zip(body, _ID_WEIGHTS, strict=True)) % 11] == check
    # a mistyped identity number is still one: the date in it is evidence enough
    return good or (1900 <= int(body[6:10]) <= 2030 and 1 <= int(body[10:12]) <= 12 and 1 <= int(body[12:14]) <= 31)


def _passes_luhn(found: str) -> bool:
    digits = _digits(found)
    if not digits.isdigit() or not 16 <= len(digits) <= 19:
        return False
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_private_landline(found: str) -> bool:
    return not _digits(found).endswith("12333")  # 区号-12333 is a service number


_D = r"[0-9０-９]"
_DIGIT = rf"{_D}{_SEP}"
_ALONE, _END = rf"(?<!{_D})", rf"(?!{_D})"
_NAME = r"[\u4e00-\u9fa5]{2,4}?(?=[，,。.！!？?；;、\s）)]|$|[我是今在想要]|身份|电话|手机|证)"
_AFTER_NUMBER_WORD = r"(?P<keep>(?:编号|证号|号码)(?:是|为|：|:|\s){0,3})"
_AFTER_WECHAT = r"(?i)(?P<keep>(?:微信号?|威信|薇信|wechat|weixin|vx|wx)(?:号|是|为)?[\s:：]{0,2})"
_AFTER_NAME_WORD = r"(?P<keep>(?:我叫|姓名|名叫|名字是|名字叫)[:：是\s]{0,2})"


def _pattern(name: str, placeholder: str, *pieces: str, accept: Callable[[str], bool] = lambda _: True) -> Pattern:
    return Pattern(name, re.compile("".join(pieces)), placeholder, accept)


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "identity_card", "〔身份证号〕", _ALONE, rf"(?:{_DIGIT}){{17}}[0-9０-９XxＸｘ]", _END, accept=_is_id_number
    ),
    _pattern("identity_card_15", "〔身份证号〕", _ALONE, rf"(?:{_DIGIT}){{14}}{_D}", _END, accept=_is_id_number),
    _pattern("bank_card", "〔银行卡号〕", _ALONE, rf"(?:{_DIGIT}){{15,18}}{_D}", _END, accept=_passes_luhn),
    _pattern(
        "mobile",
        "〔手机号〕",
        _ALONE,
        rf"(?:[+＋]?[8８][6６]{_SEP})?[1１][3-9３-９]{_SEP}(?:{_DIGIT}){{8}}{_D}",
        _END,
    ),
    _pattern(
        "landline",
        "〔电话〕",
        _ALONE,
        rf"[0０]{_D}{{2,3}}[-－—\s]?[2-9２-９]{_D}{{6,7}}",
        _END,
        accept=_is_private_landline,
    ),
    _pattern(
        "certificate_number",
        "〔证书编号〕",
        _AFTER_NUMBER_WORD,
        rf"[A-Za-zＡ-Ｚ]{{0,3}}(?:{_DIGIT}){{9,24}}[0-9０-９A-Za-zＸｘ]",
    ),
    _pattern(
        "certificate_number_bare",
        "〔证书编号〕",
        rf"(?<![0-9A-Za-z])[A-Z]{{0,2}}{_D}{{16,25}}[A-Z]?(?![0-9A-Za-z])",
    ),
    _pattern("wechat_id", "〔微信号〕", _AFTER_WECHAT, r"[a-z][-_a-z0-9]{5,19}(?![a-z])"),
    _pattern("name", "〔姓名〕", _AFTER_NAME_WORD, _NAME),
)


def mask(text: str, public_numbers: Collection[str] = ()) -> str:
    """Replace personal data by what kind of datum stood there, in 〔〕.

    ``public_numbers`` are official numbers as digits only, which stay as they are.
    """
    for pattern in PATTERNS:
        text = pattern.regex.sub(partial(_masked, pattern, public_numbers), text)
    return text


def _masked(pattern: Pattern, public_numbers: Collection[str], found: re.Match[str]) -> str:
    kept = found.groupdict().get("keep") or ""
    datum = found.group()[len(kept) :]
    if _digits(datum) in public_numbers or not pattern.accept(datum):
        return found.group()
    return kept + pattern.placeholder
