"""Channels load as credentials.yml names them; a turn's replies are collected by reference."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.run import _create_single_channel
from sanic import Blueprint

from bot.channels.collector import ReplyCollector
from bot.replies.reply import Choice, ReplyRef
from bot.settings import PROJECT

CREDENTIALS = yaml.safe_load((PROJECT / "credentials.yml").read_text(encoding="utf-8"))
CORE = ("text", "knowledge", "advert", "occupations", "replies", "rendering", "dialogue", "understanding")


def modules(package: str) -> list[str]:
    paths = sorted((PROJECT / "bot" / package).rglob("*.py"))
    return [".".join(path.relative_to(PROJECT).with_suffix("").parts) for path in paths]


@pytest.mark.parametrize("name", CREDENTIALS)
async def test_channel_loads(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa finds the class, makes it from the shipped credentials, and gets its routes."""
    monkeypatch.setenv("ZHENGBIAN_VAR_DIR", str(tmp_path))
    channel = _create_single_channel(name, CREDENTIALS[name])

    async def nothing(_: UserMessage) -> None:
        """No model is needed."""

    assert isinstance(channel, InputChannel)
    assert isinstance(channel.blueprint(nothing), Blueprint)
    assert type(channel).name() in {"web", "wechat", "desk"}


def test_no_channel_of_rasas_own() -> None:
    """They trust sender, metadata and payloads of the request."""
    assert all(name.startswith("bot.channels.") for name in CREDENTIALS)


async def test_collector_keeps_one_answer_whole() -> None:
    """Blank lines divide nothing; the reference comes along; a text without one is no reply of ours."""
    collector = ReplyCollector("web")
    reference = ReplyRef("entry", "red_flags", {"contacts": ["kunming"]}, (Choice("x", "y", (("a", "b"),)),))
    await collector.send_response("web_x", {"text": "一段\n\n二段", "reply": reference.to_json()})
    await collector.send_response("web_x", {"text": "不是我们的话"})
    await collector.send_response("web_x", {"text": "", "reply": reference.to_json()})
    assert [reference] == collector.references
    assert [] == collector.messages
    assert "web" == collector.name()


@pytest.mark.parametrize("package", CORE)
def test_core_modules_exist(package: str) -> None:
    """The list above is the core of the layers."""
    assert modules(package)


def test_core_needs_neither_rasa_nor_sanic() -> None:
    """Importing every core module loads no Rasa, no Sanic, no TensorFlow: the exit check."""
    names = [name for package in CORE for name in modules(package)]
    code = f"""
import importlib, sys
for name in {names!r}:
    importlib.import_module(name)
print(sorted({{"rasa", "rasa_sdk", "sanic", "tensorflow"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()
