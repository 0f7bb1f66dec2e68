"""What the desk is answered: one parse without a conversation, the citizens' reply first, then what else was near."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from bot.channels.conversation import EMPTY
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.respond import concern_of, respond
from bot.dialogue.safety import CRISIS
from bot.knowledge.entity_names import DENIED_PLACE
from bot.knowledge.models import Validity
from bot.knowledge.store import Snapshot
from bot.nlu.ahead import understand_ahead
from bot.rendering.desk import Card, card_of, entry_of, words_of
from bot.replies.compose import compose
from bot.replies.lookup import AMBIGUOUS, UNKNOWN
from bot.replies.reply import Kind, Reply, ReplyRef
from bot.understanding.interpret import FALLBACK, GateSettings
from bot.understanding.matcher import OUT_OF_SCOPE

#: Cards of one answer, and matters named where there is none.
MOST_CARDS, MOST_NEAREST = 6, 5
#: Cards below which related entries, then weak candidates, fill up.
_LEAST_CARDS = 3
#: Support below which a candidate is noise.
_NOISE = 0.02
#: Candidates listed by „why".
_MOST_CANDIDATES = 8
_NAMES = {"ask_occupation": "查一个职业", "paste_advert": "检查一段广告", "human": "找人工"}
#: Drawn cards kept; nobody changes them, whoever adds something makes a copy.
_MOST_KEPT = 1000
_cards: dict[tuple[str, str, dt.date, str], Card] = {}
_CONFIDENCE = {"high": "把握大", "medium": "把握一般，读之前先核对问的是不是这件事", "low": "把握小，只供参考"}


@dataclass(frozen=True)
class Assisted:
    """The body of the response, and the replies that a citizen would have got, for the journal."""

    body: dict[str, Any]
    references: tuple[ReplyRef, ...]
    replies: tuple[Reply, ...]


async def parse(agent: Any, text: str, choice: str) -> Question:
    """The question of a cleaned text, or of a choice under an earlier card."""
    if choice:
        intent, _, details = choice.partition("&")
        entities: dict[str, tuple[str, ...]] = {}
        for kind, value in parse_qsl(details):
            entities[kind] = (*entities.get(kind, ()), value)
        return Question(text, text, intent, entities=entities, chosen=True)
    await understand_ahead(text)
    return Question.from_parse(await agent.parse_message(text))


def gate_of(agent: Any) -> GateSettings:
    """The bounds of the loaded model, as config.yml had them when it was trained."""
    for node in agent.processor.model_metadata.predict_schema.nodes.values():
        if node.uses.__name__ == "EntryClassifier":
            return GateSettings(**{name: node.config[name] for name in vars(GateSettings()) if name in node.config})
    return GateSettings()


def assist(
    question: Question, snapshot: Snapshot, today: dt.date, gate: GateSettings, *, region: str = "", why: bool = False
) -> Assisted:
    """Cards for a question: the citizens' answer first, then the ranking, expired ones last; or what to say."""
    named = question.entities
    if region in named.get(DENIED_PLACE, ()) and region not in named.get("prefecture", ()):  # the caller is elsewhere
        region = ""
    asked = _of_region(question, region, snapshot)
    references = respond(asked, Memory(), snapshot).replies if question.raw else (EMPTY,)
    replies = tuple(compose(reference, snapshot, today) for reference in references)
    answers = [ref for ref in references if _is_card(ref, snapshot)]
    spoken = next((reply for ref, reply in zip(references, replies) if not _is_card(ref, snapshot)), None)
    desk = _Desk(snapshot, today, region, gate)
    cards = [desk.answer(ref, question) for ref in answers]
    first_things = question.intent == CRISIS
    if not first_things and (answers or (spoken is not None and spoken.kind is Kind.CLARIFY)):
        others = desk.others(asked, references, _LEAST_CARDS - len(cards))
        cards = [*cards, *sorted(others, key=_is_expired)][:MOST_CARDS]
    body: dict[str, Any] = {
        "kind": replies[0].kind.value,
        "reason": replies[0].reason,
        "question": question.raw,
        "say": words_of(spoken, snapshot, region) if spoken else None,
        "cards": cards,
        "total": len(cards),
        "nearest": [] if cards else _nearest(question, snapshot),
    }
    if why:
        body["why"] = explain(question, snapshot, gate)
    return Assisted(body, references, replies)


def opened(key: str, snapshot: Snapshot, today: dt.date, region: str = "") -> Card | None:
    """The card of an entry, a route of one, or a row of the catalogue; None when there is no such thing."""
    ref = ReplyRef("entry", key)
    if entry_of(ref, snapshot) is None:
        if snapshot.catalogue.resolve(key) is None:
            return None
        ref = ReplyRef("lookup", key)
    return _drawn(ref, snapshot, today, region)


@dataclass(frozen=True)
class _Desk:
    """What all cards of one answer share."""

    snapshot: Snapshot
    today: dt.date
    region: str
    gate: GateSettings

    def card(self, ref: ReplyRef) -> Card:
        return _drawn(ref, self.snapshot, self.today, self.region)

    def answer(self, ref: ReplyRef, question: Question) -> Card:
        """What citizens are told too."""
        support = min((part.support for part in question.parts), default=question.support)
        if ref.form == "advert":
            sure = _sure("medium", "按广告特征逐条比对，读之前自己再看一遍原文")
        elif ref.form == "lookup" and ref.key == UNKNOWN:
            sure = _sure("low", "资料里没有这个名称，不下结论")
        elif question.chosen or (ref.form == "lookup" and ref.key != AMBIGUOUS) or support >= self.gate.certain:
            sure = _sure("high")
        else:
            sure = _sure("medium" if support >= self.gate.threshold else "low")
        return {**self.card(ref), "answer": True, "confidence": sure}

    def others(self, question: Question, shown: tuple[ReplyRef, ...], least: int) -> list[Card]:
        """At least so many further cards: the ranking, what is related, weak candidates."""
        entries = self.snapshot.content.entries
        told = [entry for ref in shown if (entry := entry_of(ref, self.snapshot))]
        ranked = [(intent, support) for intent, support in question.ranking if intent in entries]
        strong = [(intent, support) for intent, support in ranked if support >= _NOISE]
        related = [(key, 0.0) for entry in told for key in entry.related if key in entries]
        known = {(ref.form, ref.key) for ref in shown}
        seen = {entry.route_of or entry.id for entry in told}
        found: list[Card] = []
        for number, (intent, support) in enumerate([*strong, *related, *ranked]):
            if len(found) == MOST_CARDS or (number >= len(strong) and len(found) >= least):
                break
            if intent in seen:
                continue
            seen.add(intent)
            ref = respond(replace(question.asking(intent), chosen=True), Memory(), self.snapshot).replies[0]
            if (ref.form, ref.key) not in known:
                known.add((ref.form, ref.key))
                sure = _sure("medium" if support >= self.gate.threshold else "low")
                found.append({**self.card(ref), "answer": False, "confidence": sure})
        return found


def _drawn(ref: ReplyRef, snapshot: Snapshot, today: dt.date, region: str) -> Card:
    """Drawing costs a millisecond or two, and the same cards are asked for again; a caller's words are not kept."""
    if ref.form != "entry" and (ref.form != "lookup" or ref.key in (AMBIGUOUS, UNKNOWN)):
        return card_of(ref, compose(ref, snapshot, today), snapshot, today, region)
    key = (repr(ref), snapshot.version, today, region)
    card = _cards.get(key)
    if card is None:
        if len(_cards) >= _MOST_KEPT:
            _cards.clear()
        card = _cards[key] = card_of(ref, compose(ref, snapshot, today), snapshot, today, region)
    return card


def explain(question: Question, snapshot: Snapshot, gate: GateSettings) -> dict[str, Any]:
    """Why this answer: the text as understood, the candidates with their support, what the gate made of it."""
    decision, words = _gate(question, snapshot, gate)
    return {
        "normalised": question.text,
        "intent": question.intent,
        "support": round(question.support, 3),
        "gate": {"decision": decision, "words": words, "threshold": gate.threshold, "certain": gate.certain},
        "candidates": [
            {"entry": intent, "title": _title(intent, snapshot), "score": round(support, 3)}
            for intent, support in question.ranking
            if intent != FALLBACK
        ][:_MOST_CANDIDATES],
        "entities": [{"kind": kind, "value": value} for kind, values in question.entities.items() for value in values],
        "parts": [{"question": part.raw, "intent": part.intent} for part in question.parts],
    }


def _gate(question: Question, snapshot: Snapshot, gate: GateSettings) -> tuple[str, str]:
    if question.chosen:
        return "chosen", "坐席点选的，没有经过识别"
    if question.parts:
        return "parts", "一句话问了几件事，分开识别"
    concern = concern_of(question.intent, snapshot.content)
    if question.intent == CRISIS:
        return "crisis", "话里有生命危险，最先说，不经过识别"
    if concern == "look_up_occupation":
        return "occupation", "话里有职业或证书的名称，按名称查"
    if concern == "check_advert":
        return "advert", "像一段招生广告，逐条比对特征"
    if question.intent.startswith(OUT_OF_SCOPE):
        return "out_of_scope", "最像的是不归这里管的事"
    if question.intent != FALLBACK:
        return (
            ("certain", "支持度够高") if question.support >= gate.certain else ("lead", "支持度一般，但明显领先第二名")
        )
    best = question.ranking[1][1] if len(question.ranking) > 1 else 0.0
    if best < gate.threshold:
        return "below", "没有哪一条的支持度够得上门槛"
    return "close", "前几条分不开，或者话里有资料以外的东西"


def _is_expired(card: Card) -> bool:
    return bool(card["status"]["code"] == Validity.EXPIRED.value)


def _is_card(ref: ReplyRef, snapshot: Snapshot) -> bool:
    return ref.form in ("lookup", "advert") or entry_of(ref, snapshot) is not None


def _of_region(question: Question, region: str, snapshot: Snapshot) -> Question:
    """The caller's prefecture counts as said where an office is asked for and none was named."""
    concern = concern_of(question.intent, snapshot.content)
    if not region or concern != "find_office" or question.first("prefecture") or question.parts:
        return question
    return replace(question, entities={**question.entities, "prefecture": (region,)})


def _nearest(question: Question, snapshot: Snapshot) -> list[dict[str, str]]:
    entries = snapshot.content.entries
    ranked = [(intent, entries[intent].title) for intent, _ in question.ranking if intent in entries]
    return [{"entry": entry, "title": title} for entry, title in ranked[:MOST_NEAREST]]


def _title(intent: str, snapshot: Snapshot) -> str:
    if intent in snapshot.content.entries:
        return snapshot.content.entries[intent].title
    return _NAMES.get(intent, "不归这里管的事" if intent.startswith(OUT_OF_SCOPE) else "寒暄")


def _sure(level: str, words: str = "") -> dict[str, str]:
    return {"level": level, "words": words or _CONFIDENCE[level]}
