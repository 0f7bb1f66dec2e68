"""No text grows past the longest message, whatever is typed, and nothing that is kept grows with it."""

from __future__ import annotations

import sys

import pytest

from bot.advert.folding import fold_with_offsets
from bot.advert.reading import read
from bot.knowledge.store import Snapshot, current_snapshot
from bot.text import words
from bot.text.clean import MAX_TEXT, clean
from bot.text.normalise import fold, normalise

#: Characters of which NFKC, lower case or the table of symbols makes several, and plain ones beside them.
GROWING = ["\ufdfa", "\ufdfb", "㌀", "㍿", "İ", "💯", "⑳", "ﬃ", "\ufdfa证", "证书", "a1"]


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return current_snapshot()


@pytest.mark.parametrize("unit", GROWING)
def test_folding_does_not_grow(unit: str, snapshot: Snapshot) -> None:
    """Both foldings of the longest message of such a character are no longer than a message."""
    text = clean(unit * (MAX_TEXT // len(unit)))
    assert MAX_TEXT >= len(text)
    assert MAX_TEXT >= len(fold(text))
    folded = fold_with_offsets(text, snapshot.signals.spellings)
    assert MAX_TEXT >= len(folded.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends))
    read(text, snapshot.signals)


def test_words_of_long_texts_are_not_kept(snapshot: Snapshot) -> None:
    """Three hundred different long messages leave nothing behind; short ones are remembered."""
    words._cut.cache_clear()
    for number in range(300):
        words.cut(normalise(f"{number}" + "\ufdfa" * MAX_TEXT, snapshot.lexicon))
    assert 0 == words._cut.cache_info().currsize
    words.cut("证书在哪里查")
    assert 1 == words._cut.cache_info().currsize
    kept = normalise.cache_info().currsize * sys.getsizeof("证" * MAX_TEXT) * 2
    assert 50_000_000 > kept


@pytest.mark.parametrize(
    ("typed", "read"), [("叉⻋证在哪⾥查", "叉车证在哪里查"), ("⻝品安全员", "食品安全员"), ("⻓⻛⻢⻰", "长风马龙")]
)
def test_radicals_are_their_characters(typed: str, read: str) -> None:
    """Copied from a PDF, a character can be its radical's look-alike."""
    assert read == fold(typed)


@pytest.mark.parametrize("typed", ["👨‍👩‍👧 证书", "❤️‍🩹"])
def test_joined_faces_stay_as_typed(typed: str) -> None:
    """A joiner that makes one face of several is shown back; understanding does not see it."""
    assert typed == clean(typed)


def test_joiners_hide_no_words() -> None:
    """Between characters it is taken out as ever."""
    assert "包过" == clean("包\u200d过")
