"""Folding evasive spelling, with positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advert.folding import fold_with_offsets
from bot.advert.models import Signals, Spellings

_SPELLINGS = Spellings.build({"➕": "加"}, {"b过": "包过", "b过期": "b过期"}, {"guo": "过", "bao": "包"})


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("包.过", "包过"),
        ("包 过", "包过"),
        ("包😀过", "包过"),
        ("包\u200b过", "包过"),
        ("包，过", "包过"),
        ("【包】【过】", "包过"),
        ("Ｂ过", "包过"),
        ("包guo", "包过"),
        ("BAO过", "包过"),
        ("證書", "证书"),
        ("①天", "1天"),
        ("３．５万", "3.5万"),
        ("3-5天", "3-5天"),
        ("➕薇", "加薇"),
        ("挂kao", "挂靠"),
        ("不用kao试", "不用考试"),
        ("兔考", "免考"),
        ("讠正书", "证书"),
    ],
)
def test_evasive_spelling(typed: str, folded: str, signals: Signals) -> None:
    """Evasive spellings fold to the plain words."""
    assert folded == fold_with_offsets(typed, signals.spellings).text


@pytest.mark.parametrize(
    "kept", ["学费全包。过了年开课", "驾照b过期", "hello world", "python 3.10", "面包果", "拿正规证件"]
)
def test_ordinary_text_keeps_its_marks(kept: str, signals: Signals) -> None:
    """Sentence marks between longer runs, English and look-alike words stay."""
    assert kept == fold_with_offsets(kept, signals.spellings).text


def test_span_covers_what_was_typed() -> None:
    """A respelled word maps back to all the code points it was typed with."""
    typed = "证😀 包guo!"
    folded = fold_with_offsets(typed, _SPELLINGS)
    at = folded.text.index("包过")
    span = folded.span(at, at + 2)
    assert typed[span.start : span.end] == "包guo"


def test_gaps_remember_blanks() -> None:
    """A dropped blank is remembered as a gap, a dropped dot is not."""
    assert frozenset({2}) == fold_with_offsets("免考 包.过", _SPELLINGS).gaps


@given(st.text(alphabet=st.characters(), max_size=80))
def test_positions_are_monotonic(text: str) -> None:
    """Any text folds; starts never fall, and every character lies inside the text."""
    folded = fold_with_offsets(text, _SPELLINGS)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True))
