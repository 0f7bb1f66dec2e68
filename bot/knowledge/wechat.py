"""What stands behind a menu item and a QR scene of the WeChat account: read, checked against WeChat's limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.errors import ContentError, Problem
from bot.knowledge.loader import Content, Reader
from bot.knowledge.yaml_lines import read_yaml

#: The platform's limits for a custom menu.
MOST_BUTTONS, MOST_ITEMS = 3, 5
MAX_BUTTON_BYTES, MAX_ITEM_BYTES, MAX_KEY_BYTES, MAX_URL_BYTES = 16, 60, 128, 1024
#: Intents that are no entry's and no wording's, but can be asked for without words.
_BARE = ("ask_occupation",)
_ONE = "写一样：answer 条目编号，say replies.yml 里的编号，或者 page 网页地址"
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Target:
    """What a tap or a scan gets: an intent to answer, a wording to say, or a page of ours to open; one of them."""

    name: str
    answer: str = ""
    say: str = ""
    page: str = ""

    @property
    def key(self) -> str:
        """What WeChat sends back when it is tapped."""
        return self.answer or self.say


@dataclass(frozen=True)
class Button:
    """A place at the bottom of the conversation, with the items that open above it."""

    name: str
    items: tuple[Target, ...]


@dataclass(frozen=True)
class WechatContent:
    """The menu as it is created, and the scenes by their id."""

    menu: tuple[Button, ...]
    scenes: Mapping[str, Target]

    def taps(self) -> Iterator[tuple[str, str, Target]]:
        """Everything that can be tapped or scanned: the platform's event, its key, what it gets."""
        for button in self.menu:
            yield from (("CLICK", item.key, item) for item in button.items if not item.page)
        yield from (("SCAN", scene, target) for scene, target in self.scenes.items())

    def of_key(self, key: str) -> Target | None:
        """The menu item that a tap names."""
        return next((item for button in self.menu for item in button.items if item.key == key and not item.page), None)


def load_wechat(folder: Path, content: Content) -> WechatContent:
    """Read ``menu.yml`` and ``scenes.yml``. Raises ContentError with every problem found."""
    problems: list[Problem] = []
    menu = _rows(folder / "menu.yml", problems, lambda reader: _button(reader, content))
    scenes = _rows(folder / "scenes.yml", problems, lambda reader: (reader.text("id"), _target(reader, content)))
    if len(menu) > MOST_BUTTONS:
        problems.append(Problem(_shown("menu.yml"), 0, "name", str(len(menu)), f"最多 {MOST_BUTTONS} 个大项"))
    if problems:
        raise ContentError(tuple(problems))
    return WechatContent(tuple(menu), dict(scenes))


def _rows(path: Path, problems: list[Problem], parse: Callable[[Reader], _Value]) -> list[_Value]:
    shown = _shown(path.name)
    raw = read_yaml(path, shown)
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise ContentError((Problem(shown, 1, "文件", "", "整个文件应当是一个列表，每条以“- ”开头"),))
    values = []
    for row in raw:
        reader = Reader(shown, row, problems)
        values.append(parse(reader))
        reader.finish()
    return values


def _shown(name: str) -> str:
    return f"data/knowledge/wechat/{name}"


def _button(reader: Reader, content: Content) -> Button:
    name = _name(reader, MAX_BUTTON_BYTES)
    reader.used.add("items")
    rows = reader.row.get("items")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ITEMS or not all(isinstance(row, dict) for row in rows):
        reader.problem("items", "", f"每个大项下面有 1 到 {MOST_ITEMS} 个小项")
        return Button(name, ())
    items = []
    for row in rows:
        inner = Reader(reader.shown, row, reader.problems)
        items.append(_target(inner, content, _name(inner, MAX_ITEM_BYTES)))
        inner.finish()
    return Button(name, tuple(items))


def _name(reader: Reader, most: int) -> str:
    name = reader.text("name")
    if len(name.encode()) > most:
        reader.problem("name", name, f"不能超过 {most} 字节，一个汉字 3 字节")
    return name


def _target(reader: Reader, content: Content, name: str = "") -> Target:
    answer, say = reader.text("answer", required=False), reader.text("say", required=False)
    page = reader.text("page", required=False) if name else ""
    if sum(map(bool, (answer, say, page))) != 1:
        reader.problem("answer", answer, _ONE)
    intents = {intent for words in content.wordings.values() for intent in words.intents}
    if answer and answer not in {*content.entries, *intents, *_BARE}:
        reader.problem("answer", answer, "没有这个条目")
    if say and say not in content.wordings:
        reader.problem("say", say, "replies.yml 里没有这个编号")
    if page and not page.startswith("/"):
        reader.problem("page", page, "写本服务的网页地址，以 / 开头，例如 /chat")
    if len((answer or say).encode()) > MAX_KEY_BYTES:
        reader.problem("answer", answer or say, f"编号不能超过 {MAX_KEY_BYTES} 字节")
    entry = content.entries.get(answer)
    return Target(entry.title if entry and not name else name or say, answer, say, page)
