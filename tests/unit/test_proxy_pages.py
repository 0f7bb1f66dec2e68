"""What the proxy says by itself is made from the same words as our own pages, and whole in one file."""

from __future__ import annotations

import re

import pytest

from bot.cli.generate import proxy_files
from bot.settings import PROJECT, Settings

FILES = proxy_files(Settings.from_environment())
CONFIGURATION = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


def test_the_files_are_current() -> None:
    """Else: ``python -m bot generate``."""
    assert {path: path.read_text(encoding="utf-8") for path in (PROJECT / "deploy" / "problems").iterdir()} == FILES


def test_the_proxy_names_each() -> None:
    """Every file of the configuration is there, and every file is named."""
    assert {path.stem for path in FILES} == set(re.findall(r"/problems/(\w+)\.\$form", CONFIGURATION))


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".html"], ids=lambda path: path.name)
def test_a_page_needs_nothing_else(path: object) -> None:
    """No style sheet, no script, no picture to fetch from a server that is not there; nothing left to be filled in."""
    page = FILES[path]  # type: ignore[index]
    assert not re.search(r"<link|<script|src=|url\(|@import|\{(?:phone|title|text)\}", page)
    assert {"/chat", "tel:12333"} == set(re.findall(r'href="([^"]+)"', page))
