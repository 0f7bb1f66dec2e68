"""The named patterns of this folder, read once from its YAML files.

A pattern's data stand beside it: texts in which it masks what is between 「 and 」, and texts in which nothing of its
kind is masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.text.private.checks import CHECKS
from bot.text.private.names import OF_SURNAME, Names
from bot.text.private.signs import signs

#: In the order in which they are looked for: what carries a check first, names last, which go by numbers beside them.
FILES = ("numbers", "accounts", "documents", "addresses", "names")
_FOLDER = Path(__file__).parent
_PIECE = re.compile(r"(?<!\?P)<([a-z]+)>")
#: What stands in place of each kind of datum.
PLACEHOLDERS: Mapping[str, str] = {
    "identity_card": "〔身份证号〕",
    "mobile": "〔手机号〕",
    "landline": "〔电话〕",
    "bank_card": "〔银行卡号〕",
    "passport": "〔证件号码〕",
    "plate": "〔车牌号〕",
    "certificate": "〔证书编号〕",
    "order": "〔单号〕",
    "e_mail": "〔邮箱〕",
    "wechat": "〔微信号〕",
    "qq": "〔QQ号〕",
    "account": "〔账号〕",
    "address": "〔地址〕",
    "name": "〔姓名〕",
}
#: Characters before and behind a datum that ``not_after`` and ``not_before`` look at.
_NEAR = 24
End = Callable[[str, int], "int | None"]


@dataclass(frozen=True)
class Pattern:
    """One kind of datum in one dress; ``spans`` tells where it stands in a digits' reading."""

    name: str
    kind: str
    placeholder: str
    needs: re.Pattern[str] | None
    find: re.Pattern[str]
    check: Callable[[str], bool] | None
    end: End | None
    after: re.Pattern[str] | None
    not_after: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    masked: tuple[str, ...]
    kept: tuple[str, ...]

    def spans(self, reading: str) -> list[tuple[int, int]]:
        """Begin and end of each datum, in order, none overlapping."""
        spans: list[tuple[int, int]] = []
        if self.needs is not None and self.needs.search(reading) is None:
            return spans
        at = 0
        while (found := self.find.search(reading, at)) is not None:
            start = max((found.end(group) for group in self.find.groupindex), default=found.start())
            start = start if start >= 0 else found.start()
            end = found.end() if self.end is None else self.end(reading, start)
            if end is not None and end > start and self._holds(reading, start, end):
                spans.append((start, end))
                at = end
            else:
                at = max(found.start() + 1, 0 if self.end is None else start if end is None else end)
        return spans

    def _holds(self, reading: str, start: int, end: int) -> bool:
        if self.check is not None and not self.check(reading[start:end]):
            return False
        if self.after is not None and self.after.match(reading, end) is None:
            return False
        if self.not_after is not None and self.not_after.search(reading[max(0, start - _NEAR) : start]):
            return False
        return self.not_before is None or self.not_before.match(reading[end : end + _NEAR]) is None


@lru_cache(maxsize=1)
def patterns() -> Mapping[str, tuple[Pattern, ...]]:
    """All patterns by the file they stand in.

    Raises:
        ValueError: a file is wrong; names file and pattern.
    """
    return {name: _read(name) for name in FILES}


def _read(name: str) -> tuple[Pattern, ...]:
    data = yaml.safe_load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    pieces = {**signs().pieces, **data["pieces"]}
    names = Names(signs(), re.sub(r"\s", "", data.get("no_names", "")))
    try:
        return tuple(_pattern(row, pieces, names) for row in data["patterns"])
    except (KeyError, re.error) as error:
        raise ValueError(f"{name}.yml: {error!r}") from error


def _pattern(row: Mapping[str, Any], pieces: Mapping[str, str], names: Names) -> Pattern:
    def compiled(field: str) -> re.Pattern[str] | None:
        return re.compile(_whole(row[field], pieces)) if field in row else None

    find = re.compile(_whole(row["find"], pieces) + (signs().begins if row.get("then") in OF_SURNAME else ""))
    return Pattern(
        name=row["name"],
        kind=row["kind"],
        placeholder=row.get("label", PLACEHOLDERS[row["kind"]]),
        needs=compiled("needs"),
        find=find,
        check=CHECKS[row["check"]] if "check" in row else None,
        end=names.reader(row["then"]) if "then" in row else None,
        after=compiled("after"),
        not_after=compiled("not_after"),
        not_before=compiled("not_before"),
        masked=tuple(row["masked"]),
        kept=tuple(row["kept"]),
    )


def _whole(pattern: str, pieces: Mapping[str, str]) -> str:
    # a piece may be made of other pieces
    for _ in range(3):
        pattern = _PIECE.sub(lambda match: pieces[match[1]], pattern)
    return pattern
