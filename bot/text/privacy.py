"""Mask what identifies a person before Rasa, a log or a store sees it.

Each pattern has a name, and a check where the number carries one. Official numbers (12333,
0871-… of the offices), dates, prices and document numbers stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.text import digits
from bot.text.persons import ADDRESSES, NAMES, compiled

#: What may stand between two digits of one number; keycap emoji bring two characters of their own.
_SEP = r"[ \u3000\-－—–·._~\ufe0f\u20e3]{0,3}"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
#: The first two digits of every identity number: the province.
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)"


def _true(_: str) -> bool:
    return True


@dataclass(frozen=True)
class Pattern:
    """One kind of personal datum: what is found in the digits' reading and what stands in its place."""

    name: str
    regex: re.Pattern[str]
    placeholder: str
    accept: Callable[[str], bool] = _true


def _is_id_number(found: str) -> bool:
    number = digits.only(found)
    if len(number) == 15:
        return number.isdigit() and 1 <= int(number[8:10]) <= 12 and 1 <= int(number[10:12]) <= 31
    body, check = number[:17], number[17:]
    if not body.isdigit():
        return False
    good = _ID_CHECKS[sum(int(d) * w for d, w in zip(body, _ID_WEIGHTS, strict=True)) % 11] == check
    # a mistyped identity number is still one: the date in it is evidence enough
    return good or (1900 <= int(body[6:10]) <= 2030 and 1 <= int(body[10:12]) <= 12 and 1 <= int(body[12:14]) <= 31)


def _is_bank_card(found: str) -> bool:
    number = digits.only(found)
    if not number.isdigit() or not 16 <= len(number) <= 19:
        return False
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    # 62 begins every card of the country's own scheme, also one with a slip in it
    return total % 10 == 0 or number.startswith("62")


def _is_private_phone(found: str) -> bool:
    number = digits.only(found)
    # 区号-12333 and the like are service numbers, 400 and 800 numbers those of businesses
    return not re.fullmatch(r"0\d{2,3}1\d{4}|[48]00\d{7}|95\d{3,6}", number)


def _has_six_digits(found: str) -> bool:
    return len(re.sub(r"[^0-9]", "", found)) >= 6 and _is_private_phone(found)


_DIGIT = rf"[0-9]{_SEP}"
_ALONE, _END = r"(?<![0-9])", r"(?![0-9])"
_IS = r"[号码是为:\s]{0,4}"
_MONEY = r"(?!\s?[元块万年月])"
_NUMBER_WORD = (
    r"(?P<keep>(?:证书编号|编号|证书号|证号|考号|准考证|管理号|学号|档案号|护照|通行证|军官证|居住证|社保卡|"
    r"(?<!电话)(?<!手机)号码)"
)

_TABLE: tuple[tuple[str, str, str, Callable[[str], bool]], ...] = (
    (
        "e_mail",
        "〔邮箱〕",
        r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:[.。][A-Za-z0-9-]{1,63}){1,4}",
        _true,
    ),
    ("identity_card", "〔身份证号〕", rf"{_ALONE}{_PROVINCE}{_SEP}(?:{_DIGIT}){{15}}[0-9Xx]{_END}", _is_id_number),
    (
        "identity_card_lines",
        "〔身份证号〕",
        rf"{_ALONE}{_PROVINCE}\d{{4}}\s{{0,2}}(?:19|20)\d{{6}}\s{{0,2}}\d{{3}}[0-9Xx]{_END}",
        _is_id_number,
    ),
    ("identity_card_15", "〔身份证号〕", rf"{_ALONE}{_PROVINCE}{_SEP}(?:{_DIGIT}){{12}}[0-9]{_END}", _is_id_number),
    ("identity_card_said", "〔身份证号〕", rf"(?P<keep>身份证{_IS})(?:{_DIGIT}){{13,19}}[0-9Xx]?{_END}", _true),
    (
        "identity_card_tail",
        "〔身份证号〕",
        r"(?P<keep>身份证(?:号码?)?的?(?:最?后|尾号)[四六46]?位?数?[是为:\s]{0,2})\d{3,6}[Xx]?",
        _true,
    ),
    ("bank_card", "〔银行卡号〕", rf"{_ALONE}(?:{_DIGIT}){{15,18}}[0-9]{_END}", _is_bank_card),
    (
        "bank_card_said",
        "〔银行卡号〕",
        rf"(?P<keep>(?:卡号|账号|帐号|账户|帐户){_IS})(?:{_DIGIT}){{9,24}}[0-9]{_END}",
        _true,
    ),
    (
        "mobile",
        "〔手机号〕",
        rf"{_ALONE}(?:[+(]{{0,2}}(?:00)?86\)?{_SEP})?1{_SEP}[3-9]{_SEP}(?:{_DIGIT}){{8}}[0-9]{_END}{_MONEY}",
        _true,
    ),
    (
        "landline",
        "〔电话〕",
        rf"{_ALONE}(?:\+?86{_SEP})?[(]?0[0-9]{{2,3}}[)]?{_SEP}[2-9](?:{_SEP}[0-9]){{6,7}}{_END}",
        _is_private_phone,
    ),
    (
        "landline_abroad",
        "〔电话〕",
        rf"{_ALONE}\+86{_SEP}[1-9][0-9]{{1,2}}{_SEP}[2-9](?:{_SEP}[0-9]){{6,7}}{_END}",
        _is_private_phone,
    ),
    (
        "landline_local",
        "〔电话〕",
        rf"(?P<keep>(?:电话|座机|固话|[Tt][Ee][Ll]){_IS})[2-9][0-9]{{2,3}}[ -]?[0-9]{{4}}{_END}{_MONEY}",
        _is_private_phone,
    ),
    (
        "certificate_number",
        "〔证书编号〕",
        rf"{_NUMBER_WORD}{_IS})[A-Za-z]{{0,4}}(?:[0-9A-Za-z]{_SEP}){{5,28}}[0-9A-Za-z]",
        _has_six_digits,
    ),
    (
        "certificate_number_bare",
        "〔证书编号〕",
        r"(?<![0-9A-Za-z/_=&?.-])(?<!备案号)(?<!备案号:)(?:[A-Za-z]{0,3}[0-9]{12,30}|[A-Za-z]{1,3}[0-9]{10,30})[A-Za-z]?(?![0-9A-Za-z])",
        _true,
    ),
    (
        "wechat_id",
        "〔微信号〕",
        r"(?i)(?P<keep>(?:微信号?|威信|薇信|卫星|徽信|v信|wechat|weixin|(?<![a-z])(?:vx|wx)|[加+➕]\s?v(?![a-z]))(?:号码?|是|为|id)?[\s:]{0,2})"
        r"(?:[a-z][-_a-z0-9]{5,19}(?![a-z])|[0-9]{5,11}(?![0-9]))",
        _true,
    ),
    (
        "qq",
        "〔QQ号〕",
        r"(?i)(?P<keep>(?:(?<![a-z])qq|扣扣|企鹅|球球)(?:群|号)?号?码?[是为:\s]{0,3})[1-9][0-9]{4,11}(?![0-9])",
        _true,
    ),
)
PATTERNS: tuple[Pattern, ...] = (
    *(Pattern(name, re.compile(regex), placeholder, accept) for name, placeholder, regex, accept in _TABLE),
    *(Pattern(name, regex, placeholder) for name, placeholder, regex in compiled((*NAMES, *ADDRESSES))),
)


def mask(text: str, public_numbers: Collection[str] = ()) -> str:
    """Replace personal data by what kind of datum stood there, in 〔〕.

    ``public_numbers`` are official numbers as digits only, which stay as they are.
    """
    reading = digits.read(text)
    for pattern in PATTERNS:
        text, reading = _masked(pattern, public_numbers, text, reading)
    return text


def _masked(pattern: Pattern, public_numbers: Collection[str], text: str, reading: str) -> tuple[str, str]:
    texts, readings, end = [], [], 0
    for found in pattern.regex.finditer(reading):
        start = found.end("keep") if "keep" in pattern.regex.groupindex else found.start()
        datum = reading[start : found.end()]
        if _is_public(datum, public_numbers) or not pattern.accept(datum):
            continue
        texts += [text[end:start], pattern.placeholder]
        readings += [reading[end:start], pattern.placeholder]
        end = found.end()
    return ("".join([*texts, text[end:]]), "".join([*readings, reading[end:]])) if end else (text, reading)


def _is_public(datum: str, public_numbers: Collection[str]) -> bool:
    number = re.sub(r"[^0-9]", "", datum)
    return number in public_numbers or f"0{number.removeprefix('86').removeprefix('0')}" in public_numbers
