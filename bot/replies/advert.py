"""Tell what an advert shows: red flags with quoted words and rules, what stays open, what to do.

Never calls anything safe, genuine or legal, and no named firm a fraud: quotes, rules, ways to check.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.advert.models import Severity, Signal, Signals, Verdict
from bot.advert.quote import Place, places, shortened
from bot.knowledge.loader import Content
from bot.knowledge.models import Contact, SourceRef
from bot.replies.fill import citations, contacts_in, fill_markdown, fill_plain, is_medium
from bot.replies.reply import Kind, Quote, Reply

#: Most characters quoted of a place; fewer where many places would not fit into a reference.
LONGEST_QUOTE, SHORTEST_QUOTE = 24, 6
#: Most bytes of a reference's details as JSON.
MOST_BYTES = 2048
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
_AS_WELL = "这里还有“{}”。"
_MORE = "另外还有：{}。"
_SPEECH_FOUND = "发现%d处风险信号：%s。先别交钱，先查备案、查证书。"
_SPEECH_NONE = "未发现列出的风险信号，仍请核验：先查机构备案和证书，别急着交钱。"
_SPEECH_PAID = "已经交钱的，马上停止付款，转了账打{h110}。"
#: Marks of Markdown, as characters that look alike and do nothing.
_NEUTRAL = str.maketrans({"*": "＊", "[": "［", "]": "］", "\n": " ", "`": "｀", "<": "＜", ">": "＞", "\\": "＼"})


@dataclass(frozen=True)
class _Told:
    """A place: its gravest signal, the person's words, the titles of what else they show."""

    signal: Signal
    words: str
    others: tuple[str, ...]


class Knows(Protocol):
    """What a snapshot of the knowledge offers here."""

    @property
    def content(self) -> Content: ...

    @property
    def signals(self) -> Signals: ...


def advert_blanks(verdict: Verdict, text: str, *, paid: bool) -> dict[str, Any]:
    """The details that travel in a reply reference: JSON, at most :data:`MOST_BYTES`.

    ``findings``: one row for each place (signal, start, end, words); ``also``: place and signal of what stands
    in the same words.
    """
    found = places(verdict.findings, text)
    for longest in range(LONGEST_QUOTE, SHORTEST_QUOTE - 1, -2):
        blanks = _blanks(found, verdict, text, paid, longest)
        if len(json.dumps(blanks)) <= MOST_BYTES:
            break
    return blanks


def quoted(place: Place, text: str, longest: int = LONGEST_QUOTE) -> list[Any]:
    """A place as a row of a reference's details."""
    span = shortened(place.span, text, longest)
    return [place.signals[0], span.start, span.end, text[span.start : span.end]]


def _blanks(found: tuple[Place, ...], verdict: Verdict, text: str, paid: bool, longest: int) -> dict[str, Any]:
    also = [[at, signal] for at, place in enumerate(found) for signal in place.signals[1:]]
    rows = [quoted(place, text, longest) for place in found]
    return {"findings": rows, "also": also, "open": list(verdict.unjudged), "paid": paid}


def compose_advert(blanks: Mapping[str, Any], snapshot: Knows, today: dt.date) -> Reply:
    """The finished reply from blanks; a signal that is no longer known is left out.

    ``today`` is taken like every composer's; the rules quoted carry their own dates.
    """
    del today
    content, signals = snapshot.content, snapshot.signals
    quotes, told = [], []
    for at, (name, start, end, words) in enumerate(blanks.get("findings", ())):
        signal = signals.signals.get(name)
        if signal is not None:
            quotes.append(Quote(int(start), int(end), signal.id))
            others = [signals.signals[key].title for place, key in blanks.get("also", ()) if place == at]
            told.append(_Told(signal, neutral(str(words)), tuple(others)))
    paid = bool(blanks.get("paid"))
    full = len(told)
    reply = _reply(told, full, blanks, paid, content, signals, tuple(quotes))
    while _length(reply) > LONGEST_REPLY and full > 1:
        full -= 1
        reply = _reply(told, full, blanks, paid, content, signals, tuple(quotes))
    return reply


def _reply(
    told: list[_Told],
    full: int,
    blanks: Mapping[str, Any],
    paid: bool,
    content: Content,
    signals: Signals,
    quotes: tuple[Quote, ...],
) -> Reply:
    """``full`` of the findings with reason and rule, the others by their words only."""
    template = _template(told, full, paid, _open_points(blanks, signals))
    refs = [one.signal.sources[0] for one in told[:full]]
    contacts = contacts_in(template, content.contacts)
    return Reply(
        kind=Kind.ADVERT,
        entry=None,
        version=signals.version,
        body=with_quotes(fill_markdown(template, content.contacts), [one.words for one in told]),
        speech=_speech(told, paid, content.contacts),
        notices=_notices(content, refs, contacts),
        sources=citations(refs, contacts),
        contacts=contacts,
        quotes=quotes,
    )


def _template(told: list[_Told], full: int, paid: bool, points: str) -> str:
    first = _FOUND.format(len(told)) + _FOUND_ADVICE if told else _NONE_FOUND + _NONE_ADVICE
    lines = [
        f"- 「\x00{at}」：{one.signal.why}{_AS_WELL.format('、'.join(one.others)) if one.others else ''}"
        f"依据：{_rule(one.signal.sources[0])}。"
        for at, one in enumerate(told[:full])
    ]
    rest = "".join(f"「\x00{at}」" for at in range(full, len(told)))
    return "\n\n".join(
        part
        for part in (
            first,
            _PAID if paid else "",
            "\n".join(lines),
            _MORE.format(rest) if rest else "",
            _OPEN.format(points) if points else "",
            _VERIFY,
            _REPORT if paid else _REPORT + _POLICE,
        )
        if part
    )


def with_quotes(body: str, words: Sequence[str]) -> str:
    """Put the person's words in last, so that nothing in them is read as a placeholder: ``\\x00n」`` is the n-th."""
    for at in range(len(words) - 1, -1, -1):
        body = body.replace(f"\x00{at}」", f"{words[at]}」")
    return body


def neutral(words: str) -> str:
    """A person's words, cut to a quote, with marks that do nothing."""
    return words[:LONGEST_QUOTE].translate(_NEUTRAL)


def _rule(ref: SourceRef) -> str:
    return f"{ref.source.title}，{ref.source.date}"


def _open_points(blanks: Mapping[str, Any], signals: Signals) -> str:
    known = [signals.unjudged[name].text for name in blanks.get("open", ()) if name in signals.unjudged]
    return "、".join(known or [point.text for point in signals.unjudged.values() if point.when is None])


def _speech(told: list[_Told], paid: bool, contacts: Mapping[str, Contact]) -> str:
    grave = [one.signal.title for one in told if one.signal.severity is not Severity.LOW]
    titles = "、".join(list(dict.fromkeys(grave or [one.signal.title for one in told]))[:3])
    template = _SPEECH_FOUND % (len(told), titles) if told else _SPEECH_NONE
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
