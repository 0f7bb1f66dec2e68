"""The files under data/knowledge/occupations: what they hold, and what a mistake in them is answered with."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from bot.errors import ContentError, Problem
from bot.knowledge.loader import Content
from bot.knowledge.models import Confidence
from bot.occupations.catalogue import Catalogue, load_catalogue

OCCUPATIONS = Path(__file__).parents[3] / "data" / "knowledge" / "occupations"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files that a test may spoil."""
    return Path(shutil.copytree(OCCUPATIONS, tmp_path / "occupations"))


def problems(folder: Path, content: Content) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as caught:
        load_catalogue(folder, content)
    return caught.value.problems


def spoil(folder: Path, name: str, before: str, after: str) -> int:
    """Replace the first ``before``; the line it stood on."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


def test_the_catalogue_has_its_72_items(catalogue: Catalogue) -> None:
    """59 professional items (33 + 26), 13 for skilled workers, and 30 names often taken for one."""
    kinds = Counter(number[0] for number in catalogue.rows)
    classes = Counter(row.class_ for row in catalogue.rows.values() if row.number.startswith("专"))
    assert kinds == {"专": 59, "技": 13, "X": 31}
    assert classes == {"准入类": 33, "水平评价类": 26}


def test_departments_keep_their_confidence(catalogue: Catalogue) -> None:
    """7 departments are stated, 31 are said to be from public material, 34 are not known."""
    inside = [row for row in catalogue.rows.values() if row.in_catalogue == "是" and not row.see]
    counted = Counter(row.department_ref.confidence if row.department_ref else None for row in inside)
    assert counted == {Confidence.HIGH: 19, Confidence.MEDIUM: 41, None: 12}


def test_every_row_has_edition_date_and_source(catalogue: Catalogue) -> None:
    """No row is without the edition, the date it is of and at least one source."""
    for row in catalogue.rows.values():
        assert row.edition == "2021年版", row.number
        assert row.as_of, row.number
        assert row.sources, row.number


def test_three_rows_say_one_sentence_only(catalogue: Catalogue) -> None:
    """技2, 技3 and 技6 have the sentence that stands for their class."""
    assert [row.number for row in catalogue.rows.values() if row.class_sentence] == ["技2", "技3", "技6"]


def test_comparison_rows_lead_to_the_catalogue(catalogue: Catalogue) -> None:
    """X-29 and X-30 are answered as 专36 and 专37."""
    assert [catalogue.resolve(number).number for number in ("X-29", "X-30")] == ["专36", "专37"]  # type: ignore[union-attr]


def test_dictionary_names_leave_short_words_out(catalogue: Catalogue) -> None:
    """一建, 保安 and 家政证 are no homophone targets; 一级建造师 is."""
    names = catalogue.names()
    assert "一级建造师" in names
    assert not {"一建", "保安", "电工", "家政证"} & set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "before", "after", "field", "value"),
    [
        ("catalogue.yml", "number: 专2\n", "number: 专1\n", "number", "专1"),
        ("catalogue.yml", "number: 专2\n", "number: 二号\n", "number", "二号"),
        ("catalogue.yml", "class: 准入类", "class: 必考类", "class", "必考类"),
        ("catalogue.yml", "sources: [catalogue_2021]", "sources: [gossip]", "sources", "gossip"),
        ("catalogue.yml", "sources: [catalogue_2021]", "sources: []", "sources", ""),
        (
            "catalogue.yml",
            "department_source: catalogue_2021",
            "department_source: gossip",
            "department_source",
            "gossip",
        ),
        ("catalogue.yml", "check: check_cpta", "check: check_here", "check", "check_here"),
        ("catalogue.yml", "name_confidence: high", "name_confidence: sure", "name_confidence", "sure"),
        ("catalogue.yml", "kind: 专业技术人员", "kind: 别的人员", "kind", "别的人员"),
        ("not_in_catalogue.yml", "in_catalogue: 否", "in_catalogue: 不", "in_catalogue", "不"),
        ("not_in_catalogue.yml", "{cpta}", "{nowhere}", "route", "{nowhere}"),
        ("not_in_catalogue.yml", "see: 专36", "see: 专99", "see", "专99"),
        ("ambiguous.yml", "row: 技4", "row: 技99", "row", "技99"),
        ("phrases.yml", "{ruankao}", "{nowhere}", "text", "{nowhere}"),
        ("words.yml", "cues: [", "cue: [", "cue", None),
    ],
)
def test_a_mistake_names_file_line_field_and_value(
    folder: Path, content: Content, name: str, before: str, after: str, field: str, value: str | None
) -> None:
    """Each mistake is reported at its line, in Chinese, with what stands there."""
    line = spoil(folder, name, before, after)
    found = [p for p in problems(folder, content) if p.field == field and (value is None or p.value == value)]
    assert [(p.file, p.line) for p in found][:1] == [(f"data/knowledge/occupations/{name}", line)]
    assert found[0].remedy


def test_an_alias_of_two_rows_needs_an_ambiguity_entry(folder: Path, content: Content) -> None:
    """The same name in two rows is refused unless its readings are laid side by side."""
    line = spoil(folder, "catalogue.yml", "aliases: [法考, ", "aliases: [教资, 法考, ")
    (problem,) = problems(folder, content)
    assert (problem.line, problem.field, problem.value) == (line, "aliases", "教资")
    assert "ambiguous.yml" in problem.remedy


def test_an_unknown_field_and_a_missing_one_are_both_told(folder: Path, content: Content) -> None:
    """All problems are collected, not only the first."""
    spoil(folder, "catalogue.yml", "  kind: 专业技术人员", "  sort: 专业技术人员")
    assert {problem.field for problem in problems(folder, content)} >= {"sort", "kind"}


def test_one_reading_is_no_ambiguity(folder: Path, content: Content) -> None:
    """A group needs at least two readings."""
    spoil(folder, "ambiguous.yml", "    - {row: 专25, label: 注册消防工程师, use: 工程师资格}\n", "")
    assert [problem.field for problem in problems(folder, content)] == ["readings"]


def test_a_missing_file_or_phrase_is_told(folder: Path, content: Content) -> None:
    """A file taken away and a sentence that the program needs are named."""
    (folder / "ambiguous.yml").unlink()
    spoil(folder, "phrases.yml", "- id: exam_out", "- id: exam_elsewhere")
    found = {(Path(problem.file).name, problem.value) for problem in problems(folder, content)}
    assert found == {("ambiguous.yml", "ambiguous.yml"), ("phrases.yml", "exam_out")}


@pytest.mark.parametrize("name", ["catalogue.yml", "not_in_catalogue.yml", "ambiguous.yml", "phrases.yml", "words.yml"])
def test_a_file_of_the_wrong_form_is_told(folder: Path, content: Content, name: str) -> None:
    """A text where a list or a mapping belongs is a problem, not a crash."""
    (folder / name).write_text("随便写的\n", encoding="utf-8")
    assert f"data/knowledge/occupations/{name}" in {problem.file for problem in problems(folder, content)}


def test_the_version_changes_with_the_files(folder: Path, content: Content, catalogue: Catalogue) -> None:
    """A changed sentence gives another version; the same files give the same."""
    assert load_catalogue(folder, content).version == catalogue.version
    spoil(folder, "phrases.yml", "不止一种", "有几种")
    assert load_catalogue(folder, content).version != catalogue.version
