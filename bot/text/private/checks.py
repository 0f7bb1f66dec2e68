"""What a number found must be besides its looks: the check digits and dates it carries, or what it must not be.

Each check gets the datum as it stands in the digits' reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from bot.text import digits

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_FIGURES = re.compile(r"[0-9]")
_GROUP = re.compile(r"[0-9]+")
#: Words with figures behind them that nobody is called by: programs, rules, sites.
_PRODUCTS = re.compile(
    r"(?i)(?:windows|office|word|excel|python|java|chrome|android|iphone|ipad|huawei|oppo|vivo|xiaomi|redmi|mate|photoshop"
    r"|autocad|html|http|https|iso|gb|chatgpt|gpt|deepseek|level|class|covid|osta|ieee|port|utf|sha|rfc|cve|nova|note|page|hotline|health|police)[_-]?[0-9]+"
)
#: A place where offices are, and words that only end like the name of one.
_OFFICE = re.compile(r"政务|服务|中心|人社|社保|就业|[厅局委馆]|大厦|学校|学院|大学|医院|银行|园区|公司")
_COMMON_PLACES = re.compile(
    r"(?:农|乡|山|新农|城中|老家?)?(?:村|镇|乡|小区|社区|街道|城镇|乡镇|村镇|公寓|城|道|里|路|院|宿舍)里?"
)
#: Latin words that follow 微信 and the like and are no account.
_NO_ACCOUNT = re.compile(
    r"(?i)(?:wechat|weixin|android|iphone|windows|online|offline|service|https?|login|version|number|mobile|harmony|official"
    r"|account|please|thanks?|hello|group|public|store|video|photo|email|e-mail)(?:[ ._-]?[0-9]{1,2})?"
)


def _valid_date(year: str, month: str, day: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year <= 2035
    except ValueError:
        return False


def is_identity(datum: str) -> bool:
    """18 figures with a right check digit or, mistyped, a date of birth in them; 15 with a month and a day."""
    number = digits.only(datum.replace("×", "X").replace("叉", "X"))
    if len(number) == 15:
        return number.isdigit() and _valid_date(f"19{number[6:8]}", number[8:10], number[10:12])
    body, check = number[:17], number[17:]
    if not body.isdigit():
        return False
    good = _ID_CHECKS[sum(int(d) * w for d, w in zip(body, _ID_WEIGHTS, strict=True)) % 11] == check
    return good or (1900 <= int(body[6:10]) <= 2030 and _valid_date(body[6:10], body[10:12], body[12:14]))


def is_bank_card(datum: str) -> bool:
    """16 to 19 figures: 62 begins every card of the country's own scheme, also one with a slip; else Luhn's sum."""
    number = digits.only(datum)
    if not number.isdigit() or not 16 <= len(number) <= 19 or not has_no_dates(datum):
        return False
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return number.startswith("62") or (total % 10 == 0 and number[0] in "3456" and has_no_prices(datum))


def has_no_prices(datum: str) -> bool:
    """Not groups that all end alike, as prices do: 1980-2980-3980-4980."""
    groups = _GROUP.findall(datum)
    return len(groups) < 3 or len({group[-1] for group in groups}) > 1 or groups[0][-1] not in "089"


def has_no_dates(datum: str) -> bool:
    """Neither two dates run together (2022113020230630) nor a body's credit code (91530100…)."""
    number = digits.only(datum)
    if len(datum) == 18 and re.match(r"9[1-3][0-9]{6}", datum):
        return False
    if len(number) != 16 or not datum.isdigit():
        return True
    return not all(_valid_date(half[:4], half[4:6], half[6:]) for half in (number[:8], number[8:]))


def is_private_phone(datum: str) -> bool:
    """No service number of an office (an area code, then five figures), no business's 400 and 800 numbers, no date."""
    number = digits.only(datum)
    if len(number) == 8 and _valid_date(number[:4], number[4:6], number[6:]):
        return False
    return not re.fullmatch(r"0\d{2,3}1\d{4}|[48]00\d{7}|95\d{3,6}", number)


def is_certificate(datum: str) -> bool:
    """Five figures or more, and neither a date, a sum, a rule's number nor a site's name."""
    figures = _FIGURES.findall(datum)
    if len(figures) < 5 or re.match(r"(?i)\(?(?:GZB|GB|ISO|www|http)", datum):
        return False
    number = "".join(figures)
    if (
        len(number) == 8
        and datum.strip("号").replace("-", "").isdigit()
        and _valid_date(number[:4], number[4:6], number[6:])
    ):
        return False
    return not re.fullmatch(r"\d-\d{2}-\d{2}-\d{2}", datum)


def _figures(least: int) -> Callable[[str], bool]:
    return lambda datum: len(_FIGURES.findall(datum)) >= least


def is_account(datum: str) -> bool:
    """Neither a Latin word of everyday nor a year."""
    return not _NO_ACCOUNT.fullmatch(datum) and not re.fullmatch(r"(?:19|20)\d\d", datum)


def is_qq(datum: str) -> bool:
    """No year, no round sum."""
    number = digits.only(datum)
    return len(number) > 4 or not re.fullmatch(r"(?:19|20)\d\d|[1-9]0{1,3}", number)


CHECKS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "identity": is_identity,
        "bank_card": is_bank_card,
        "private_phone": is_private_phone,
        "certificate": is_certificate,
        "no_prices": has_no_prices,
        "no_dates": has_no_dates,
        "two_digits": _figures(2),
        "four_digits": _figures(4),
        "mostly_digits": lambda datum: len(_FIGURES.findall(datum)) >= 8,
        "not_mobile": lambda datum: not re.fullmatch(r"1[3-9]\d{9}", digits.only(datum)),
        "mail": lambda datum: bool(re.search(r"[0-9]{2}|qq|163|126|com", datum)),
        "account": is_account,
        "figured": lambda datum: bool(_FIGURES.search(datum)) and not _PRODUCTS.fullmatch(datum),
        "qq": is_qq,
        "several": lambda datum: "、" in datum,
        "no_office": lambda datum: not _OFFICE.search(datum),
        "no_common_place": lambda datum: not _COMMON_PLACES.fullmatch(datum),
        "no_product": lambda datum: not _PRODUCTS.fullmatch(datum) and not re.search(r"[^0-9](?:19|20)\d\d$", datum),
    }
)
