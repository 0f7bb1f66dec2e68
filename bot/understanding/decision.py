"""Who wins when the classifier, a concern, an advert and an occupation's name all have something to say of a message.

The order is one: money at stake, then a pasted advert or a practice warned of, then a matter named, then what is
asked, then the occupation's row. Nothing found is deleted: what does not come first is named in ``also``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.advert.payment import has_paid
from bot.advert.request import is_certain, is_none_of_ours, is_pasted_fraud, is_told
from bot.concerns.models import Claim, Concern, Rank
from bot.dialogue.advert import judge
from bot.dialogue.occupation import aspect_of
from bot.dialogue.safety import CRISIS
from bot.knowledge.store import Snapshot
from bot.occupations.find import Found
from bot.understanding import strange_site
from bot.understanding.gate import GateSettings
from bot.understanding.matcher import OUT_OF_SCOPE
from bot.understanding.ranking import Candidate, Ranking

FALLBACK, OCCUPATION, ADVERT, GIBBERISH, EXAM, PERMIT = (
    "nlu_fallback",
    "ask_occupation",
    "paste_advert",
    "oos_gibberish",
    "oos_exam",
    "work_permit_or_level",
)

#: What a pasted text of another subject is, and what it may sound like without a fraud in it.
NOT_OURS, FRAUD_OTHER, HUMAN = "oos_other", "oos_fraud_other", "human"
#: From this length a text is pasted rather than asked; share of "certain" below which an entry gives way.
_LONG, _UNSURE = 60, 0.75
#: Prefix of the entries about what adverts promise: they judge the words and say nothing of money that is gone.
_PROMISE = "flag_"
#: Topics whose entries warn or tell what to do, whatever the danger.
_WARNING = ("fake", "campaign", "report", "fraud")
#: What an offer brings along, and how a person asks about it.
_OFFER = re.compile(r"\d|微信|[加➕+][vV薇微]|扫码|私信|私聊|联系|名额|学费|定金|优惠|报名")
_QUESTION = re.compile(r"[?？]|[吗呢么嘛不没]$|怎么|咋|靠谱|能信|可信|真的假的|是不是|给是")
#: Red flags from which a long text is an advert and nothing else.
_FULL = 4
#: Up to this length a question about a named occupation's standing is no advert.
_SHORT = 30

#: Entries that speak of certificates in general: where the question names an occupation, its row
#: is the better answer.
_GENERAL = frozenset(
    {
        *("catalogue_check", "catalogue_what", "catalogue_latest", "catalogue_classes", "catalogue_changes"),
        *("exit_meaning", "old_certificate_valid", "authority_no_longer", "new_occupations", "cert_types"),
        *("pro_qualification_what", "pro_qualification_how", "pro_qualification_issuer", "pro_qualification_outside"),
        *("skill_level_what", "skill_level_recognised", "skill_level_issuer", "skill_level_how"),
        *("association_certificate", "verify_my_certificate", "how_to_tell"),
        *("query_where", "query_cpta", "fake_certificate_what", "special_ability_what", "electronic_certificate"),
        *("oos_government", "oos_other", "oos_education", "oos_gibberish"),
    }
)
#: Of these, the ones about doing something: in a story that only names an occupation they are the better answer.
_OF_USE = frozenset(
    {
        *(
            "query_where",
            "query_cpta",
            "verify_my_certificate",
            "how_to_tell",
            "skill_level_how",
            "pro_qualification_how",
        ),
        *("authority_no_longer", "electronic_certificate", "fake_certificate_what"),
        *("special_ability_what", "association_certificate"),
    }
)
#: What is asked about an occupation's certificate: recognised, in the catalogue, who issues, where to check.
_STATUS = re.compile(
    r"承认|认不认|认可|是国家的|有用|有没有用|管用|取消|作废|目录|准入|上岗|真的|假的|骗人|含金量|算不算|合法|正规"
    r"|谁发|哪.{0,4}发|部门|谁管|归.{0,3}管|哪里.{0,3}查|怎么查|查询$|(?:要|需|用|得).{0,3}证"
)
#: Characters beside a name up to which a message is nothing but the name („导游证", „考个保安证").
_BARE = 2
#: Characters beside a name up to which a question is asked of that name: „叉车证在哪查", „软考证书国家认吗".
_TERSE = 8
#: Support from which a message that is nothing but an unknown name is the other document it sounds like.
_ANOTHER_DOCUMENT = 0.45
#: Multiple of "certain" from which an entry that does not warn is as clear as one that does from "certain".
_PLAIN = 1.5
#: Share of the support of "is that the permit or the level?" below which a message does not ask about the occupation
#: that it names, but about its two papers.
_HARDLY = 0.4
#: Share of the best support from which an unknown name is what a general question is about.
_NEARLY = 0.5


@dataclass(frozen=True)
class Evidence:
    """All that was found in one message; ``is_advert``: it reads like a pasted or retold advert."""

    raw: str
    text: str
    ranking: Ranking
    found: Found | None
    claims: tuple[Claim, ...]
    is_advert: bool
    has_foreign_words: bool


@dataclass(frozen=True)
class Decision:
    """What a message is answered with; ``concern`` is the row that decided, ``also`` what is said after it."""

    intent: str
    support: float
    concern: str = ""
    also: tuple[str, ...] = ()


def decide(seen: Evidence, gate: GateSettings, snapshot: Snapshot) -> Decision:
    """The decision on one message, by the order above; how somebody can be helped at all is said before it."""
    manner = next((claim.concern for claim in seen.claims if claim.concern.rank is Rank.MANNER), None)
    if manner is None:
        return _decided(seen, gate, snapshot)
    rest = replace(seen, claims=tuple(claim for claim in seen.claims if claim.concern.rank is not Rank.MANNER))
    done = _decided(rest, gate, snapshot)
    first = f"{done.intent}/{done.concern}" if done.concern else done.intent
    after = tuple(topic for topic in (first, *done.also) if topic != manner.to)
    return Decision(manner.to, max(done.support, gate.certain), manner.id, after)


def _decided(seen: Evidence, gate: GateSettings, snapshot: Snapshot) -> Decision:
    if not seen.text.strip() or not seen.ranking.intents:
        return Decision(GIBBERISH, 0.0)
    best, second = _best(seen, gate, snapshot)
    if is_pasted_fraud(seen.raw, snapshot.signals) and not _is_clear(best, gate, snapshot):
        return Decision(ADVERT, max(best.support, gate.certain))
    if _is_none_of_ours(seen, best, gate, snapshot):
        return Decision(NOT_OURS, best.support)
    urgent = [claim for claim in seen.claims if claim.concern.rank is Rank.MONEY]
    money = _claimed(urgent, best, seen, gate, snapshot)
    if money:
        if _is_plain_advert(seen, snapshot):
            return Decision(ADVERT, max(best.support, gate.certain))
        told = seen.is_advert and (len(seen.raw) >= _LONG or has_paid(seen.raw))
        return replace(money, also=(*money.also, ADVERT)) if told else money
    other = _claimed(seen.claims, best, seen, gate, snapshot)
    unsure = best.support < gate.certain or best.intent.startswith(OUT_OF_SCOPE)
    strange = strange_site.is_asked_about(seen.raw, best.intent, unsure, snapshot)
    if seen.is_advert and _is_shown(seen, best, other, strange, gate, snapshot):
        return Decision(ADVERT, max(best.support, gate.certain))
    if strange:
        return Decision(strange_site.FAKE_SITE, max(best.support, gate.certain))
    if other:
        return other
    named = next((candidate.support for candidate in seen.ranking if candidate.intent == OCCUPATION), 0.0)
    if seen.found is not None and _yields(best, seen.text, seen.found, named, gate, snapshot):
        return Decision(OCCUPATION, max(best.support, gate.threshold))
    undecided = best.support < gate.certain and best.support - second < gate.ambiguity
    if undecided or best.support < gate.threshold:
        known = seen.found is not None and bool(seen.found.rows) and len(seen.text) <= _SHORT
        return Decision(OCCUPATION if known else FALLBACK, best.support)
    return Decision(best.intent, best.support)


def _is_plain_advert(seen: Evidence, snapshot: Snapshot) -> bool:
    """Whether a text is an advert as it was sent, full of red flags, and nobody's story of money at stake."""
    if not seen.is_advert or len(seen.raw) < _LONG or has_paid(seen.raw) or is_told(seen.raw, snapshot.signals):
        return False
    return len(judge(seen.raw, snapshot).findings) >= _FULL


def _best(seen: Evidence, gate: GateSettings, snapshot: Snapshot) -> tuple[Candidate, float]:
    """The best candidate that the message allows, and the support of the next one."""
    allowed = [
        candidate
        for candidate in seen.ranking
        if candidate.intent != CRISIS  # its patterns decide, and they have not found it
        and not (candidate.intent == ADVERT and not seen.is_advert and candidate.support < gate.certain)
        and not (candidate.intent == OCCUPATION and seen.found is None)
    ]
    best = allowed[0]
    second = allowed[1].support if len(allowed) > 1 else 0.0
    return best, second


def _claimed(
    claims: Sequence[Claim], best: Candidate, seen: Evidence, gate: GateSettings, snapshot: Snapshot
) -> Decision | None:
    """What the most urgent concern decides: its own answer, or the best intent where that stands before it."""
    if not claims:
        return None
    concern = claims[0].concern
    certain = max(best.support, gate.certain)
    if best.intent in concern.answered_by and (best.support >= gate.certain or best.intent == concern.to):
        return Decision(best.intent, certain, concern.id)
    stands = _stands(best, concern, seen, gate, snapshot)
    if not stands or best.intent not in snapshot.content.entries:
        return None if stands else Decision(concern.to, certain, concern.id)
    is_said = _warns(best, snapshot) or best.intent.startswith(_PROMISE)
    if concern.rank is not Rank.ASKED and not is_said:  # the warning, then what was asked
        return Decision(concern.to, certain, concern.id, (best.intent,))
    return Decision(best.intent, certain, concern.id, () if concern.rank is Rank.ASKED else (concern.to,))


def _is_clear(best: Candidate, gate: GateSettings, snapshot: Snapshot) -> bool:
    """Whether an entry answers so plainly that no advert is looked for: „他又叫我交解冻费" is pressed_to_pay."""
    if best.intent not in snapshot.content.entries or best.intent.startswith(_PROMISE):
        return False
    return best.support >= gate.certain * (1 if _warns(best, snapshot) else _PLAIN)


def _warns(best: Candidate, snapshot: Snapshot) -> bool:
    """Whether an entry warns or tells what to do itself, whatever the danger."""
    entry = snapshot.content.entries[best.intent]
    warns = entry.topic in _WARNING or best.intent == strange_site.FAKE_SITE
    return warns and not best.intent.startswith(_PROMISE)


def _stands(best: Candidate, concern: Concern, seen: Evidence, gate: GateSettings, snapshot: Snapshot) -> bool:
    """Whether the best intent is said before a concern: an entry that is clear, or that warns; another's business."""
    entry = snapshot.content.entries.get(best.intent)
    if best.intent in concern.beats or (entry and best.intent in _GENERAL and concern.rank is not Rank.ASKED):
        return False
    if entry is not None:
        return best.support >= (gate.warned if _warns(best, snapshot) else gate.certain)
    if not best.intent.startswith(OUT_OF_SCOPE) or concern.to.startswith(OUT_OF_SCOPE) or seen.found is not None:
        return False
    return best.support >= (gate.part if seen.has_foreign_words else gate.foreign_support)


def _is_shown(
    seen: Evidence, best: Candidate, other: Decision | None, strange: bool, gate: GateSettings, snapshot: Snapshot
) -> bool:
    """Whether a text that looks like an advert gets the verdict; ``strange``: it asks about an unknown address."""
    if is_certain(seen.raw, snapshot.signals) and not _is_clear(best, gate, snapshot):
        return True
    findings = judge(seen.raw, snapshot).findings
    if (other or strange) and not findings:
        return False
    named = seen.found is not None and bool(seen.found.rows)
    if named and not other and len(seen.text) <= _SHORT and _STATUS.search(seen.text):
        return False
    if other and other.intent != best.intent and other.also and len(findings) > 1 and not _QUESTION.search(seen.raw):
        return True  # an offer beside a practice warned of: 電工證包過 三天出證 全國聯網可查
    return _is_pasted(seen.raw, best, gate) and not _is_rather_asked(seen.raw, best, bool(findings), gate, snapshot)


def _is_none_of_ours(seen: Evidence, best: Candidate, gate: GateSettings, snapshot: Snapshot) -> bool:
    """Whether a pasted text of another subject merely resembles something that is answered."""
    answers = seen.claims or best.intent in snapshot.content.entries or best.intent in (FRAUD_OTHER, HUMAN)
    if not answers or best.support >= gate.certain or seen.found is not None:
        return False
    hardly = best.support < gate.hardly and not seen.claims
    return is_none_of_ours(seen.raw, snapshot.signals, hardly_answered=hardly)


def _is_pasted(raw: str, best: Candidate, gate: GateSettings) -> bool:
    """Whether what looks like an advert is one, and not a question that mentions what one says."""
    if best.intent.startswith(_PROMISE) and has_paid(raw):  # the verdict begins with what to do now
        return True
    if best.intent in (ADVERT, OCCUPATION) or len(raw) >= _LONG or best.support < gate.certain * _UNSURE:
        return True
    if best.intent.startswith(OUT_OF_SCOPE) and best.support < gate.foreign_support:
        return True
    return bool(_OFFER.search(raw)) and not _QUESTION.search(raw)


def _is_rather_asked(raw: str, best: Candidate, is_risky: bool, gate: GateSettings, snapshot: Snapshot) -> bool:
    """Whether somebody asks something that an entry answers, and the advert check would find nothing to say."""
    answered = best.intent in snapshot.content.entries and best.support >= gate.threshold
    asked = len(raw) < _LONG and not has_paid(raw)
    return answered and asked and bool(_QUESTION.search(raw)) and not is_risky


def _yields(best: Candidate, text: str, found: Found, named: float, gate: GateSettings, snapshot: Snapshot) -> bool:
    """Whether the row of a named occupation is a better answer than the best intent.

    ``named``: support of its being about an occupation.
    """
    if best.intent == OCCUPATION:
        return True
    unsure = best.support < gate.certain
    if best.intent == PERMIT and found.rows:
        return unsure or named >= best.support * _HARDLY
    if not found.rows:
        if len(text) <= len(found.name) + _BARE:
            return best.support < _ANOTHER_DOCUMENT
        if best.intent in _GENERAL and named >= best.support * _NEARLY and _STATUS.search(text):
            return True
        return best.intent.startswith(OUT_OF_SCOPE) and unsure and bool(_STATUS.search(text))
    general = best.intent in _GENERAL and (best.intent not in _OF_USE or len(text) - len(found.name) <= _TERSE)
    asked = best.intent in snapshot.content.entries and best.support >= gate.threshold
    if asked and not general and named < best.support * gate.row:
        return False
    if best.intent in _GENERAL or best.support < gate.threshold:
        return True
    if best.intent == EXAM and aspect_of(text):
        return True  # the row's own reply says honestly what is not known about its exams
    if len(text) <= len(found.name) + _BARE and best.intent.startswith(OUT_OF_SCOPE):
        return True
    return bool(_STATUS.search(text)) and (
        best.intent == "query_title" or best.intent.startswith(OUT_OF_SCOPE) or unsure
    )
