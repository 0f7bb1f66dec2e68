"""From a person's text to what Rasa publishes: intent, ranking, entities, parts.

The classifier ranks; this module adds what a ranking cannot know: names of occupations, pasted
adverts, several questions in one message, and the gate for what is none of our business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from bot.advert.payment import has_paid
from bot.advert.request import looks_like_advert
from bot.dialogue.advert import judge
from bot.dialogue.occupation import aspect_of
from bot.knowledge.entity_names import Entity
from bot.knowledge.store import Snapshot
from bot.occupations.find import Found, find
from bot.text.excerpt import excerpt
from bot.text.normalise import normalise
from bot.text.split import split_questions
from bot.understanding import strange_site
from bot.understanding.matcher import OUT_OF_SCOPE, Matcher
from bot.understanding.ranking import Candidate, Ranking

#: Support of each intent by meaning (:meth:`Matcher.meaning`), shape (labels,); None for a text that has none.
Meaning = npt.NDArray[np.float32] | None

CRISIS, FALLBACK, OCCUPATION, ADVERT, GIBBERISH, EXAM, REPORT, PERMIT = (
    "crisis",
    "nlu_fallback",
    "ask_occupation",
    "paste_advert",
    "oos_gibberish",
    "oos_exam",
    "report_how",
    "work_permit_or_level",
)

#: From this length a text is pasted rather than asked; share of „certain" below which an entry gives way.
_LONG, _UNSURE = 60, 0.75
#: Prefix of the entries about what adverts promise: they judge the words and say nothing of money that is gone.
_PROMISE = "flag_"
#: What an offer brings along, and how a person asks about it.
_OFFER = re.compile(r"\d|微信|[加➕+][vV薇微]|扫码|私信|私聊|联系|名额|学费|定金|优惠|报名")
_QUESTION = re.compile(r"[?？]|[吗呢么嘛不没]$|怎么|咋|靠谱|能信|可信|真的假的|是不是|给是")
#: Up to this length a message asks one thing.
_ONE = 8
#: Up to this length a question about a named occupation's standing is no advert.
_SHORT = 30

#: Whoever says that he reports a training or certifying body is told where, whatever else its name sounds like.
_REPORTS = re.compile(r"^(?:我们?)?(?:要|想|想要|准备)?(?:投诉|举报|检举).*(?:培训|评价机构|鉴定|考证|办证|证书)")
_SOUNDS_LIKE_REPORTS = frozenset({"verify_body", "oos_consumer"})

#: Entries that speak of certificates in general: where the question names an occupation, its row
#: is the better answer.
_GENERAL = frozenset(
    {
        *("catalogue_check", "catalogue_what", "catalogue_latest", "catalogue_classes", "catalogue_changes"),
        *("exit_meaning", "old_certificate_valid", "authority_no_longer", "new_occupations", "cert_types"),
        *("pro_qualification_what", "pro_qualification_how", "pro_qualification_issuer", "pro_qualification_outside"),
        *("skill_level_what", "skill_level_recognised", "skill_level_issuer", "skill_level_how"),
        *("work_permit_or_level", "association_certificate", "verify_my_certificate", "how_to_tell"),
        *("query_where", "query_cpta", "fake_certificate_what", "special_ability_what", "electronic_certificate"),
        *("oos_government", "oos_other", "oos_education", "oos_gibberish"),
    }
)


#: What is asked about an occupation's certificate: recognised, in the catalogue, who issues, where to check.
_STATUS = re.compile(
    r"承认|认不认|认可|是国家的|有用|有没有用|管用|取消|作废|目录|准入|上岗|真的|假的|骗人|含金量|算不算|合法|正规"
    r"|谁发|哪.{0,4}发|部门|谁管|归.{0,3}管|哪里.{0,3}查|怎么查|查询$|(?:要|需|用|得).{0,3}证"
)
#: Characters beside a name up to which a message is nothing but the name („导游证", „考个保安证").
_BARE = 2
#: Support from which a message that is nothing but an unknown name is the other document it sounds like.
_ANOTHER_DOCUMENT = 0.45
#: Share of the best support from which an unknown name is what a general question is about.
_NEARLY = 0.5
#: Share of the support of „is that the permit or the level?" below which a message does not ask about the occupation
#: that it names, but about its two papers.
_HARDLY = 0.4


@dataclass(frozen=True)
class GateSettings:
    """Bounds on the support (0–1) of the best intent; they stand in config.yml.

    ``threshold``: below it nothing was understood. ``certain``: from it on the best is taken however
    near the second; in between a lead of ``ambiguity`` is wanted, else the person is asked.
    ``part``: what each question of several must reach. ``foreign_length`` and ``foreign_support``:
    a message up to so many characters that names a thing no phrasing in scope ever named is asked
    about unless its support reaches this: „怎么辨别真假茅台". ``sure`` and ``sure_lead``: support and lead from which
    words alone decide and the encoder is not asked, unless the message has a word that no phrasing in scope has.
    """

    threshold: float = 0.10
    ambiguity: float = 0.012
    certain: float = 0.27
    part: float = 0.19
    foreign_length: int = 16
    foreign_support: float = 0.30
    sure: float = 0.3
    sure_lead: float = 0.1


@dataclass(frozen=True)
class Understanding:
    """What was understood of one text; ``ranking`` is the classifier's, whatever the decision."""

    text: str
    intent: str
    support: float
    ranking: Ranking
    entities: tuple[Entity, ...] = ()
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[Understanding, ...] = ()
    raw: str = ""


#: Understanding in steps: gives the texts whose meaning it wants, is sent these in their order, returns the result.
Steps = Generator[Sequence[str], Sequence[Meaning], Understanding]


def follow(steps: Steps, meaning: Callable[[str], Meaning]) -> Understanding:
    """Go through all steps at once; whatever ``meaning`` raises comes out."""
    step = partial(next, steps)
    while True:
        try:
            wanted = step()
        except StopIteration as end:
            understood: Understanding = end.value
            return understood
        step = partial(steps.send, [meaning(text) for text in wanted])


@dataclass(frozen=True)
class _Look:
    """What words alone tell of a message or of one of its questions."""

    raw: str
    text: str
    excerpt: str
    by_words: Ranking
    found: Found | None
    is_sure: bool


@dataclass(frozen=True)
class Interpreter:
    """The whole of understanding for one model; the encoder is asked where words leave a doubt."""

    matcher: Matcher
    gate: GateSettings

    def steps(self, raw: str, snapshot: Snapshot) -> Steps:
        """Understand one message; what has to be encoded is asked for together, an advert's questions are not."""
        if snapshot.crisis.find(raw):  # before everything else, and without the model
            return Understanding(normalise(raw, snapshot.lexicon), CRISIS, 1.0, Ranking(), raw=raw)
        whole = self._look(raw, snapshot)
        pieces = split_questions(raw) if len(whole.text) > _ONE else ()
        parts = [self._look(piece, snapshot) for piece in pieces] if len(pieces) > 1 else []
        alone = not parts or looks_like_advert(raw, snapshot.signals)
        known = {} if whole.is_sure else (yield from _embedded([whole] if alone else [whole, *parts]))
        understood = self._understood(whole, known, snapshot)
        if understood.intent == ADVERT or not parts:
            return understood
        known |= yield from _embedded([part for part in parts if part.excerpt not in known])
        wanted = [self._understood(part, known, snapshot) for part in parts]
        wanted = [part for part in wanted if self._stands_alone(part, snapshot)]
        distinct = {part.intent if part.intent != OCCUPATION else repr(part.extra): part for part in reversed(wanted)}
        kept = tuple(part for part in wanted if part in distinct.values())
        return replace(understood, parts=kept) if len(kept) > 1 else understood

    def _look(self, raw: str, snapshot: Snapshot) -> _Look:
        text = normalise(raw, snapshot.lexicon)
        looked_at = excerpt(text)
        ranking, found = self.matcher.rank(looked_at), find(looked_at, snapshot.catalogue)
        return _Look(raw, text, looked_at, ranking, found, self._is_sure(looked_at, ranking, found))

    def _understood(self, look: _Look, known: Mapping[str, Meaning], snapshot: Snapshot) -> Understanding:
        raw, text, found = look.raw, look.text, look.found
        ranking = look.by_words if look.is_sure else self.matcher.rank(look.excerpt, known[look.excerpt])
        entities = snapshot.entity_names.find(text)
        extra: dict[str, tuple[str, ...]] = {}
        if found is not None:
            extra = {"occupation": found.rows, "occupation_name": (found.name,)}
        intent, support = self._decide(raw, text, ranking, found, snapshot)
        if found is None and support < self.gate.foreign_support and self._is_foreign(text, intent, entities):
            intent = FALLBACK
        return Understanding(text, intent, support, ranking, entities, extra, raw=raw)

    def _is_sure(self, text: str, ranking: Ranking, found: Found | None) -> bool:
        """Whether words alone have decided; two messages in three.

        The name of a row is no foreign word, and where a row is named the lead alone tells that it is asked about.
        """
        best = ranking.best
        named = found.name if found is not None and found.rows else ""
        enough = self.gate.threshold if named and best.intent == OCCUPATION else self.gate.sure
        if best.support < enough or ranking.margin < self.gate.sure_lead:
            return False
        return best.intent.startswith(OUT_OF_SCOPE) or self._knows_words(text, named)

    def _knows_words(self, text: str, named: str) -> bool:
        """Whether every word is in some phrasing in scope or in the name of an occupation."""
        return all(word in named or (named and named in word) for word in self.matcher.foreign_words(text))

    def _decide(
        self, raw: str, text: str, ranking: Ranking, found: Found | None, snapshot: Snapshot
    ) -> tuple[str, float]:
        if not text.strip() or not ranking.intents:
            return GIBBERISH, 0.0
        advert = looks_like_advert(raw, snapshot.signals)
        candidates = (
            candidate
            for candidate in ranking
            if candidate.intent != CRISIS  # its patterns decide, and they have not found it
            and not (candidate.intent == ADVERT and not advert and candidate.support < self.gate.certain)
            and not (candidate.intent == OCCUPATION and found is None)
        )
        best = next(candidates)
        second = next((candidate.support for candidate in candidates), 0.0)
        asks_status = found is not None and bool(found.rows) and len(text) <= _SHORT and bool(_STATUS.search(text))
        if advert and not asks_status and self._is_pasted(raw, best) and not self._is_rather_asked(raw, best, snapshot):
            return ADVERT, max(best.support, self.gate.certain)
        unsure = best.support < self.gate.certain or best.intent.startswith(OUT_OF_SCOPE)
        if strange_site.is_asked_about(raw, best.intent, unsure, snapshot):
            return strange_site.FAKE_SITE, max(best.support, self.gate.certain)
        named = next((candidate.support for candidate in ranking if candidate.intent == OCCUPATION), 0.0)
        if found is not None and self._yields(best, text, found, named):
            return OCCUPATION, max(best.support, self.gate.threshold)
        if best.intent in _SOUNDS_LIKE_REPORTS and _REPORTS.search(text):
            return REPORT, max(best.support, self.gate.certain)
        undecided = best.support < self.gate.certain and best.support - second < self.gate.ambiguity
        if undecided or best.support < self.gate.threshold:
            known = found is not None and bool(found.rows) and len(text) <= _SHORT
            return OCCUPATION if known else FALLBACK, best.support
        return best.intent, best.support

    def _is_pasted(self, raw: str, best: Candidate) -> bool:
        """Whether what looks like an advert is one, and not a question that mentions what one says."""
        if best.intent.startswith(_PROMISE) and has_paid(raw):  # the verdict begins with what to do now
            return True
        if best.intent in (ADVERT, OCCUPATION) or len(raw) >= _LONG or best.support < self.gate.certain * _UNSURE:
            return True
        if best.intent.startswith(OUT_OF_SCOPE) and best.support < self.gate.foreign_support:
            return True
        return bool(_OFFER.search(raw)) and not _QUESTION.search(raw)

    def _is_rather_asked(self, raw: str, best: Candidate, snapshot: Snapshot) -> bool:
        """Whether somebody asks something that an entry answers, and the advert check would find nothing to say."""
        answered = best.intent in snapshot.content.entries and best.support >= self.gate.threshold
        asked = len(raw) < _LONG and not has_paid(raw)
        return answered and asked and bool(_QUESTION.search(raw)) and not judge(raw, snapshot).findings

    def _yields(self, best: Candidate, text: str, found: Found, named: float) -> bool:
        """Whether the row of a named occupation is a better answer than the best intent.

        ``named``: support of its being about an occupation.
        """
        if best.intent == OCCUPATION:
            return True
        if found.rows and (best.intent in _GENERAL or best.support < self.gate.threshold):
            return best.intent != PERMIT or best.support < self.gate.certain or named >= best.support * _HARDLY
        if not found.rows:
            if len(text) <= len(found.name) + _BARE:
                return best.support < _ANOTHER_DOCUMENT
            if best.intent in _GENERAL and named >= best.support * _NEARLY and _STATUS.search(text):
                return True
            unsure = best.intent.startswith(OUT_OF_SCOPE) and best.support < self.gate.certain
            return unsure and bool(_STATUS.search(text))
        if best.intent == EXAM and aspect_of(text):
            return True  # the row's own reply says honestly what is not known about its exams
        if len(text) <= len(found.name) + _BARE and best.intent.startswith(OUT_OF_SCOPE):
            return True
        if not _STATUS.search(text):
            return False
        return best.intent == "query_title" or best.intent.startswith(OUT_OF_SCOPE) or best.support < self.gate.certain

    def _is_foreign(self, text: str, intent: str, entities: tuple[Entity, ...]) -> bool:
        """Whether a short message is about a thing that no phrasing in scope names."""
        if len(text) > self.gate.foreign_length or intent == FALLBACK or intent.startswith(OUT_OF_SCOPE):
            return False
        named = "".join(text[entity.start : entity.end] for entity in entities)
        return any(word not in named for word in self.matcher.foreign_words(text))

    def _stands_alone(self, part: Understanding, snapshot: Snapshot) -> bool:
        known = part.intent in snapshot.content.entries or part.intent == OCCUPATION
        return known and part.support >= self.gate.part


def _embedded(looks: Sequence[_Look]) -> Generator[Sequence[str], Sequence[Meaning], dict[str, Meaning]]:
    doubtful = [look.excerpt for look in looks if not look.is_sure]
    return dict(zip(doubtful, (yield doubtful))) if doubtful else {}
