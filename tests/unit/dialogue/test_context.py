"""What a message means in its conversation; understanding is given, so no model is needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.dialogue.context import resolve
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.respond import DECIDERS, concern_of, respond
from bot.dialogue.several import MAX_ANSWERS
from bot.dialogue.turn import Turn
from bot.knowledge.store import Snapshot
from bot.replies.reply import Choice

Ask = Callable[..., Question]
PLATFORM = Memory(concern="find_platform", entry="query_where", topic="skill_level", cert_type="skill_level")
OFFICE = Memory(concern="find_office", entry="report_how", topic="report", matter="evaluation")


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        ("special_ability", "这个给谁考的", "special_ability_who"),
        ("special_ability", "怎么考", "special_ability_how"),
        ("special_ability", "谁发的", "special_ability_what"),
        ("special_ability", "那在哪查呢", "query_where"),
        ("skill_level", "谁发的", "skill_level_issuer"),
        ("skill_level", "那分几级", "skill_levels_five"),
        ("skill_level", "分几级", "skill_levels_five"),
        ("qualification", "谁来发的呀", "pro_qualification_issuer"),
        ("qualification", "那怎么取得", "pro_qualification_how"),
        ("qualification", "以前的还有用吗", "old_certificate_valid"),
        ("fake", "电话多少", "report_how"),
        ("campaign", "电话多少", "report_how"),
        ("campaign", "什么时候", "campaign_stages"),
        ("campaign", "有什么后果", "campaign_consequences"),
        ("query", "电话多少", "phones_provincial"),
    ],
)
def test_ellipsis(snapshot: Snapshot, ask: Ask, topic: str, text: str, expected: str) -> None:
    """The aspect is said, the subject remembered."""
    memory = Memory(concern="answer", entry="x", topic=topic, cert_type=topic if topic != "fake" else "")
    assert expected == resolve(ask(text), memory, snapshot).intent


@pytest.mark.parametrize(
    ("text", "expected"), [("能信吗", "verify_body"), ("那到底可不可信", "verify_body"), ("是真的吗", "verify_body")]
)
def test_doubt_about_an_advert(snapshot: Snapshot, ask: Ask, text: str, expected: str) -> None:
    """Asked again after its signs were told: how to check oneself; elsewhere the words are as they are understood."""
    assert expected == resolve(ask(text), Memory(concern="check_advert", topic="fake"), snapshot).intent
    assert "nlu_fallback" == resolve(ask(text), Memory(concern="answer", topic="skill_level"), snapshot).intent


@pytest.mark.parametrize("text", ["那我已经交了钱怎么办", "那我钱都交了怎么办", "那我被骗了怎么办"])
def test_who_has_paid_is_no_ellipsis(snapshot: Snapshot, ask: Ask, text: str) -> None:
    """Whatever was talked about before."""
    for memory in (Memory(concern="check_advert", topic="fake"), PLATFORM, OFFICE):
        assert "cheated" == resolve(ask(text, "cheated", 0.4), memory, snapshot).intent


@pytest.mark.parametrize("text", ["2", "２", "第二个", "最后一个", "选三"])
def test_a_place_in_no_list(snapshot: Snapshot, ask: Ask, text: str) -> None:
    """Nothing is guessed from it; in a list that is too short neither."""
    short = Memory(concern="answer", offered=(Choice("甲", "query_where"),) if "最后" not in text else ())
    for memory in (Memory(), PLATFORM, short):
        assert "oos_gibberish" == resolve(ask(text, "phones_prefecture", 0.5), memory, snapshot).intent


def test_published_question(snapshot: Snapshot, ask: Ask) -> None:
    """The title of an entry means that entry, whatever the classifier makes of it; no two entries share one."""
    for entry in snapshot.content.entries.values():
        for text in (entry.title, f"  {entry.title.rstrip('？')} "):
            assert entry.id == resolve(ask(text, "report_how", 0.9), Memory(), snapshot).intent
    assert "report_how" == resolve(ask("怎样辨别山寨", "report_how", 0.9), Memory(), snapshot).intent


@pytest.mark.parametrize(
    ("text", "memory", "entities"),
    [
        ("谁发的", Memory(), {}),
        ("那专项证给谁考的", Memory(concern="answer", topic="skill_level"), {"cert_type": "special_ability"}),
        ("那我今天中午吃什么好呢你说说看", Memory(concern="answer", topic="skill_level"), {}),
        ("你好", Memory(concern="answer", topic="skill_level"), {}),
    ],
)
def test_no_ellipsis(snapshot: Snapshot, ask: Ask, text: str, memory: Memory, entities: dict[str, str]) -> None:
    """Nothing said before, a subject named, a long message: it means what it says."""
    question = ask(text, **entities)
    assert question is resolve(question, memory, snapshot)


@pytest.mark.parametrize(
    ("memory", "text", "entities", "expected"),
    [
        (PLATFORM, "外省的", {"place": "elsewhere"}, "query_where"),
        (PLATFORM, "昆明", {"prefecture": "kunming"}, "query_where"),
        (PLATFORM, "不是，是专项证", {"cert_type": "special_ability"}, "query_where"),
        (OFFICE, "大理的", {"prefecture": "dali"}, "report_how"),
        (OFFICE, "乱收费", {"matter": "consumer"}, "report_how"),
        (OFFICE.with_(entry="phones_prefecture"), "那楚雄呢", {"prefecture": "chuxiong"}, "phones_prefecture"),
        (Memory(concern="answer", topic="fake"), "外省的", {"place": "elsewhere"}, "nlu_fallback"),
    ],
)
def test_detail(
    snapshot: Snapshot, ask: Ask, memory: Memory, text: str, entities: dict[str, str], expected: str
) -> None:
    """A bare detail, or a correction, continues the routed answer; elsewhere it does not."""
    assert expected == resolve(ask(text, **entities), memory, snapshot).intent


def test_a_sure_question_is_no_detail(snapshot: Snapshot, ask: Ask) -> None:
    """„云南证书平台管哪些" after a platform answer is a question of its own."""
    question = ask("云南的平台能查到哪些证书", "query_yunnan", 0.9, place="yunnan")
    assert "query_yunnan" == resolve(question, PLATFORM, snapshot).intent


def test_choice_brings_its_details(snapshot: Snapshot, ask: Ask) -> None:
    """A number stands for the button's intent and entities."""
    memory = Memory(offered=(Choice("在外省取得的", "query_where", (("place", "elsewhere"), ("cert_type", "title"))),))
    meant = resolve(ask("1"), memory, snapshot)
    assert ("query_where", "elsewhere", "title", True) == (
        meant.intent,
        meant.first("place"),
        meant.first("cert_type"),
        meant.chosen,
    )


@pytest.mark.parametrize(
    ("named", "route"),
    [
        (("evaluation", "consumer"), "report_consumer"),
        (("evaluation", "invoice"), "report_invoice"),
        (("online", "forged"), "report_forged"),
        (("evaluation", "fraud"), "report_fraud"),
        (("evaluation",), "report_evaluation"),
    ],
)
def test_the_weightiest_matter_decides(snapshot: Snapshot, ask: Ask, named: tuple[str, ...], route: str) -> None:
    """„培训机构不退费" is about the money, whichever name comes first."""
    turn = respond(ask("x", "report_how", 0.9, matter=named), Memory(), snapshot)
    assert route == turn.replies[0].key


def test_every_intent_has_a_concern(snapshot: Snapshot) -> None:
    """Each entry and each wording's intent is dispatched to a decider."""
    intents = {intent for words in snapshot.content.wordings.values() for intent in words.intents}
    for intent in {*snapshot.content.entries, *intents, "ask_occupation", "paste_advert", "made_up"}:
        assert concern_of(intent, snapshot.content) in DECIDERS


def several(ask: Ask, *intents: str) -> Question:
    parts = tuple(ask(intent, intent, 0.9) for intent in intents)
    return Question("几件事", "几件事", intents[0], parts=parts)


def keys(turn: Turn) -> list[str]:
    return [reference.key for reference in turn.replies]


def test_several_questions_are_answered_in_order(snapshot: Snapshot, ask: Ask) -> None:
    """At most three, in the order asked."""
    asked = ["red_flags", "cert_types", "blacklist", "jypc"]
    assert asked[:MAX_ANSWERS] == keys(respond(several(ask, *asked), Memory(), snapshot))


def test_the_same_answer_is_given_once(snapshot: Snapshot, ask: Ask) -> None:
    """Two ways of asking one thing in one message."""
    assert ["red_flags", "jypc"] == keys(respond(several(ask, "red_flags", "red_flags", "jypc"), Memory(), snapshot))


@pytest.mark.parametrize(
    ("intents", "last"),
    [
        (["oos_gibberish", "oos_gibberish"], "hand_over_misses"),
        (["oos_gibberish", "nlu_fallback"], "hand_over_misses"),
        (["oos_gibberish", "red_flags", "oos_gibberish"], "refuse_gibberish"),
        (["oos_gibberish", "oos_other", "oos_gibberish"], "refuse_gibberish"),
        (["oos_gibberish", "oos_gibberish", "oos_gibberish"], "refuse_gibberish"),
        (["oos_exam", "oos_exam"], "hand_over_misses"),
    ],
)
def test_two_misses_hand_over(snapshot: Snapshot, ask: Ask, intents: list[str], last: str) -> None:
    """In a row; help in between, or the hand-over itself, starts the count again."""
    memory, turn = Memory(), None
    for intent in intents:
        turn = respond(ask("一段怎么也看不懂的很长很长的话", intent), memory, snapshot)
        memory = turn.memory
    assert turn is not None
    assert [last] == keys(turn)


@pytest.mark.parametrize(
    ("supports", "expected"),
    [
        ((0.17, 0.16, 0.15, 0.14), 4),
        ((0.17, 0.16), 3),
        ((0.17,), 0),
        ((0.17, 0.05), 0),
        ((0.40, 0.15), 0),
        ((0.05, 0.05), 0),
    ],
)
def test_close_calls(snapshot: Snapshot, supports: tuple[float, ...], expected: int) -> None:
    """Two or three candidates that are near and worth it, and 都不是; else an honest refusal."""
    intents = ("red_flags", "cert_types", "blacklist", "jypc")
    question = Question("x", "x", "nlu_fallback", supports[0], tuple(zip(intents, supports, strict=False)))
    turn = respond(question, Memory(), snapshot)
    assert expected == len(turn.replies[0].choices)
    assert ("ask_which" if expected else "refuse_unknown") == turn.replies[0].key
