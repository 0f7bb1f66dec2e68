"""Rules on the content that go beyond its form: lengths, numbers in one place, nothing unreachable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.errors import Problem
from bot.knowledge.loader import PLACEHOLDER, Content
from bot.knowledge.models import Contact, Entry, Wording

#: Longest answer in characters, without its source line; longest WeChat text in bytes of UTF-8.
MAX_ANSWER, MAX_WECHAT_BYTES = 600, 1500
#: Longest words to read out, each character and digit counted as one.
MAX_SPEECH = 90
#: The facts of the notice: N-01 to N-88, each of which must be reachable by asking.
NOTICE_FACTS = tuple(f"N-{number:02d}" for number in range(1, 89))
#: A menu of Yunnan's site carries a number in its name.
_MENU = "12333公共服务"
_NUMBER = re.compile(
    r"(?<![\d〔第-])(?:0\d{2,3}-\d{5,8}|1\d{4}(?!\d)|96110|12345|(?<!\d)110(?!\d))|https?:|www\.|\.(?:cn|com|org)\b"
)
#: An opening that answers without saying of what: right for one question, false for the next that leads here.
_BARE_OPENING = re.compile(r"(?:承认|有用|是的|不了|可以|能|算|还管|可能会)[。，,！]|不?是|它")
_NAMED_OPENING = "开头要说出是什么（例如“备案机构发的等级证书，国家承认”），不能光说是、能、它"
#: Words of doubt: who is being cheated is told what to do now, not to check it elsewhere first.
_HEDGE = re.compile(r"以官方公布为准|据公开资料|打\{h12333\}核实")
_NO_SOURCE_NEEDED = ("about_assistant",)


def check_content(content: Content) -> tuple[Problem, ...]:
    """Every problem found; none is the aim."""
    problems = [
        *_each_entry(content),
        *_doubles(content),
        *_facts(content),
        *(p for words in content.wordings.values() for p in _wording(words)),
    ]
    return tuple(problems)


def plain_text(text: str, contacts: Mapping[str, Contact]) -> str:
    """Text as read: placeholders filled, Markdown marks gone; for measuring only."""

    def shown(match: re.Match[str]) -> str:
        contact = contacts[match[1]]
        return {"name": contact.name, "short": contact.short}.get(match[2] or "", contact.shown)

    return PLACEHOLDER.sub(shown, text).replace("**", "").strip()


def _each_entry(content: Content) -> Iterator[Problem]:
    for entry in (*content.entries.values(), *content.routes):
        text, speech = plain_text(entry.text, content.contacts), plain_text(entry.speech, content.contacts)
        wechat = plain_text(entry.wechat, content.contacts) or text
        if len(text) > MAX_ANSWER:
            yield _of(entry, "text", f"{len(text)} 字", f"答案不能超过 {MAX_ANSWER} 字，请删短或拆成两条")
        if len(wechat.encode()) > MAX_WECHAT_BYTES:
            yield _of(entry, "wechat", f"{len(wechat.encode())} 字节", f"微信文字不能超过 {MAX_WECHAT_BYTES} 字节")
        if len(speech) > MAX_SPEECH:
            yield _of(entry, "speech", f"{len(speech)} 字", f"口播不能超过 {MAX_SPEECH} 字")
        if not entry.sources and entry.id not in _NO_SOURCE_NEEDED:
            yield _of(entry, "sources", "", "每条答案至少写一个依据")
        for name in ("text", "speech", "wechat"):
            yield from _numbers(entry, name, getattr(entry, name))
            bare = _BARE_OPENING.match(getattr(entry, name).strip())
            if bare:
                yield _of(
                    entry,
                    name,
                    bare.group(),
                    _NAMED_OPENING,
                )
            hedge = _HEDGE.search(getattr(entry, name)) if entry.kind == "urgent" else None
            if hedge:
                yield _of(entry, name, hedge.group(), "受骗求助的答案不写核实一类的话，先写打哪个电话、马上做什么")
        for related in entry.related:
            if related not in content.entries:
                yield _of(entry, "related", related, "没有这个条目")
        if entry.valid_until and entry.valid_until < entry.valid_from:
            yield _of(entry, "valid_until", str(entry.valid_until), "结束日期早于开始日期")


def _numbers(entry: Entry, field: str, text: str) -> Iterator[Problem]:
    for match in _NUMBER.finditer(PLACEHOLDER.sub("", text).replace(_MENU, "")):
        yield _of(entry, field, match.group(), "号码和网址只写在 contacts.yml，这里用 {编号} 引用")


def _doubles(content: Content) -> Iterator[Problem]:
    titles: dict[str, str] = {}
    aspects: dict[tuple[str, str], str] = {}
    for entry in content.entries.values():
        if titles.setdefault(entry.title, entry.id) != entry.id:
            yield _of(entry, "title", entry.title, f"标题和 {titles[entry.title]} 一样，请改得能分清")
        if entry.aspect:
            key = (entry.topic, entry.aspect)
            if aspects.setdefault(key, entry.id) != entry.id:
                yield _of(entry, "aspect", "／".join(key), f"这一面已经由 {aspects[key]} 回答")


def _facts(content: Content) -> Iterable[Problem]:
    used = {fact for entry in content.entries.values() for ref in entry.sources for fact in ref.facts}
    missing = [fact for fact in NOTICE_FACTS if fact not in used]
    if missing:
        yield Problem("data/knowledge/faq", 0, "sources", "、".join(missing), "这些通知事实没有条目用到，问不出来")


def _wording(words: Wording) -> Iterator[Problem]:
    shown, line = "data/knowledge/replies.yml", words.lines.get("id", 0)
    for field in ("text", "speech"):
        for match in _NUMBER.finditer(PLACEHOLDER.sub("", getattr(words, field))):
            at = words.lines.get(field, line)
            yield Problem(shown, at, f"{words.id}.{field}", match.group(), "号码用 {编号} 引用")
    if words.kind == "refusal" and not words.reason:
        yield Problem(shown, line, f"{words.id}.reason", "", "拒答要写类型 reason")


def _of(entry: Entry, field: str, value: str, remedy: str) -> Problem:
    line = entry.lines.get(field, entry.lines.get("id", 0))
    return Problem(entry.file, line, f"{entry.id}.{field}", value, remedy)
