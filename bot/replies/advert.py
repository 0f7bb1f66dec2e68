"""Tell what an advert shows: red flags with quoted words and rules, what stays open, what to do.

Never calls anything safe, genuine or legal, and no named firm a fraud: quotes, rules, ways to check.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from bot.advert.models import Severity, Signal, Signals, Verdict
from bot.knowledge.loader import Content
from bot.knowledge.models import Contact, SourceRef
from bot.replies.fill import citations, contacts_in, fill_markdown, fill_plain, is_medium
from bot.replies.reply import Kind, Quote, Reply

#: Most red flags told in one reply, and most characters quoted of each.
MOST_FINDINGS = 8
LONGEST_QUOTE = 24
#: Longest reply in characters: body, notices and source line together.
LONGEST_REPLY = 1200

_FOUND = "**发现 {} 处风险信号**"
_NONE_FOUND = "**未发现列出的风险信号，仍请核验**"
_FOUND_ADVICE = "。这些话出现在您发来的内容里，先别交钱，查清楚再说。"
_NONE_ADVICE = "。没查出来不等于可以放心，交钱前照下面的办法查一遍。"
_PAID = (
    """**钱已经交了**：马上停止付款，再要什么费都不给，证据都留好。拿不准打{h96110}咨询，正在被骗或已经转账打{h110}。"""
)
_OPEN = "**这里判断不了**：{}。"
_VERIFY = """**自己去查**：
- 机构备案：技能人才评价工作网 {osta_mohrss} 或 {osta}；
- 是不是国家职业资格：看《国家职业资格目录（2021年版）》 {catalogue_gov}；
- 证书：自己打开 {zscx} 查，不点对方给的链接。"""
_REPORT = "**往哪反映**：先打{h12333}（外地拨打加区号）；虚假宣传、乱收费打{h12315}；假网站、违规账号报{h12377}。"
_POLICE = "怀疑是骗局打{h96110}，已经转账打{h110}。"
_MORE = "另外还有：{}。"
_SPEECH_FOUND = "发现%d处风险信号：%s。先别交钱，先查备案、查证书。"
_SPEECH_NONE = "未发现列出的风险信号，仍请核验：先查机构备案和证书，别急着交钱。"
_SPEECH_PAID = "已经交钱的，马上停止付款，转了账打{h110}。"
_NEUTRAL = str.maketrans({"*": "＊", "[": "［", "]": "］", "\n": " ", "`": "｀", "<": "＜", ">": "＞", "\\": "＼"})


class Knows(Protocol):
    """What a snapshot of the knowledge offers here."""

    @property
    def content(self) -> Content: ...

    @property
    def signals(self) -> Signals: ...


def advert_blanks(verdict: Verdict, text: str, *, paid: bool) -> dict[str, Any]:
    """The details that travel in a reply reference: JSON, at most 2 KB.

    One quote for each signal, cut to :data:`LONGEST_QUOTE`; ``total`` counts all signals found.
    """
    findings = []
    for finding in verdict.findings[:MOST_FINDINGS]:
        span = finding.spans[0]
        end = min(span.end, span.start + LONGEST_QUOTE)
        findings.append([finding.signal, span.start, end, text[span.start : end]])
    return {"findings": findings, "total": len(verdict.findings), "open": list(verdict.unjudged), "paid": paid}


def compose_advert(blanks: Mapping[str, Any], snapshot: Knows, today: dt.date) -> Reply:
    """The finished reply from blanks; a signal that is no longer known is left out.

    ``today`` is taken like every composer's; the rules quoted carry their own dates.
    """
    del today
    content, signals = snapshot.content, snapshot.signals
    quotes, told = [], []
    for name, start, end, words in blanks.get("findings", ())[:MOST_FINDINGS]:
        signal = signals.signals.get(name)
        if signal is not None:
            quotes.append(Quote(int(start), int(end), signal.id))
            told.append((signal, str(words)[:LONGEST_QUOTE].translate(_NEUTRAL)))
    total = max(int(blanks.get("total", 0)), len(told)) if told else 0
    paid = bool(blanks.get("paid"))
    full = len(told)
    reply = _reply(told, full, total, blanks, paid, content, signals, tuple(quotes))
    while _length(reply) > LONGEST_REPLY and full > 1:
        full -= 1
        reply = _reply(told, full, total, blanks, paid, content, signals, tuple(quotes))
    return reply


def _reply(
    told: list[tuple[Signal, str]],
    full: int,
    total: int,
    blanks: Mapping[str, Any],
    paid: bool,
    content: Content,
    signals: Signals,
    quotes: tuple[Quote, ...],
) -> Reply:
    """``full`` of the findings with reason and rule, the others by their words only."""
    template = _template(told, full, total, paid, _open_points(blanks, signals))
    refs = [signal.sources[0] for signal, _ in told[:full]]
    contacts = contacts_in(template, content.contacts)
    return Reply(
        kind=Kind.ADVERT,
        entry=None,
        version=signals.version,
        body=_with_quotes(fill_markdown(template, content.contacts), told, full),
        speech=_speech(told, total, paid, content.contacts),
        notices=_notices(content, refs, contacts),
        sources=citations(refs, contacts),
        contacts=contacts,
        quotes=quotes,
    )


def _template(told: list[tuple[Signal, str]], full: int, total: int, paid: bool, points: str) -> str:
    first = _FOUND.format(total) + _FOUND_ADVICE if told else _NONE_FOUND + _NONE_ADVICE
    lines = [
        f"- 「\x00{at}」：{signal.why}依据：{_rule(signal.sources[0])}。" for at, (signal, _) in enumerate(told[:full])
    ]
    rest = "".join(f"「\x00{at}」" for at in range(full, len(told)))
    hidden = f"（还有 {total - len(told)} 处同样要当心）" if total > len(told) else ""
    return "\n\n".join(
        part
        for part in (
            first,
            _PAID if paid else "",
            "\n".join(lines),
            _MORE.format(rest + hidden) if rest or hidden else "",
            _OPEN.format(points) if points else "",
            _VERIFY,
            _REPORT if paid else _REPORT + _POLICE,
        )
        if part
    )


def _with_quotes(body: str, told: list[tuple[Signal, str]], full: int) -> str:
    """Put the person's words in last, so that nothing in them is read as a placeholder."""
    for at in range(len(told) - 1, -1, -1):
        body = body.replace(f"\x00{at}」", f"{told[at][1]}」")
    return body


def _rule(ref: SourceRef) -> str:
    return f"{ref.source.title}，{ref.source.date}"


def _open_points(blanks: Mapping[str, Any], signals: Signals) -> str:
    known = [signals.unjudged[name].text for name in blanks.get("open", ()) if name in signals.unjudged]
    return "、".join(known or [point.text for point in signals.unjudged.values() if point.when is None])


def _speech(told: list[tuple[Signal, str]], total: int, paid: bool, contacts: Mapping[str, Contact]) -> str:
    grave = [signal.title for signal, _ in told if signal.severity is not Severity.LOW]
    titles = "、".join((grave or [signal.title for signal, _ in told])[:3])
    template = _SPEECH_FOUND % (total, titles) if told else _SPEECH_NONE
    return fill_plain(template + (_SPEECH_PAID if paid else ""), contacts)


def _notices(content: Content, refs: list[SourceRef], contacts: tuple[Contact, ...]) -> tuple[str, ...]:
    wording = content.wordings.get("part_medium")
    if wording is None or not is_medium(refs, contacts):
        return ()
    return (fill_markdown(wording.text.strip(), content.contacts),)


def _length(reply: Reply) -> int:
    """Characters of the whole reply as text; links count by what they show."""
    body = "\n\n".join([reply.body, *reply.notices])
    links = sum(len(contact.href) + 4 for contact in reply.contacts)
    return len(body) - links + len("来源：") + sum(len(str(source)) + 1 for source in reply.sources)
