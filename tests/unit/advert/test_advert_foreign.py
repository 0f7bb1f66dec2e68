"""Texts that are not about certificates: no verdict about certificates, and the way out of a fraud of another kind.

``foreign.jsonl`` was written after the marks and before the thresholds, and is in no training data.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.advert import foreign_learn
from bot.advert.check import check
from bot.advert.folding import fold_with_offsets
from bot.advert.foreign_load import alternatives, load_foreign
from bot.advert.models import Likeness, Signals, Verdict
from bot.advert.request import is_certain, is_none_of_ours, looks_like_advert
from bot.errors import Problem
from bot.knowledge.loader import Content
from bot.knowledge.yaml_lines import read_yaml
from bot.rendering.plain import render
from bot.replies.foreign import compose_foreign, foreign_blanks
from bot.replies.reply import Kind

_HERE = Path(__file__).parent
_FOLDER = _HERE.parents[2] / "data" / "knowledge" / "signals"
#: Aims on texts that nobody has seen; of the frauds, told as one or left open with the number of the police.
MOST_ORDINARY_TOLD, LEAST_FRAUDS_NAMED = 0.012, 0.95
#: Fewest texts of each kind that the score is fitted to.
LEAST_EXAMPLES = 300


_TODAY = dt.date(2026, 12, 1)


@dataclass(frozen=True)
class _Snapshot:
    content: Content
    signals: Signals


def _texts(label: str) -> list[str]:
    rows = map(json.loads, (_HERE / "foreign.jsonl").read_text(encoding="utf-8").splitlines())
    return [row["text"] for row in rows if row["label"] == label]


def _verdicts(label: str, signals: Signals, hosts: frozenset[str]) -> list[Verdict]:
    return [check(text, signals, hosts) for text in _texts(label)]


def test_ordinary_texts_are_told_nothing(signals: Signals, hosts: frozenset[str]) -> None:
    """No red flag of a certificate, and hardly ever a fraud."""
    verdicts = _verdicts("ordinary", signals, hosts)
    assert len(verdicts) >= 80
    assert not [verdict for verdict in verdicts if verdict.findings]
    told = [verdict for verdict in verdicts if verdict.likeness is Likeness.FRAUD]
    assert len(told) / len(verdicts) <= MOST_ORDINARY_TOLD


def test_frauds_of_other_kinds_are_known(signals: Signals, hosts: frozenset[str]) -> None:
    """They are told as frauds or left open with 96110, and never judged as adverts for certificates."""
    verdicts = _verdicts("fraud", signals, hosts)
    assert len(verdicts) >= 80
    assert not [verdict for verdict in verdicts if verdict.findings]
    known = [verdict for verdict in verdicts if verdict.likeness is not Likeness.NONE]
    assert len(known) / len(verdicts) >= LEAST_FRAUDS_NAMED


def test_frauds_reach_the_check(signals: Signals) -> None:
    """What is known as a fraud is the advert check's own, whatever entry its words resemble."""
    seen = [text for text in _texts("fraud") if looks_like_advert(text, signals)]
    assert len(seen) / len(_texts("fraud")) >= LEAST_FRAUDS_NAMED
    certain = [text for text in seen if is_certain(text, signals)]
    assert len(certain) / len(seen) >= 0.85


def test_held_out_texts_are_in_no_training_data() -> None:
    """And there are enough of those that are."""
    examples = foreign_learn.read_examples(_FOLDER / foreign_learn.EXAMPLES)
    assert not {text for _, _, text in examples} & {*_texts("fraud"), *_texts("ordinary")}
    frauds = [text for fraud, _, text in examples if fraud]
    ordinary = [text for fraud, kind, text in examples if not fraud and kind != "asked"]
    assert len(set(frauds)) >= LEAST_EXAMPLES
    assert len(set(ordinary)) >= LEAST_EXAMPLES


def test_weights_are_those_of_the_examples(signals: Signals) -> None:
    """Whoever changes texts, marks or code generates the weights anew."""
    weights = signals.foreign.weights
    assert weights is not None
    assert foreign_learn.fingerprint(_FOLDER) == weights.fingerprint


@pytest.mark.parametrize(
    "text",
    [
        "充值100送20，今晚截止，打开营业厅即可参加",
        "宝贝详情点链接下单，最快两天送到",
        "零首付购房，放心选房，省心入住，售楼部恭候",
        "您的身份证已办好，请本人凭回执领取",
        "公证处通知，请带有效证件领取公证书",
    ],
)
def test_shared_words_make_no_subject(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """充值 is no 入库费, 零首付 of a flat no training loan, 最快两天 of a parcel no quick certificate."""
    verdict = check(text, signals, hosts)
    assert (verdict.findings, verdict.about, verdict.likeness) == ((), False, Likeness.NONE)


@pytest.mark.parametrize(
    "text",
    ["叉车证三天拿到，充值300激活", "国网可查的高级工，零首付分期", "代办各类证书，扫码下单", "内部名额，懂的来，低调"],
)
def test_certificates_keep_their_findings(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """The subject named, or the very words of this trade."""
    assert check(text, signals, hosts).findings


def test_marks_say_which_words(signals: Signals) -> None:
    """Each mark quotes the words that tell."""
    text = "我是公安局的，你的卡涉嫌洗钱，快把卡号报给我们，不要告诉家人"
    found = {mark.signal: mark.spans for mark in signals.foreign.find(fold_with_offsets(text, signals.spellings))}
    assert {"police", "codes", "secrecy"} <= set(found)
    assert [text[span.start : span.end] for span in found["codes"]] == ["卡号报给我们"]


@pytest.mark.parametrize(
    "text",
    ["反诈中心提醒您：凡是要求转账到安全账户的都是诈骗", "近期冒充公安的骗局多发，谨防上当，不要把验证码告诉他人"],
)
def test_a_warning_shows_no_mark(text: str, signals: Signals) -> None:
    """It names everything that a fraud does, and asks for nothing."""
    assert signals.foreign.find(fold_with_offsets(text, signals.spellings)) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("各位家长，本周五下午两点半召开家长会，地点在各班教室", True),
        ("【菜市】今日特价，排骨18元一斤，欢迎选购", True),
        ("我钱交了以后就找不到那个人了", False),
        ("12333和12345有什么不一样，各管什么", False),
        ("各位学员，叉车证考试定在周五上午九点", False),
    ],
)
def test_what_is_sent_to_many(text: str, expected: bool, signals: Signals) -> None:
    """A notice of another subject is nobody's question."""
    assert is_none_of_ours(text, signals) is expected


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        (
            "      - 法院快递的传票已送达，请按时出庭\n",
            "      - 检察院说我涉嫌洗钱，要配合调查\n",
            "检察院说我涉嫌洗钱，要配合调查",
        ),
        ("      - 我是市公安局的，你涉嫌一起洗钱案，要配合调查\n", "      - 今天天气很好\n", "今天天气很好"),
        ("    - 请出示有效证件\n", "    - 焊工证怎么考\n", "焊工证怎么考"),
        ("  - id: codes\n", "  - id: codes\n    tilte: 要码\n", "要码"),
    ],
)
def test_a_mistake_in_the_marks_is_told(old: str, new: str, value: str, signals: Signals, tmp_path: Path) -> None:
    """With the file, the words and what to do."""
    text = (_FOLDER / "foreign.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "foreign.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    problems: list[Problem] = []
    load_foreign(tmp_path, signals.spellings, problems)
    assert [problem.value for problem in problems] == [value]
    assert all(problem.file.endswith("foreign.yml") and problem.line > 1 and problem.remedy for problem in problems)


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [("a|b", ["a", "b"]), ("(?:a|b)|c", ["(?:a|b)", "c"]), (r"[a|b]\||c", [r"[a|b]\|", "c"]), ("a", ["a"])],
)
def test_alternatives(pattern: str, parts: list[str]) -> None:
    """Branches outside of brackets, classes and escapes."""
    assert alternatives(pattern) == parts


@pytest.mark.parametrize("paid", [True, False])
def test_the_reply_to_a_fraud(paid: bool, content: Content, signals: Signals, hosts: frozenset[str]) -> None:
    """Names the marks in the person's words, what not to do, 96110 and 110; nothing about certificates, no markup."""
    text = "我是公安局的，你的卡涉嫌洗钱，快把卡号报给我们，不要告诉家人"
    blanks = foreign_blanks(check(text, signals, hosts), text, paid=paid)
    reply = compose_foreign(blanks, _Snapshot(content, signals), _TODAY)
    shown = render(reply)
    assert reply.kind is Kind.URGENT
    assert "「不要告诉家人」：冒充公安、法院一类机关；" in shown
    assert "「不要告诉家人」：要您保密、避开家人" in shown
    assert {"h96110", "h110"} <= {contact.id for contact in reply.contacts}
    assert {citation.issuer for citation in reply.sources} == {"公安机关"}
    assert ("钱已经出去了" in shown) is paid
    assert not re.search(r"未发现|12333|[〔*\x00]", shown)
    assert "96110" in reply.speech
    assert [text[quote.start : quote.end] for quote in reply.quotes] == ["不要告诉家人", "卡号报给我们"]


def test_a_fraud_by_its_sound_alone(content: Content, signals: Signals) -> None:
    """Where no mark is known the reply says so and quotes nothing."""
    reply = compose_foreign({"marks": [["gone", 0, 2, "快转"]], "other": True}, _Snapshot(content, signals), _TODAY)
    assert "整段话和常见的诈骗话很像" in render(reply)
    assert reply.quotes == ()


def test_marks_have_their_own_ids(signals: Signals) -> None:
    """No mark is named like a signal: quotes tell one from the other."""
    assert not set(signals.foreign.marks) & set(signals.signals)
    assert len(read_yaml(_FOLDER / "foreign.yml", "foreign.yml")["marks"]) == len(signals.foreign.marks)
