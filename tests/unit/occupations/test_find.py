"""Names in a citizen's words: exact, nearly right, ambiguous, unknown, none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.occupations.catalogue import Catalogue
from bot.occupations.find import Found, find

Ask = Callable[[str], "Found | None"]
HERE = Path(__file__).parent
TYPOS = [line.split("\t") for line in (HERE / "typos.tsv").read_text(encoding="utf-8").splitlines()]
NEAR_MISSES = (HERE / "near_misses.txt").read_text(encoding="utf-8").splitlines()
OTHER_TITLES = (HERE / "other_titles.txt").read_text(encoding="utf-8").splitlines()
NO_NAME = (HERE / "no_name.txt").read_text(encoding="utf-8").splitlines()
TEMPLATES = ("{}", "{}是国家承认的吗", "我们单位要{}，哪个部门发的？")


def test_every_row_is_found_by_its_name_and_by_each_alias(ask: Ask, catalogue: Catalogue) -> None:
    """Each of the 102 rows answers to its name, its aliases and its everyday words."""
    missed = []
    for number, row in catalogue.rows.items():
        target = row.see or number
        for name in (row.name, *row.aliases, *row.everyday):
            for template in TEMPLATES:
                found = ask(template.format(name))
                if found is None or target not in found.rows:
                    missed.append((number, template.format(name), found))
    assert missed == []


def test_every_way_of_writing_an_ambiguous_name_gives_all_its_readings(ask: Ask, catalogue: Catalogue) -> None:
    """消防证, 电工证 … lead to every row they may mean, in the order shown."""
    for group in catalogue.groups:
        for name in (group.name, *group.aliases, *group.everyday):
            found = ask(f"{name}的证有用吗")
            assert found is not None, name
            assert found.rows == group.rows, name


@pytest.mark.parametrize(("typed", "number"), TYPOS)
def test_a_name_written_nearly_right_is_found(ask: Ask, typed: str, number: str) -> None:
    """Homophones, look-alike characters, one character too few or too many, two exchanged."""
    for template in ("{}", "{}是国家承认的吗"):
        found = ask(template.format(typed))
        assert found is not None, template
        assert number in found.rows, template


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_another_occupation_is_not_taken_for_one_of_ours(ask: Ask, name: str) -> None:
    """A name one word away from ours is an unknown name, never one of our rows."""
    for template in ("{}国家承认吗", "{}有用吗"):
        found = ask(template.format(name))
        assert found is not None, template
        assert found.rows == (), found


@pytest.mark.parametrize("name", OTHER_TITLES)
def test_a_title_made_of_one_of_our_names_is_never_our_row(ask: Ask, name: str) -> None:
    """造价师助理, AI健康管理师, 管理大师: an unknown name or no name, never one of our rows."""
    for template in ("{}国家承认吗", "{}证有用吗", "{}证在哪里查", "想考{}"):
        found = ask(template.format(name))
        assert found is None or found.rows == (), template


@pytest.mark.parametrize("text", NO_NAME)
def test_a_text_without_a_name_names_nothing(ask: Ask, text: str) -> None:
    """Generic certificates, other documents and words that only contain a short alias are no names."""
    assert ask(text) is None


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("護士證是國家承認的嗎", ("专22",)),
        ("健康管理師還有用嗎", ("X-02",)),
        ("yijian zheng guojia ren ma", ("专14",)),
        ("diangong zheng zai na cha", ("技10", "技11", "X-19")),
        ("我想考 PMP 有用吗", ("X-25",)),
        ("acca证书国家认吗", ("X-25",)),
        ("低压电工证和高压电工证有什么区别", ("技10",)),
        ("我是护士，想考健康管理师", ("X-02",)),
        ("碳排放管理师国家承认吗", ("X-10",)),
        ("碳排放管理员国家承认吗", ("X-28",)),
        ("软考证书在哪查", ("专36",)),
        ("社工证谁发的", ("专37",)),
        ("塔吊", ("技11",)),
        ("看消控室的证", ("技4",)),
        ("国家一级营养师还有没有", ("X-03",)),
        ("给人剪头发的证", ("X-22",)),
    ],
)
def test_usual_ways_of_asking(ask: Ask, text: str, rows: tuple[str, ...]) -> None:
    """Traditional characters, pinyin, Latin abbreviations, several names: the one meant is found."""
    found = ask(text)
    assert found is not None
    assert found.rows == rows


@pytest.mark.parametrize(
    "text",
    ["月嫂多少钱一个月", "职称英语", "导游员工宿舍", "保安全的证书", "主管护师长在吗", "xpmpx是什么", "社工作不好找"],
)
def test_everyday_words_do_not_fire_without_a_certificate(ask: Ask, text: str) -> None:
    """月嫂, 职称, 导游员, PMP inside other words or without a question about a certificate stay silent."""
    found = ask(text)
    assert found is None or found.rows == ()


def test_an_unknown_name_is_given_as_the_person_put_it(ask: Ask) -> None:
    """The reply names what was asked about, be it a title, a driver or the machine that is worked with."""
    assert ask("陪诊师证是国家认可的吗") == Found((), "陪诊师证", False)
    assert ask("装载机司机要证不") == Found((), "装载机司机", False)
    assert ask("挖掘机操作证国家承认吗") == Found((), "挖掘机操作证", False)


def test_an_ambiguous_name_is_exact(ask: Ask) -> None:
    """A name with several readings was understood; it is the meaning that is open."""
    assert ask("叉车证") == Found(("技12", "X-21"), "叉车证", True)


@pytest.mark.parametrize(
    "text", ["", " ", "😀" * 1000, "证" * 2000, "师证" * 1000, "a" * 2000, "((((" * 500, "电工证" * 600]
)
def test_odd_texts_do_not_stop_it(catalogue: Catalogue, text: str) -> None:
    """Empty, long and hostile texts give an answer or None."""
    found = find(text, catalogue)
    assert found is None or isinstance(found, Found)
