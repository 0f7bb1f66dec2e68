"""Words about a life in danger: found in any dress, and not where they only look alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels import conversation, switches
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.respond import respond
from bot.dialogue.safety import CRISIS, SAFETY_FIRST
from bot.errors import ContentError
from bot.knowledge.store import Snapshot, current_snapshot
from bot.replies.reply import ReplyRef
from bot.safety.crisis import FILE, load_crisis
from bot.settings import PROJECT

FOLDER = PROJECT / "data" / "knowledge" / "safety"


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return current_snapshot()


@pytest.mark.parametrize(
    "text",
    [
        "錢沒了，我不想活了",
        "我 想 死",
        "想。死。了",
        "老师您好，我想问一下证书在哪查，另外我真的活不下去了谢谢",
        "Ｉ 我想自殺",
        "孩子他爸把百草枯喝了，证书的钱退不退",
        "他" * 1990 + "，我想死",
    ],
)
def test_any_dress(text: str, snapshot: Snapshot) -> None:
    """Traditional characters, spaces and marks between characters, politeness, the end of a long message."""
    assert snapshot.crisis.find(text)


@pytest.mark.parametrize("text", ["", "？", "证书在哪里查", "ﷺ" * 2000, "想" * 2000, "我，" * 1000])
def test_nothing_there(text: str, snapshot: Snapshot) -> None:
    """Any text will do, and nothing is found in these."""
    assert "" == snapshot.crisis.find(text)


def test_a_list_that_is_wrong_does_not_load(tmp_path: Path) -> None:
    """An example that is not found, a counterexample that is: the editor is told which."""
    good = (FOLDER / FILE).read_text(encoding="utf-8")
    for old, new, told in (
        ("examples: [我想自傻算了, i want to die, 我想自杀,", "examples: [今天天气好,", "今天天气好"),
        ("  - 笑死我了这个广告", "  - 我想自杀", "我想自杀"),
        ("|自杀|自[sS]ha", "|(自杀|自[sS]ha", "写法有误"),
    ):
        assert old in good
        (tmp_path / FILE).write_text(good.replace(old, new), encoding="utf-8")
        with pytest.raises(ContentError, match=told):
            load_crisis(tmp_path)


def test_money_that_is_gone_comes_after(snapshot: Snapshot) -> None:
    """First the life, then the steps after a fraud; no choices, and the thread of the conversation is not lost."""
    memory = Memory(concern="find_office", entry="report_how", prefecture="dali")
    for text, told in (
        ("我不想活了", [SAFETY_FIRST.key]),
        ("被骗了五万块钱，我不想活了", [SAFETY_FIRST.key, "cheated"]),
        ("我被骗了三万，不想活了", [SAFETY_FIRST.key, "cheated"]),
        ("被騙光了積蓄，不想活了", [SAFETY_FIRST.key, "cheated"]),
    ):
        turn = respond(Question(text, text, CRISIS), memory, snapshot)
        assert told == [ref.key for ref in turn.replies]
        assert () == sum((ref.choices for ref in turn.replies), ())
        assert "dali" == turn.memory.prefecture


async def _fails(_: object) -> None:
    raise RuntimeError("no model")


async def _says_it_failed(message: object) -> None:
    message.output_channel.references.append(conversation.FAILED)  # type: ignore[attr-defined]


async def _closed(_: str) -> ReplyRef:
    return ReplyRef("wording", switches.CLOSED)


async def test_a_turn_that_fails_still_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model, an action that failed, a channel that is switched off: 120, 110 and 12356 are said all the same."""
    for rasa in (_fails, _says_it_failed):
        assert [SAFETY_FIRST] == await conversation.ask("web", "web_x", "我不想活了", rasa)
        assert [conversation.FAILED] == await conversation.ask("web", "web_x", "证书在哪查", rasa)
    monkeypatch.setattr(switches, "closed", _closed)
    assert [SAFETY_FIRST] == await conversation.ask("web", "web_x", "我不想活了", _fails)
    assert [ReplyRef("wording", switches.CLOSED)] == await conversation.ask("web", "web_x", "证书在哪查", _fails)
