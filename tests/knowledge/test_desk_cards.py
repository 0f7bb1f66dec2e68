"""What staff read and read out: every card there is. Whoever answers the phone at 12333 sends nobody to 12333."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.dialogue.advert import decide as judge
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.knowledge.models import Validity
from bot.rendering.desk import OWN, SOON_DAYS, card_of, status, words_of
from bot.rendering.plain import render
from bot.rendering.web import message_of
from bot.replies.compose import compose
from bot.replies.reply import ReplyRef
from tests.knowledge.test_content import TODAY, entries, references, snapshot

#: „Call 12333", „ask 12333"; with an area code it is another place's office.
SENDS_HERE = re.compile(r"(?<!区号-)(?<!区号加)(?<![\da-z/-])12333(?!公共服务|（本台）)")
#: What may be read out about our own number: what it is, and that this is it.
OWN_WORDS = ("找我们12333", "我们12333是")


def advert(text: str) -> ReplyRef:
    return judge(Question(raw=text, text=text, intent="paste_advert"), Memory(), snapshot()).replies[-1]


def drawn(region: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    adverts = (("advert", "三天拿证包过，加微信交定金"), ("advert of nothing", "考前辅导班开课"))
    for name, ref in (*references(), *((name, advert(text)) for name, text in adverts)):
        if ref.key.startswith("wechat_"):  # said in that channel only
            continue
        reply = compose(ref, snapshot(), TODAY)
        if ref.form == "wording":
            yield name, words_of(reply, snapshot(), region)
        else:
            yield name, card_of(ref, reply, snapshot(), TODAY, region)


@pytest.fixture(scope="module")
def cards() -> dict[str, dict[str, Any]]:
    return dict(drawn())


def test_no_script_sends_a_caller_here(cards: dict[str, dict[str, Any]]) -> None:
    """Words to read out never name 12333 as the place to call, and there are always some."""
    assert len(cards) > 700
    for name, card in cards.items():
        said = card["script"]
        for words in OWN_WORDS:
            said = said.replace(words, "")
        assert said, name
        assert not SENDS_HERE.search(said), f"{name}：{card['script']}"


def test_nothing_shown_sends_staff_here(cards: dict[str, dict[str, Any]]) -> None:
    """In the full text and in the rows our number is marked as this desk; it is no number to pass on; notes are clear of it."""
    for name, card in cards.items():
        text = card.get("text", "").rpartition("来源：")[0]
        shown = [text, json.dumps([card.get("blocks", []), card.get("rows", [])], ensure_ascii=False)]
        assert not SENDS_HERE.search(" ".join(shown)), name
        assert f'tel:{snapshot().content.contacts[OWN].phone}"' not in shown[1], name
        assert OWN not in [contact["id"] for contact in card["contacts"]], name
        assert not re.search(r"(?<!当地)12333(?!（加区号）)", card.get("note", "").replace("区号-12333", "")), name


def test_the_full_text_is_the_citizens(cards: dict[str, dict[str, Any]]) -> None:
    """But for the mark, and the area code that nobody needs here, a card's text is what citizens get."""
    for name, ref in references():
        if ref.form == "wording":
            continue
        reply = compose(ref, snapshot(), TODAY)
        citizens = re.sub(r"\n\n1\. [^\n]*(?:\n\d+\. [^\n]*)*$", "", render(reply)) if reply.choices else render(reply)
        bare = re.compile(r"（本台）|\s*（外地[^（）]*加区号）")
        assert bare.sub("", citizens) == bare.sub("", cards[name]["text"]), name


def test_refusals_name_where_to_go(cards: dict[str, dict[str, Any]]) -> None:
    """A refusal or a hand-over always has a number or a site to pass the caller on to."""
    for wording in snapshot().content.wordings.values():
        if wording.kind in ("refusal", "handover"):
            card = cards[f"wording {wording.id}"]
            assert card["contacts"] or card["links"], wording.id


def test_a_region_changes_the_numbers() -> None:
    """Where our own number stands in the text, the prefecture's comes first; elsewhere nothing changes."""
    plain, local = dict(drawn()), dict(drawn("dali"))
    changed = [name for name in plain if plain[name]["contacts"] != local[name]["contacts"]]
    assert len(changed) > 100
    assert all("dali" == local[name]["contacts"][0]["id"] for name in changed)
    assert "entry query_where" not in changed


def test_notes_reach_no_citizen() -> None:
    """The internal note is in no reply of the citizens' channels."""
    noted = {entry.id: entry.note for entry in entries() if entry.note}
    assert len(noted) >= 20
    for name, ref in references():
        reply = compose(ref, snapshot(), TODAY)
        shown = (
            json.dumps(message_of(reply, snapshot().official_hosts), ensure_ascii=False) + reply.wechat + reply.speech
        )
        assert not [key for key, note in noted.items() if note in shown], name


@pytest.mark.parametrize(
    ("days", "validity", "words"),
    [
        (-1, Validity.CURRENT, "有效"),
        (SOON_DAYS, Validity.ENDING, "快到期了：还有 60 天"),
        (1, Validity.ENDING, "还有 1 天"),
        (0, Validity.ENDING, "还有 0 天"),
        (None, Validity.EXPIRED, "已经过期"),
    ],
)
def test_validity_in_words(days: int | None, validity: Validity, words: str) -> None:
    """The subsidy's validity on several days."""
    entry = snapshot().content.entries["subsidy"]
    assert entry.valid_until is not None
    before = {None: -1, -1: SOON_DAYS + 1}.get(days, days)
    told = status(entry, entry.valid_until - dt.timedelta(days=before or 0))
    assert validity.value == told["code"]
    assert words in told["words"]


def test_an_ended_rule_is_called_past(cards: dict[str, dict[str, Any]]) -> None:
    """Before the words to read out."""
    assert cards["entry subsidy"]["script"].startswith("先说明，这是过去的规定，2025年12月31日已经到期。")
