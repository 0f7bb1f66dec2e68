"""Menu and scenes: what an editor writes wrong is told by file, line, field and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.store import shared_store
from bot.knowledge.wechat import load_wechat
from bot.settings import PROJECT, Settings

SCENES = "- {id: hall, answer: query_where}\n"


def load(folder: Path, menu: str, scenes: str = SCENES) -> object:
    content = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current.content
    (folder / "menu.yml").write_text(menu, encoding="utf-8")
    (folder / "scenes.yml").write_text(scenes, encoding="utf-8")
    return load_wechat(folder, content)


def test_ours() -> None:
    """Every tap and every scene leads somewhere."""
    wechat = shared_store(PROJECT / "data").current.wechat
    items = [item for button in wechat.menu for item in button.items]
    assert all(wechat.of_key(item.key) == item for item in items if not item.page)
    assert wechat.of_key("") is None
    assert {"query", "advert", "report"} == set(wechat.scenes)


@pytest.mark.parametrize(
    ("item", "field", "remedy"),
    [
        ("{name: 证书, answer: no_such_entry}", "answer", "没有这个条目"),
        ("{name: 证书, say: no_such_words}", "say", "没有这个编号"),
        ("{name: 证书}", "answer", "写一样"),
        ("{name: 证书, answer: query_where, page: /chat}", "answer", "写一样"),
        ("{name: 证书, page: chat}", "page", "以 / 开头"),
        ("{name: 证书在哪里查证书在哪里查证书在哪里查证书在哪, answer: query_where}", "name", "60 字节"),
        ("{name: 证书, answer: query_where, url: x}", "url", "不认识这个字段"),
    ],
)
def test_wrong_items(tmp_path: Path, item: str, field: str, remedy: str) -> None:
    """Each mistake by its field."""
    with pytest.raises(ContentError) as told:
        load(tmp_path, f"- name: 查证书\n  items:\n    - {item}\n")
    (problem,) = told.value.problems
    assert (field, "data/knowledge/wechat/menu.yml") == (problem.field, problem.file)
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    "menu",
    [
        "- name: 查证书查证书\n  items: [{name: 证书, answer: query_where}]\n",
        "- name: 查证书\n  items: []\n",
        "- name: 查证书\n",
        "menu: x\n",
        "- name: 查证书\n  items: [" + "{name: 证书, answer: query_where}, " * 6 + "]\n",
        "- {name: 查, items: [{name: 证书, answer: query_where}]}\n" * 4,
    ],
)
def test_wrong_menus(tmp_path: Path, menu: str) -> None:
    """Names, numbers and form."""
    with pytest.raises(ContentError):
        load(tmp_path, menu)


def test_wrong_scenes(tmp_path: Path) -> None:
    """A scene opens no page."""
    menu = "- name: 查证书\n  items: [{name: 证书, answer: query_where}]\n"
    with pytest.raises(ContentError):
        load(tmp_path, menu, "- {id: hall, page: /chat}\n")
