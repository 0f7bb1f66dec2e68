"""Words decide where they are sure; where they are not the encoder is asked, once for each text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from bot.knowledge.store import Snapshot, shared_store
from bot.settings import Settings
from bot.understanding import encoder
from bot.understanding.interpret import GateSettings, Interpreter, Meaning, follow
from bot.understanding.matcher import Matcher
from tests.unit.understanding.test_matcher import embed, trained


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return trained()


class Encoder:
    """Counts what it is asked."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher, self.asked = matcher, list[str]()

    def __call__(self, text: str) -> Meaning:
        self.asked.append(text)
        return self.matcher.meaning(embed(text))


@pytest.mark.parametrize(
    ("text", "asked"),
    [("证书在哪里查", False), ("今天天气怎么样", False), ("怎么辨别真假茅台", True), ("嗯嗯啊啊", True)],
)
def test_only_a_doubt_is_encoded(matcher: Matcher, snapshot: Snapshot, text: str, asked: bool) -> None:
    """Known phrasings, in scope and out of it, need no encoder; strange things and strange words do."""
    encode = Encoder(matcher)
    follow(Interpreter(matcher, GateSettings()).steps(text, snapshot), encode)
    assert asked == bool(encode.asked)


def test_a_foreign_word_is_a_doubt(matcher: Matcher, snapshot: Snapshot) -> None:
    """However like a phrasing the rest is, a thing that none names is looked at twice."""
    encode = Encoder(matcher)
    interpreter = Interpreter(matcher, GateSettings(sure=0.01, sure_lead=0.0))
    follow(interpreter.steps("证书在哪里查", snapshot), encode)
    assert [] == encode.asked
    follow(interpreter.steps("茅台在哪里查", snapshot), encode)
    assert ["茅台在哪里查"] == encode.asked


def test_several_questions_are_encoded_together(matcher: Matcher, snapshot: Snapshot) -> None:
    """The message and its questions wait for the encoder once, in their order; nothing is asked for a second time."""
    steps = Interpreter(matcher, GateSettings()).steps("怎么辨别真假茅台？茅台酒厂在哪里啊？", snapshot)
    wanted = next(steps)
    assert ["怎么辨别真假茅台", "茅台酒厂在哪里啊"] == [text.strip("?？") for text in wanted[1:]]
    assert all(text in wanted[0] for text in wanted[1:])
    with pytest.raises(StopIteration):
        steps.send([matcher.meaning(embed(text)) for text in wanted])


def test_an_adverts_questions_are_not_encoded(matcher: Matcher, snapshot: Snapshot) -> None:
    """What looks like an advert is decided alone; most often nothing more is asked for."""
    advert = "还在为没证发愁吗？想涨工资吗？包过三千，加微信vx12345报名"
    steps = Interpreter(matcher, GateSettings()).steps(advert, snapshot)
    assert 1 == len(next(steps))


def test_the_share_of_meaning_is_what_it_says(matcher: Matcher) -> None:
    """Support with an embedding lies between that of words and that of meaning, at the given share."""
    text = "证书在哪查"
    share = matcher.settings.dense_share
    words, _ = matcher._word_support(text)
    meaning = matcher.meaning(embed(text))
    both = {c.intent: c.support for c in matcher.rank(text, meaning)}
    expected = np.clip((1 - share) * words + share * meaning, 0, 1)
    for label, support in zip(matcher.labels, expected):
        assert pytest.approx(float(support), abs=1e-5) == both[label]


class Model:
    """Stands in for the engine."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, text: str) -> npt.NDArray[np.float32]:
        self.asked.append(text)
        return np.full(encoder.DIMENSION, len(text), np.float32)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    found = Model()
    monkeypatch.setattr(encoder, "_model", lambda: found)
    encoder._remembered.clear()
    yield found
    encoder._remembered.clear()


def test_a_text_is_encoded_once(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Remembered up to a bound, the oldest forgotten first; what is not remembered can be asked about for free."""
    monkeypatch.setattr(encoder, "_MOST_REMEMBERED", 2)
    assert encoder.remembered("一") is None
    assert [] == model.asked
    for text in ("一", "一", "二", "三", "一"):
        encoder.encode(text)
    assert ["一", "二", "三", "一"] == model.asked
    assert np.array_equal(encoder.encode("一"), encoder.remembered("一"))
    assert not encoder.encode(" ").any()
    assert not encoder.remembered("").any()  # type: ignore[union-attr]


def test_many_texts_keep_their_order(model: Model) -> None:
    """Longest first is only how they are worked on."""
    assert [1, 3, 0, 2] == encoder.encode_many(["一", "一二三", "", "一二"])[:, 0].tolist()
    assert (0, encoder.DIMENSION) == encoder.encode_many([]).shape
