"""Bad content is refused and told so that an editor can mend it; what runs already stays as it was."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import ContentError, Problem
from bot.knowledge.checks import check_content
from bot.knowledge.loader import load_content
from bot.knowledge.phrasings import MIN_OUT_OF_SCOPE, MIN_PHRASINGS, Phrasing, check_phrasings, read_phrasings
from bot.knowledge.store import Store, shared_store
from bot.settings import Settings
from bot.text.lexicon import Lexicon

DATA = Settings.from_environment().path("ZHENGBIAN_DATA_DIR")
HAN = re.compile(r"[\u3400-\u9fff]{2}")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the knowledge and the lexicon, to be broken."""
    for folder in ("knowledge", "lexicon"):
        shutil.copytree(DATA / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The lexicon of the repository: its fillers are left out before phrasings are compared."""
    return shared_store(DATA).current.lexicon


def problems_of(data: Path) -> tuple[Problem, ...]:
    """What ``check`` says about a data folder's knowledge."""
    try:
        return check_content(load_content(data / "knowledge"))
    except ContentError as error:
        return error.problems


def replace_once(path: Path, old: str, new: str) -> str:
    """Edit a file at the first place where ``old`` stands; the new text."""
    before = path.read_text(encoding="utf-8")
    assert old in before
    after = before.replace(old, new, 1)
    path.write_text(after, encoding="utf-8")
    return after


@dataclass(frozen=True)
class Mistake:
    """An edit of a file, and what must be said: line of ``at``, field, value, words of the remedy."""

    name: str
    file: str
    old: str
    new: str
    at: str
    field: str
    value: str
    remedy: str


MISTAKES = (
    Mistake(
        "doubled id", "faq/report.yml", "- id: report_evidence\n", "- id: report_how\n",
        "- id: report_how\n  title: 举报、投诉", "id", "report_how", "编号重复",
    ),
    Mistake(
        "doubled source", "sources.yml", "{id: notice_qa,", "{id: notice,",
        "{id: notice, title: 如何", "id", "notice", "编号重复",
    ),
    Mistake(
        "unknown contact", "faq/report.yml", "证书真假、评价机构备案、技能培训和评价方面的问题，打{h12333}", "打{h12334}",
        "  text: |\n    打{h12334}", "text", "{h12334}", "contacts.yml 里没有这个编号",
    ),
    Mistake(
        "bad date", "faq/about.yml", "valid_until: 2025-12-31", "valid_until: 2025年底",
        "valid_until: 2025年底", "valid_until", "2025年底", "日期写成 2022-04-08 的样子",
    ),
    Mistake(
        "unknown field", "faq/types.yml", "  topic: qualification", "  tpoic: qualification",
        "tpoic", "tpoic", "qualification", "不认识这个字段",
    ),
    Mistake(
        "number in a text", "faq/report.yml", "{yn_capacity.short}的电话是 {yn_capacity}。", "电话是 0871-67195672。",
        "  text: |\n    电话是 0871-67195672", "office_capacity.text", "0871-67195672", "号码和网址只写在 contacts.yml",
    ),
    Mistake(
        "address in a text", "faq/query.yml", "打开中国人事考试网 {cpta}", "打开 www.cpta.com.cn",
        "  text: |\n    打开 www.cpta", "query_cpta.text", "www.", "号码和网址只写在 contacts.yml",
    ),
    Mistake(
        "no source", "faq/report.yml",
        "  sources:\n    - {source: notice, facts: [N-46, N-50]}\n", "  sources: []\n",
        "sources: []", "office_professional.sources", "", "每条答案至少写一个依据",
    ),
    Mistake(
        "unknown source", "faq/report.yml", "{source: notice, facts: [N-46, N-50]}", "{source: notcie, facts: [N-46]}",
        "notcie", "source", "notcie", "sources.yml 里没有这个编号",
    ),
    Mistake(
        "missing title", "faq/types.yml", "  title: 三类证书有什么区别？\n", "",
        "- id: cert_types_difference", "title", "", "缺少这个字段",
    ),
    Mistake(
        "doubled key", "faq/types.yml", "  title: 三类证书有什么区别？\n", "  title: 三类证书？\n  title: 区别？\n",
        "  title: 区别？", "YAML", "重复的字段 title", "检查这一行",
    ),
    Mistake(
        "bad indent", "faq/types.yml", "  title: 三类证书有什么区别？\n", " title: 三类证书有什么区别？\n",
        " title: 三类证书有什么区别？", "YAML", "", "检查这一行的缩进",
    ),
    Mistake(
        "unknown related", "faq/report.yml", "related: [cheated, pressed_to_pay, hotlines_who]", "related: [chaeted]",
        "related: [chaeted]", "hotline_police.related", "chaeted", "没有这个条目",
    ),
)  # fmt: skip


def test_the_knowledge_of_the_repository_has_no_problem() -> None:
    """``check`` finds nothing to say about the answers as they are."""
    assert not problems_of(DATA)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_with_file_field_value_and_remedy(mistake: Mistake, data: Path) -> None:
    """The file, the field, the value as written and what to do about it, in Chinese."""
    replace_once(data / "knowledge" / mistake.file, mistake.old, mistake.new)
    found = told(mistake, problems_of(data))
    assert f"data/knowledge/{mistake.file}" == found.file
    assert mistake.value in found.value
    assert HAN.search(found.remedy)
    for part in (found.file, mistake.field, mistake.value, found.remedy):
        assert part in str(found)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_with_its_line(mistake: Mistake, data: Path) -> None:
    """The line is that of the field, or of the entry where the field is missing."""
    text = replace_once(data / "knowledge" / mistake.file, mistake.old, mistake.new)
    assert text[: text.index(mistake.at)].count("\n") + 1 == told(mistake, problems_of(data)).line


def told(mistake: Mistake, problems: Iterable[Problem]) -> Problem:
    """The problem that the mistake makes, among those found."""
    found = [p for p in problems if p.field == mistake.field and mistake.remedy in p.remedy]
    assert found, [str(problem) for problem in problems]
    return found[0]


def test_a_file_that_is_no_utf8_is_named(data: Path) -> None:
    """A file saved in another encoding is refused whole, with what to do."""
    path = data / "knowledge" / "faq" / "about.yml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    expected = Problem("data/knowledge/faq/about.yml", 0, "文件", "about.yml", "不是 UTF-8 编码，请另存为 UTF-8")
    assert expected in problems_of(data)


def test_every_problem_is_told_at_once(data: Path) -> None:
    """Two mistakes in two files are both told."""
    for name in ("unknown field", "bad date"):
        mistake = next(m for m in MISTAKES if m.name == name)
        replace_once(data / "knowledge" / mistake.file, mistake.old, mistake.new)
    assert {"tpoic", "valid_until"} <= {problem.field for problem in problems_of(data)}


def test_an_answer_too_long_is_refused(data: Path) -> None:
    """Text over 600 characters and words to read out over 90 are told with their length."""
    path = data / "knowledge" / "faq" / "report.yml"
    replace_once(path, "{h12345}是地方政务服务便民热线。", "{h12345}是热线。" + "长" * 600)
    replace_once(path, "  speech: 留好合同、", "  speech: " + "长" * 90 + "留好合同、")
    found = {problem.field: problem.value for problem in problems_of(data)}
    assert re.fullmatch(r"6\d\d 字", found["hotline_12345.text"])
    assert re.fullmatch(r"1\d\d 字", found["report_evidence.speech"])


@pytest.mark.parametrize(
    ("opening", "told"),
    [("承认。", True), ("它是", True), ("不是。", True), ("是的，", True), ("可以，", True), ("不了。", True), ("能。", True),
     ("可以到官网查，", False), ("能查的有三种：", False), ("不能信。", False), ("职业资格证书是", False)],
)  # fmt: skip
@pytest.mark.parametrize("field", ["text", "speech"])
def test_an_answer_that_does_not_say_of_what_is_told(opening: str, told: bool, field: str, data: Path) -> None:
    """承认。 stands well under one question and is false under the next one that leads to the entry."""
    first = {
        "text": "    备案机构发的职业技能等级证书，国家承认：",
        "speech": "  speech: 备案机构发的职业技能等级证书，国家承认。",
    }
    start = "    " if field == "text" else "  speech: "
    replace_once(data / "knowledge/faq/types.yml", first[field], f"{start}{opening}")
    found = [p.field for p in problems_of(data) if "开头要说出是什么" in p.remedy]
    assert found == ([f"skill_level_recognised.{field}"] if told else [])


@pytest.mark.parametrize("hedge", ["以官方公布为准", "可打{h12333}核实"])
@pytest.mark.parametrize(("entry", "told"), [("cheated", True), ("refund", False)])
def test_doubt_under_an_urgent_answer_is_told(entry: str, told: bool, hedge: str, data: Path) -> None:
    """Who has just paid is told to ring the police, and nothing to check elsewhere first."""
    opening = {"cheated": "    马上停止付款，", "refund": "    先书面要求退费；"}[entry]
    replace_once(data / "knowledge/faq/report.yml", opening, f"    {hedge}。{opening.strip()}")
    assert [p.field for p in problems_of(data) if "受骗求助" in p.remedy] == ([f"{entry}.text"] if told else [])


def test_a_fact_of_the_notice_without_an_entry_is_told(data: Path) -> None:
    """Dropping a fact from the only entry that tells it is found by its id."""
    replace_once(data / "knowledge" / "faq" / "types.yml", "facts: [N-74]", "facts: [N-73]")
    assert "N-74" in [problem.value for problem in problems_of(data)]


def test_reload_keeps_the_old_snapshot_on_a_broken_file(data: Path) -> None:
    """A broken file raises and changes nothing; once mended, the new words are there."""
    store = Store(data)
    before, path = store.current, data / "knowledge" / "faq" / "about.yml"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("  title:", "\ttitle:", 1), encoding="utf-8")
    with pytest.raises(ContentError, match=r"data/knowledge/faq/about\.yml"):
        store.reload()
    assert before is store.current
    path.write_text(good.replace("我叫“证辨”", "我是“证辨”", 1), encoding="utf-8")
    after = store.reload()
    assert after is store.current
    assert before.version != after.version
    assert "我是“证辨”" in after.content.entries["about_assistant"].text


def phrasings(*texts: str, intent: str = "query_where") -> tuple[Phrasing, ...]:
    """Examples of one intent, one to a line from line 5."""
    return tuple(Phrasing(text, intent, "data/nlu/faq/query.yml", line) for line, text in enumerate(texts, 5))


def unlike(count: int, intent: str) -> tuple[Phrasing, ...]:
    """As many examples that share no three characters."""
    return phrasings(*("".join(chr(0x4E00 + 8 * n + k) for k in range(8)) for n in range(count)), intent=intent)


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("我的证书在哪里查真假", "我的证书在哪里查真假呢", True),
        ("我的证书在哪里查真假", "请问一下我的证书在哪里查真假？", True),
        ("我的证书在哪里查真假", "我的證書在哪裡查真假", True),
        ("我的证书在哪里查真假", "怎么晓得这个本本是不是假的", False),
        ("查证书", "证书真伪到哪个网站上看", False),
    ],
)
def test_near_copies_are_found(first: str, second: str, alike: bool, lexicon: Lexicon) -> None:
    """Two examples that say the same in the same words count as one; the later one is told, with the earlier's line."""
    problems = list(check_phrasings(phrasings(first, second), {"query_where"}, set(), lexicon))
    found = [(p.line, p.field, p.value) for p in problems if "data/nlu/faq/query.yml:5 太像" in p.remedy]
    assert ([(6, "examples", second)] if alike else []) == found


@pytest.mark.parametrize(("missing", "told"), [(1, True), (0, False)])
def test_too_few_phrasings_are_found(missing: int, told: bool, lexicon: Lexicon) -> None:
    """An entry needs 40 ways of asking, and the gate 800 examples out of scope."""
    inside = unlike(MIN_PHRASINGS - missing, "query_where")
    outside = unlike(MIN_OUT_OF_SCOPE - missing, "oos_gibberish")
    problems = list(check_phrasings((*inside, *outside), {"query_where", "oos_gibberish"}, {"query_where"}, lexicon))
    expected = [("query_where", "39 句"), ("examples", "799 句")] if told else []
    assert expected == [(p.field, p.value) for p in problems]


def test_an_unknown_intent_is_found(lexicon: Lexicon) -> None:
    """Examples of an entry that does not exist are told at their first line."""
    problems = list(check_phrasings(phrasings("查证书", intent="query_wher"), {"query_where"}, set(), lexicon))
    told = next(p for p in problems if p.field == "intent")
    assert Problem("data/nlu/faq/query.yml", 5, "intent", "query_wher", "没有这个条目或意图") == told


def test_phrasings_know_their_lines(tmp_path: Path) -> None:
    """An example is read with its intent, its file and the line it stands on."""
    (tmp_path / "faq").mkdir()
    text = 'version: "3.1"\nnlu:\n- intent: query_where\n  examples: |\n    - 证书在哪查\n    - 查真假\n'
    (tmp_path / "faq" / "query.yml").write_text(text, encoding="utf-8")
    expected = [("证书在哪查", "query_where", 5), ("查真假", "query_where", 6)]
    found = read_phrasings(tmp_path)
    assert expected == [(phrasing.text, phrasing.intent, phrasing.line) for phrasing in found]
    assert {"data/nlu/faq/query.yml"} == {phrasing.file for phrasing in found}
