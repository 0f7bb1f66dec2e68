"""Features and the kernel classifier on a handful of phrasings, with made-up embeddings."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.understanding.features import SparseSpace, grams
from bot.understanding.matcher import KernelSettings, Matcher
from bot.understanding.ranking import Ranking

PHRASINGS = (
    ("证书在哪里查", "where"),
    ("在哪里查证书", "where"),
    ("怎么查我的证书", "where"),
    ("证书到哪查询", "where"),
    ("找谁举报假证", "report"),
    ("举报假证打什么电话", "report"),
    ("假证向谁举报", "report"),
    ("去哪举报卖假证的", "report"),
    ("今天天气怎么样", "oos_weather"),
    ("明天下雨吗天气", "oos_weather"),
    ("天气预报说今天热", "oos_weather"),
)
DIMENSION = 16


def embed(text: str) -> npt.NDArray[np.float32]:
    """A stand-in for the encoder: texts that share characters are near."""
    vector = np.zeros(DIMENSION, np.float32)
    for character in text:
        vector[zlib.crc32(character.encode()) % DIMENSION] += 1
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def trained() -> Matcher:
    texts = [text for text, _ in PHRASINGS]
    dense = np.stack([embed(text) for text in texts])
    return Matcher.train(texts, dense, [intent for _, intent in PHRASINGS], KernelSettings())


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return trained()


def test_grams_are_characters_words_and_sounds() -> None:
    """Each kind has its prefix; a space is no feature; digits stay what they are."""
    found = set(grams("证 书12"))
    assert {"c证", "c1", "c2", "c证书"} <= found
    assert any(feature.startswith("w") for feature in found)
    assert any(feature.startswith("szheng shu") for feature in found)
    assert "c " not in found
    assert set(grams("12333")) != set(grams("12315"))


def test_homophones_share_sounds() -> None:
    """备按 and 备案 are neighbours by sound, not by characters."""
    shared = set(grams("备按")) & set(grams("备案"))
    assert any(feature.startswith("s") for feature in shared)


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_no_text_has_no_features(text: str) -> None:
    """An empty text has an empty vector."""
    where, what = SparseSpace.fit_matrix(["证书", "证书"])[0].vector(text.strip())
    assert (0, 0) == (len(where), len(what))


def test_vectors_have_length_one() -> None:
    """Long and short texts are comparable."""
    space = SparseSpace.fit_matrix([text for text, _ in PHRASINGS])[0]
    for text, _ in PHRASINGS:
        assert pytest.approx(1.0, abs=1e-5) == float(np.linalg.norm(space.vector(text)[1]))


def test_space_survives_json() -> None:
    """The vocabulary is JSON, and gives the same vectors."""
    space = SparseSpace.fit_matrix([text for text, _ in PHRASINGS])[0]
    again = SparseSpace.from_json(json.loads(json.dumps(space.to_json())))
    for one, other in zip(space.vector("证书在哪查"), again.vector("证书在哪查"), strict=True):
        assert np.allclose(one, other, atol=1e-4)


def ranked(matcher: Matcher, text: str) -> Ranking:
    """By words and by meaning."""
    return matcher.rank(text, matcher.meaning(embed(text)))


@pytest.mark.parametrize(("text", "intent"), PHRASINGS)
def test_own_phrasings_are_found(matcher: Matcher, text: str, intent: str) -> None:
    """What it was trained on comes back, well supported."""
    ranking = ranked(matcher, text)
    assert intent == ranking.best.intent
    assert ranking.best.support > 0.5
    assert ranking.margin > 0.2


@pytest.mark.parametrize(("text", "intent"), [("我的证书去哪里查", "where"), ("有人卖假证怎么举报", "report")])
def test_new_words_for_it(matcher: Matcher, text: str, intent: str) -> None:
    """Near phrasings are recognised."""
    assert intent == ranked(matcher, text).best.intent


@pytest.mark.parametrize("text", ["asdfgh", "zxcvbnm qwer", "@#￥%", "鑫淼焱垚"])
def test_gibberish_has_little_support(matcher: Matcher, text: str) -> None:
    """Support is absolute: a text like nothing seen supports nothing."""
    nothing = np.zeros(DIMENSION, np.float32)
    assert matcher.rank(text, matcher.meaning(nothing)).best.support < 0.35
    assert matcher.rank(text, matcher.meaning(nothing)).best.support < ranked(matcher, "证书在哪里查").best.support


def test_nothing_to_go_by_gives_an_empty_ranking(matcher: Matcher) -> None:
    """No feature and no embedding: an empty ranking, no exception."""
    ranking = matcher.rank("", matcher.meaning(np.zeros(DIMENSION, np.float32)))
    assert [] == list(ranking)
    assert ("", 0.0, 0.0) == (ranking.best.intent, ranking.best.support, ranking.margin)


def test_training_is_deterministic() -> None:
    """Twice the same data, twice the same supports."""
    first, second = trained(), trained()
    for text in ("证书在哪查", "举报", "天气", "别的"):
        assert ranked(first, text) == ranked(second, text)


def test_saved_and_loaded_it_ranks_alike(matcher: Matcher, tmp_path: Path) -> None:
    """Half precision on disk changes no order and hardly a support; no pickle is needed."""
    matcher.save(tmp_path)
    loaded = Matcher.load(tmp_path)
    assert {"matcher.json", "matcher.npz"} == {path.name for path in tmp_path.iterdir()}
    for text, _ in PHRASINGS:
        before, after = ranked(matcher, text), ranked(loaded, text)
        assert before.best.intent == after.best.intent
        assert pytest.approx(before.best.support, abs=0.01) == after.best.support


@pytest.mark.parametrize("missing", ["matcher.json", "matcher.npz"])
def test_a_damaged_model_is_never_an_untrained_one(matcher: Matcher, tmp_path: Path, missing: str) -> None:
    """A missing file raises."""
    matcher.save(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(OSError, match=missing):
        Matcher.load(tmp_path)
