"""What every reply says, whatever was asked: sources, numbers, dates, hedges, lengths, nothing false. No model needed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

import pytest

from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.respond import respond
from bot.knowledge.models import Confidence, Contact, Entry, Validity
from bot.knowledge.store import Snapshot, shared_store
from bot.rendering.plain import render
from bot.replies.compose import compose
from bot.replies.lookup import AMBIGUOUS, ASPECTS, UNKNOWN, choices_of
from bot.replies.reply import Choice, Kind, Reply, ReplyRef
from bot.settings import Settings

TODAY = dt.date(2026, 11, 22)
MAX_ANSWER, MAX_WECHAT_BYTES, MAX_SPEECH = 600, 2000, 90
HEDGES = ("以官方公布为准", "可打12333核实")
STAGES = ("campaign_stages", "stage_self_check", "stage_rectify", "blacklist")
STATES_FACTS = (Kind.ANSWER, Kind.LOOKUP, Kind.URGENT)

#: Anything to dial: area code and number, mobile, 400/800, national short numbers; no money, years or counts.
PHONE = re.compile(
    r"(?<![\d〔.])(?:0\d{2,3}[- ]?\d{5,8}|1[3-9]\d{9}|[48]00[- ]?\d{3}[- ]?\d{4}|1[12]\d{3}|9[56]\d{3,4}|1[12]\d|\d{7,8})"
    r"(?![\d年月日元个项种多.〕])"
)
#: Anything to open: an address with or without its scheme.
ADDRESS = re.compile(r"(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/[a-z0-9_./?=&-]*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """A composed reply, what it was composed from, and all that a person can read of it."""

    name: str
    reply: Reply

    @property
    def text(self) -> str:
        """The whole reply as plain text."""
        return render(self.reply)

    @property
    def everything(self) -> str:
        """The text without its source line, the words read out, the card and the WeChat text."""
        shown = replace(self.reply, sources=())
        card = "\n".join(f"{label}：{value}" for label, value in self.reply.card)
        return "\n".join((render(shown), self.reply.speech, card, self.reply.wechat))

    @property
    def wechat(self) -> str:
        """The plain text that WeChat gets, with sources and choices, related questions among them."""
        titles = (snapshot().content.entries[key].title for key in self.reply.related)
        choices = (*self.reply.choices, *(Choice(title, "") for title in titles))
        return render(replace(self.reply, body=self.reply.wechat or self.reply.body, choices=choices))


@lru_cache(maxsize=1)
def snapshot() -> Snapshot:
    """The content of the repository."""
    return shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current


def references() -> Iterator[tuple[str, ReplyRef]]:
    """Every reply there is, as the dialogue refers to it, buttons included."""
    now = snapshot()
    for intent in now.content.entries:
        yield f"entry {intent}", respond(Question(raw="", text="", intent=intent), Memory(), now).replies[0]
    for route in now.content.routes:
        for values in product(*route.when.values()):
            details = {name: (value,) for name, value in zip(route.when, values) if value != "unknown"}
            question = Question(raw="", text="", intent=route.route_of, entities=details)
            yield f"route {route.id} {values}", respond(question, Memory(), now).replies[0]
    for contact in (c for c in now.content.contacts.values() if c.kind == "prefecture"):
        for intent in ("report_how", "phones_prefecture"):
            question = Question(raw="", text="", intent=intent, entities={"prefecture": (contact.id,)})
            yield f"{intent} in {contact.id}", respond(question, Memory(), now).replies[0]
    for wording in (w for w in now.content.wordings.values() if w.kind != "part"):
        yield f"wording {wording.id}", ReplyRef("wording", wording.id)
    for row, aspect in product(now.catalogue.rows.values(), ("", *ASPECTS)):
        yield f"row {row.number} {aspect}", ReplyRef("lookup", row.number, {"name": row.name, "aspect": aspect})
    for group in now.catalogue.groups:
        blanks = {"name": group.name, "rows": list(group.rows)}
        choices = choices_of(group.name, group.rows, now.catalogue)
        yield f"ambiguous {group.name}", ReplyRef("lookup", AMBIGUOUS, blanks, choices)
    for aspect in ("", "exam"):
        yield f"unknown {aspect}", ReplyRef("lookup", UNKNOWN, {"name": "星座分析师", "aspect": aspect})


@pytest.fixture(scope="module")
def replies() -> tuple[Said, ...]:
    """Every reply there is, as of :data:`TODAY`."""
    return tuple(Said(name, compose(reference, snapshot(), TODAY)) for name, reference in references())


def sentences(text: str) -> list[str]:
    """Sentences, or the items of a list."""
    return [part for part in re.split(r"[。；！？\n]", text) if part.strip()]


def entries() -> tuple[Entry, ...]:
    """Every entry and every route of one."""
    content = snapshot().content
    return (*content.entries.values(), *content.routes)


def contacts() -> tuple[Contact, ...]:
    """Every phone number and address of contacts.yml."""
    return tuple(snapshot().content.contacts.values())


def test_every_entry_route_row_and_wording_is_composed(replies: tuple[Said, ...]) -> None:
    """No reply here is the fixed „try again" in place of what was meant, and every route is among them."""
    assert not [s.name for s in replies if s.reply.reason == "failed" and s.name != "wording refuse_failed"]
    shown = {s.reply.version for s in replies}
    assert not [entry.id for entry in entries() if entry.version not in shown and entry.id not in routed_entries()]


def routed_entries() -> frozenset[str]:
    """Entries whose routes answer in their place."""
    return frozenset(route.route_of for route in snapshot().content.routes)


def test_every_fact_number_and_address_has_a_source_with_issuer_and_date(replies: tuple[Said, ...]) -> None:
    """Whatever states a fact or names something to dial or open cites an issuer and a date."""
    for said in replies:
        if said.reply.kind in STATES_FACTS or PHONE.search(said.everything) or ADDRESS.search(said.everything):
            assert said.reply.sources, said.name
            assert "来源：" in said.text, said.name
        for source in said.reply.sources:
            assert source.issuer, said.name
            assert re.search(r"20\d\d|现行", source.date), said.name
            assert f"{source.issuer}，{source.date}" in said.text, said.name


def test_no_number_stands_outside_the_contacts(replies: tuple[Said, ...]) -> None:
    """Whatever looks like something to dial is a number of contacts.yml."""
    known = {contact.phone for contact in contacts() if contact.phone}
    assert not [(s.name, n) for s in replies for n in PHONE.findall(ADDRESS.sub("", s.everything)) if n not in known]


def test_no_address_stands_outside_the_contacts(replies: tuple[Said, ...]) -> None:
    """Whatever looks like something to open is an address of contacts.yml; a source's link, of sources.yml."""
    known = {contact.url for contact in contacts() if contact.url}
    known |= {address.split("://", 1)[-1] for address in known}
    assert not [(s.name, a) for s in replies for a in ADDRESS.findall(s.everything) if a not in known]
    links = {source.url for source in snapshot().content.sources.values()}
    assert not [(s.name, c.url) for s in replies for c in s.reply.sources if c.url not in links]


@pytest.mark.parametrize(
    "text",
    [
        "0871-63630000",
        "08716363000",
        "13888888888",
        "400-800-1234",
        "12320",
        "区号-12320",
        "打12320人工",
        "119",
        "95598",
        "请打114。",
    ],
)
def test_the_number_pattern_finds_numbers(text: str) -> None:
    """Numbers of many shapes are found."""
    assert PHONE.search(text)


@pytest.mark.parametrize(
    "text", ["131820元", "2022-04-08", "3600元", "人社部函〔2022〕25号", "1639个职业", "7天", "120多人"]
)
def test_the_number_pattern_leaves_counts_alone(text: str) -> None:
    """Money, dates and counts are nothing to dial."""
    assert PHONE.search(text) is None


@pytest.mark.parametrize("text", ["www.osta.net", "http://a.cn/x", "打开osta.com.cn查", "https://x.gov.cn/a/b.html"])
def test_the_address_pattern_finds_addresses(text: str) -> None:
    """Addresses are found with and without a scheme, in the middle of 汉字 too."""
    assert ADDRESS.search(text)


def test_the_five_numbers_come_with_their_date_and_12333(replies: tuple[Said, ...]) -> None:
    """A reply with one of the five numbers of 2022 says so, that there is one source, and 12333."""
    five = {contact.phone for contact in contacts() if contact.kind == "office"}
    assert len(five) == 5
    showing = [said for said in replies if any(number in said.text for number in five)]
    assert len(showing) >= 8
    for said in showing:
        assert not [words for words in ("2022-04-08", "只有这一个来源", "12333") if words not in said.text], said.name


def test_the_five_numbers_are_read_out_with_their_date(replies: tuple[Said, ...]) -> None:
    """Where one of the five numbers is read out, its year and month are read out too."""
    five = {contact.phone for contact in contacts() if contact.kind == "office"}
    reading = {s.name: s.reply.speech for s in replies if any(number in s.reply.speech for number in five)}
    assert len(reading) >= 5
    assert not [(n, words) for n, words in reading.items() if "2022年4月" not in words]


def test_prefectures_have_no_hotline_of_their_own(replies: tuple[Said, ...]) -> None:
    """A prefecture's number is its area code and 12333, and is not called a hotline for reports."""
    for said in (s for s in replies if s.name.startswith("phones_prefecture in ")):
        assert re.search(r"0\d{3}-12333", said.text), said.name
        assert "不是专项举报电话" in said.text, said.name


def test_what_rests_on_one_source_is_hedged(replies: tuple[Said, ...]) -> None:
    """Medium confidence is told by one of the two sentences; who is being cheated is sent to no other number."""
    by_version = {entry.version: entry for entry in entries()}
    for said in replies:
        entry = by_version.get(said.reply.version)
        medium = entry is not None and any(ref.confidence is Confidence.MEDIUM for ref in entry.sources)
        shown = [c for c in said.reply.contacts if c.confidence is Confidence.MEDIUM and not c.published]
        if said.reply.kind is Kind.URGENT:
            assert HEDGES[0] not in said.text, said.name
        elif medium or shown:
            assert any(hedge in said.text for hedge in HEDGES), said.name


def test_what_has_ended_opens_with_the_warning(replies: tuple[Said, ...]) -> None:
    """The subsidy of 2025 opens with the warning, the day of the last check and 12333."""
    ended = {e.id: e for e in entries() if e.validity(TODAY) is Validity.EXPIRED}
    assert {"subsidy"} == set(ended)
    for said in (s for s in replies if s.reply.entry in ended):
        first = said.text.split("\n\n")[0]
        assert first.startswith("这一条的有效期已经过了")
        assert ended["subsidy"].verified_on.isoformat() in first
        assert "12333" in first
        assert not said.reply.wechat


def test_nothing_is_given_before_it_holds() -> None:
    """No entry begins after the day of the last check."""
    assert not [e.id for e in entries() if e.validity(TODAY) is Validity.FUTURE or e.verified_on < e.valid_from]


@pytest.mark.parametrize("entry", STAGES)
def test_the_stages_are_told_as_past(entry: str, replies: tuple[Said, ...]) -> None:
    """The stages of 2022 carry their year, in the text and read out, and no word of the present."""
    said = next(s for s in replies if s.name == f"entry {entry}")
    for words in (said.text, said.reply.speech):
        assert re.search(r"2022年", words)
        assert re.search(r"正在|目前|眼下|今年", words) is None


def test_answers_are_short(replies: tuple[Said, ...]) -> None:
    """An answer has at most 600 characters besides its source line."""
    told = [s for s in replies if s.reply.kind in STATES_FACTS]
    lengths = {s.name: len(render(replace(s.reply, sources=(), choices=()))) for s in told}
    assert not {name: length for name, length in lengths.items() if length > MAX_ANSWER}


def test_wechat_messages_fit(replies: tuple[Said, ...]) -> None:
    """A message with its source line and choices takes at most 2000 bytes of UTF-8."""
    sizes = {said.name: len(said.wechat.encode()) for said in replies}
    assert not {name: size for name, size in sizes.items() if size > MAX_WECHAT_BYTES}


def test_words_to_read_out_are_short(replies: tuple[Said, ...]) -> None:
    """At most 90 characters are read out, without address or mark-up; never nothing."""
    assert not {s.name: s.reply.speech for s in replies if not 0 < len(s.reply.speech) <= MAX_SPEECH}
    assert not {s.name: s.reply.speech for s in replies if set("{}〔〕*[]") & set(s.reply.speech)}


def test_nothing_unfilled_and_no_fact_id_is_shown(replies: tuple[Said, ...]) -> None:
    """Neither a blank or placeholder nor the id of a fact reaches a person."""
    shown = re.compile(r"[{}]|〔[a-z_]+〕|\*\*|\b[NBUX]-\d")
    assert not [(s.name, shown.findall(s.everything)) for s in replies if shown.search(s.everything)]


#: A sentence with one of these words warns of a claim or leaves it open; it does not make it.
DENIED = re.compile(r"没有依据|不要信|不可信|不能信|不等于|假宣传|不能确认|没有见到|要当心的说法|不能证明|不一定")
#: id, what the false statement looks like, the statement itself.
FALSE = (
    ("B-105", r"2017年?就?(?:被|已)?(?:移出|退出)了?(?:国家职业资格)?目录", "健康管理师2017年就移出目录"),
    ("B-106", r"心理咨询师.{0,12}(?:分(?:为|成)?初级|卫生健康委|卫健委)|《心理咨询师法》", "心理咨询师分初级、高级，由国家卫生健康委发证"),
    ("B-107", r"国发〔2025〕41号", "物业管理师2025年被国发〔2025〕41号取消"),
    ("B-108", r"13项.{0,24}(?:电工|美容师)|(?:普通电工|美容师).{0,12}水平评价类", "目录里技能13项包含电工、美容师等水平评价类"),
    ("B-109", r"202[2-6]年?版目录|新增15个", "有“2023版目录”"),
    ("B-109", r"202[2-6]年?版目录|新增15个", "2024年新增15个职业进目录"),
    ("B-110", r"PMP.{0,20}(?:抵|扣)", "PMP 可以抵个人所得税"),
    ("B-111", r"12321(?:就?是|，|管)[^，、]{0,6}反诈", "12321是反诈中心电话"),
    ("B-112", r"养老协会", "上海市养老协会的官网是zscx.osta.org.cn"),
    ("B-113", r"人社部门(?:现在)?(?:仍|还|直接)[^，]{0,14}发[^，]{0,3}证", "人社部门现在仍直接给各行业发技能证"),
    ("B-114", r"唯一(?:授权|国字号|指定)", "人社部唯一授权"),
    ("B-115", r"网址[^，]{0,12}查得到，.{0,4}(?:就|一定)?是真", "对方给的查询网址查得到，证就是真的"),
    ("B-116", r"(?:zscx\.osta\.org\.cn|全国(?:联网查询)?平台)[^。]{0,10}(?:能查|可以查|查得到)[^，：；]{0,10}(?:职称|专业技术)", "zscx.osta.org.cn 能查职称和各类专业技术资格"),
    ("B-117", r"449个小类|1636个职业", "大典2022年版有449个小类、1636个职业"),
    ("B-118", r"大典.{0,14}(?:等于|说明|就有|代表).{0,4}国家.{0,4}证", "大典收录了某职业，就等于国家有了这个证"),
    ("B-119", r"查不到.{0,6}(?:就是|一定是|说明是|肯定是|都是)假", "一查不到就是假证"),
)  # fmt: skip
#: id, what the claim that nobody has verified looks like, such a claim.
UNVERIFIED = (
    ("U-01", r"国家政务服务平台|电子社保卡", "国家政务服务平台、电子社保卡能查技能证书"),
    ("U-02", r"掌上\s?12333", "在“掌上12333”上查证书"),
    ("U-03", r"特种作业.{0,30}(?:要填|输入|填写)", "特种作业操作证查询要填姓名和证件号"),
    ("U-04", r"封面.{0,10}国徽", "新证书封面有国徽"),
    ("U-05", r"消防救援(?:总?局|部门)", "由消防救援局实施"),
    ("U-06", r"[\d一二三五]年内?(?:都)?不(?:得|能|予)(?:再|重新)?(?:次)?(?:申请|注册)", "撤销注册后三年内不得再申请"),
    ("U-07", r"心理咨询师.{0,20}(?:由|归).{0,14}(?:评价|发证|颁发)", "心理咨询师现在由协会评价发证"),
    ("U-08", r"健身教练.{0,20}(?:可以|要|走|由).{0,14}(?:认定|评价|发证)", "健身教练现在走职业技能等级认定"),
    ("U-10", r"2026年.{0,10}补贴|补贴.{0,14}(?:延续|继续|没有变)|申领期限|(?:个月|年)内申[请领]", "2026年继续发技能提升补贴"),
    ("U-10", r"2026年.{0,10}补贴|补贴.{0,14}(?:延续|继续|没有变)|申领期限|(?:个月|年)内申[请领]", "取得证书12个月内申领"),
    ("U-11", r"补贴名额", "以“补贴名额”为名的骗术很多"),
    ("U-12", r"物业管理师.{0,16}(?:19|20)\d\d年.{0,8}(?:取消|废止)", "物业管理师资格2015年取消"),
    ("U-13", r"74项|185个职业", "74项185个职业退出"),
    ("U-14", r"(?:号码|电话)[^，]{0,6}(?:仍|还)(?:然|旧)?(?:在用|有效|能打|打得通)", "这些号码现在仍在用"),
    ("U-15", r"技能人才评价机构管理办法", "云南省技能人才评价机构管理办法规定"),
    ("U-16", r"(?:黑名单|名单).{0,6}(?:已经?公布|公布在|登在)|查处了?\d+|关停了?\d+家", "云南的黑名单已公布"),
    ("U-16", r"(?:黑名单|名单).{0,6}(?:已经?公布|公布在|登在)|查处了?\d+|关停了?\d+家", "这次治理查处了35家机构"),
    ("U-17", r"不予处罚", "市场监管部门对JYPC不予处罚"),
    ("U-18", r"县.{0,6}(?:人社局|培训学校).{0,8}电话", "县人社局的电话是"),
)  # fmt: skip


@pytest.mark.parametrize(("number", "pattern", "claim"), [*FALSE, *UNVERIFIED])
def test_no_reply_claims_what_is_false_or_unverified(
    number: str, pattern: str, claim: str, replies: tuple[Said, ...]
) -> None:
    """The pattern knows the claim, and no sentence of any reply makes it."""
    assert re.search(pattern, claim), number
    assert not DENIED.search(claim), number
    made = {(s.name, sentence) for s in replies for sentence in sentences(s.everything) if re.search(pattern, sentence)}
    assert not [(name, sentence) for name, sentence in made if not DENIED.search(sentence)]


def test_departments_that_are_not_known_are_not_named(replies: tuple[Said, ...]) -> None:
    """U-09: for a row without a department, the reply says that it cannot be confirmed."""
    unknown = [
        r for r in snapshot().catalogue.rows.values() if r.in_catalogue == "是" and not r.see and not r.department
    ]
    assert len(unknown) >= 12
    for row in unknown:
        said = next(s for s in replies if s.name == f"row {row.number} issuer")
        assert "现有资料不能确认由哪个部门实施" in said.text
