"""Phone numbers stand in contacts.yml and nowhere in the code."""

from __future__ import annotations

import re

import pytest

from bot.settings import PROJECT

#: Of a site's menu (checks.py) and of comments that explain by example.
_EXPLAINED = {"bot/knowledge/checks.py", "bot/text/lexicon.py", "bot/text/privacy.py"}
_SOURCES = sorted(
    path.relative_to(PROJECT).as_posix()
    for folder in ("bot", "actions")
    for ending in ("py", "html", "js", "css")
    for path in (PROJECT / folder).rglob(f"*.{ending}")
)


@pytest.mark.parametrize("name", [name for name in _SOURCES if name not in _EXPLAINED])
def test_no_number_is_written_out(name: str) -> None:
    """Neither a hotline nor an office's number is written out in a source file."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    found = re.findall(r"(?<![\dh])(?:12333|12345|12315|12377|96110|12321|12366|0\d{2,3}-\d{7,8})(?!\d)", text)
    assert [] == found
