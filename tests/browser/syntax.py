"""Lint for what browsers are given: ES2017 that old WebViews parse, and no call that turns text into markup or code.

``python -m tests.browser.syntax`` is a step of ``make lint``.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import esprima

from bot.channels.assets import joined, script
from bot.channels.desk import pages as desk
from bot.channels.web.assets import PLAIN, STATIC, Assets

_FOLDERS = (STATIC, PLAIN, desk.STATIC)

_FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\(\s*['\"]style|localStorage|sessionStorage"
)
#: What the parser lets through although browsers of the floor do not know it.
_TOO_NEW = re.compile(
    r"\(\?<[=!]|\.replaceAll\(|\.flat\(|\.matchAll\(|\.at\(|replaceChildren|structuredClone|globalThis"
)
_HTML = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)")


def faults() -> Iterator[str]:
    """One line for each fault: file or script, line, what it is."""
    for path in sorted(path for folder in _FOLDERS for path in folder.rglob("*.js")):
        yield from _lines(path, _FORBIDDEN, "不许用的调用")
        yield from _lines(path, _TOO_NEW, "旧浏览器没有")
    for path in sorted(path for folder in _FOLDERS for path in folder.rglob("*.html")):
        yield from _lines(path, _HTML, "页面里不许写样式和脚本")
    for name, text in scripts().items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                esprima.parseScript(text)
        except esprima.Error as error:
            yield f"{name}：不是 ES2017：{error}"


def scripts() -> dict[str, str]:
    """The scripts as they are served."""
    assets = Assets()
    served = assets.current("12345", ())
    page = served.files["chat.html"].body.decode("utf-8")
    name = re.findall(r'src="/chat/static/(chat\.\w+\.js)"', page)[0]
    chat = assets.hashed(name)
    assert chat is not None
    return {
        name: chat.body.decode("utf-8"),
        "embed.js": served.files["embed.js"].body.decode("utf-8"),
        "desk.js": script(joined(desk.STATIC, "js", desk.SHARED_SCRIPTS), {}),
    }


def _lines(path: Path, pattern: re.Pattern[str], what: str) -> Iterator[str]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := pattern.search(line):
            yield f"{path.name}:{number}：{what}：{found[0]}"


def main() -> int:
    """Print them; 1 where there is one."""
    found = list(faults())
    print("\n".join(found) or f"网页脚本 {len(scripts())} 个，没有问题。")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
