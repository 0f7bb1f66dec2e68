"""Loading the signals: what is wrong is told with file, line, field, value and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.advert.models import Signals
from bot.advert.signals import CATEGORIES, load_signals
from bot.errors import ContentError, Problem
from bot.knowledge.loader import Content
from bot.text.patterns import compile_all, expand

_SHIPPED = Path(__file__).parents[3] / "data" / "knowledge" / "signals" / "signals.yml"
Broken = Callable[[str, str], tuple[Problem, ...]]


@pytest.fixture
def broken(tmp_path: Path, content: Content) -> Broken:
    """Load the shipped file with one passage replaced and return the problems."""

    def load(old: str, new: str) -> tuple[Problem, ...]:
        text = _SHIPPED.read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "signals.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
        (tmp_path / "foreign.yml").write_bytes(_SHIPPED.with_name("foreign.yml").read_bytes())
        with pytest.raises(ContentError) as caught:
            load_signals(tmp_path, content)
        return caught.value.problems

    return load


def test_shipped_signals_cover_every_category(signals: Signals) -> None:
    """All categories have a signal, and every signal a reason, a rule and examples."""
    assert set(CATEGORIES) == {signal.category for signal in signals.signals.values()}
    for signal in signals.signals.values():
        assert signal.why.endswith("。")
        assert signal.sources
        assert signal.examples
        assert signal.counterexamples


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("      - 消防证包过，不过不收钱\n", "      - 今天天气很好\n", "examples", "今天天气很好"),
        ("      - 红包过期了怎么办\n", "      - 电工证包过，加我\n", "counterexamples", "电工证包过，加我"),
        ("{source: ad_law, facts: [B-76]", "{source: ad_lore, facts: [B-76]", "source", "ad_lore"),
        ("      - '包(?:你|您)过'\n", "      - '包(?:你|您过'\n", "patterns", "包(?:你|您过"),
        ("      - '包(?:你|您)过'\n", "      - '包.*过'\n", "patterns", "包.*过"),
        ("      - '包(?:你|您)过'\n", "      - '包<没有>过'\n", "patterns", "包<没有>过"),
        ("    severity: high\n", "    severity: huge\n", "severity", "huge"),
        ("    category: guarantee\n", "    category: garantee\n", "category", "garantee"),
        ("  - id: guarantee_pass\n", "  - id: Guarantee\n", "id", "Guarantee"),
        ("  - id: refund_promise\n", "  - id: guarantee_pass\n", "id", "guarantee_pass"),
        ("    title: 保证通过\n", "    titel: 保证通过\n", "titel", "保证通过"),
        ("  narrator:\n", "  narator:\n", "narrator", ""),
    ],
)
def test_a_mistake_is_told(broken: Broken, old: str, new: str, field: str, value: str) -> None:
    """A wrong example, source, pattern or field is reported at its line with a remedy."""
    problems = [p for p in broken(old, new) if (p.field, p.value) == (field, value)]
    assert problems
    assert all(p.file.endswith("signals.yml") and p.line > 1 and p.remedy for p in problems)


def test_all_problems_at_once(broken: Broken) -> None:
    """A missing section names itself."""
    assert "unjudged" in {problem.field for problem in broken("\nunjudged:\n", "\nunjuged:\n")}


def test_missing_file(tmp_path: Path, content: Content) -> None:
    """No file is a content error, too."""
    with pytest.raises(ContentError):
        load_signals(tmp_path, content)


def test_gap_stays_in_the_clause() -> None:
    """``~6`` is a short gap that no mark crosses; ``<name>`` a word group."""
    pattern = compile_all(["<甲>~2证"], {"甲": "(?:办|买)"})
    assert pattern is not None
    assert [bool(pattern.search(t)) for t in ("办个证", "买证", "办一二三证", "办，证")] == [True, True, False, False]


@pytest.mark.parametrize("slow", ["a+", "a*b", "(?:a{1,5}b){1,5}", "a{1,41}", r"(a)\1", "a?"])
def test_slow_or_empty_patterns_are_refused(slow: str) -> None:
    """Unbounded, nested, referring and empty patterns do not load."""
    with pytest.raises(ValueError, match="　"):
        compile_all([slow], {})


def test_unknown_word_group() -> None:
    """A word group must be listed."""
    with pytest.raises(ValueError, match="甲"):
        expand("<甲>", {})
