"""From a person's text to what Rasa publishes: intent, ranking, entities, parts.

The classifier ranks; this module adds what a ranking cannot know: names of occupations, pasted
adverts, several questions in one message, and the gate for what is none of our business.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from bot.advert.payment import has_paid
from bot.advert.request import looks_like_advert
from bot.concerns.load import prepared
from bot.concerns.models import NAMED, PAID, Claim, Rank, Told
from bot.dialogue.safety import CRISIS
from bot.knowledge.entity_names import Entity
from bot.knowledge.store import Snapshot
from bot.occupations.find import Found, find
from bot.replies.reply import Kind
from bot.text.excerpt import excerpt
from bot.text.normalise import normalise
from bot.text.split import split_questions
from bot.understanding.courtesy import plainly
from bot.understanding.decision import ADVERT, FALLBACK, OCCUPATION, Decision, Evidence, decide
from bot.understanding.gate import GateSettings
from bot.understanding.matcher import OUT_OF_SCOPE, Matcher
from bot.understanding.ranking import Ranking

#: Support of each intent by meaning (:meth:`Matcher.meaning`), shape (labels,); None for a text that has none.
Meaning = npt.NDArray[np.float32] | None

#: Up to this length a message asks one thing.
_ONE = 8
#: Longest text in characters that concerns are looked for in.
_MOST = 300


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
    concern: str = ""
    is_money: bool = False


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
    claims: tuple[Claim, ...]
    is_advert: bool


@dataclass(frozen=True)
class Interpreter:
    """The whole of understanding for one model; the encoder is asked where words leave a doubt."""

    matcher: Matcher
    gate: GateSettings

    def steps(self, raw: str, snapshot: Snapshot) -> Steps:
        """Understand one message; what has to be encoded is asked for together, an advert's questions are not."""
        if snapshot.crisis.find(raw):  # before everything else, and without the model
            return Understanding(normalise(raw, snapshot.lexicon), CRISIS, 1.0, Ranking(), raw=raw)
        said = plainly(raw)
        whole = self._look(said, snapshot, raw)
        pieces = split_questions(said) if len(whole.text) > _ONE else ()
        parts = [self._look(piece, snapshot) for piece in pieces] if len(pieces) > 1 else []
        alone = not parts or whole.is_advert
        known = {} if whole.is_sure else (yield from _embedded([whole] if alone else [whole, *parts]))
        understood = self._understood(whole, known, snapshot)
        manner = any(claim.concern.rank is Rank.MANNER for claim in whole.claims)
        if understood.intent == ADVERT or manner or not parts:
            return understood
        urgent = understood.concern if understood.is_money else ""
        known |= yield from _embedded([part for part in parts if part.excerpt not in known])
        wanted = [self._understood(part, known, snapshot) for part in parts]
        if urgent and not any(self._tells(part, understood) for part in wanted):
            return understood  # told in several sentences, none of which tells it alone
        wanted = [part for part in wanted if self._stands_alone(part, snapshot)]
        distinct = {part.intent if part.intent != OCCUPATION else repr(part.extra): part for part in reversed(wanted)}
        kept = tuple(part for part in wanted if part in distinct.values())
        return replace(understood, parts=kept) if len(kept) > 1 else understood

    def _look(self, said: str, snapshot: Snapshot, raw: str = "") -> _Look:
        text = normalise(said, snapshot.lexicon)
        looked_at = excerpt(text)
        ranking, found = self.matcher.rank(looked_at), find(looked_at, snapshot.catalogue)
        facts = frozenset(({PAID} if has_paid(said) else set()) | ({NAMED} if found else set()))
        claims = snapshot.concerns.find(Told((prepared(said)[:_MOST], text[:_MOST]), facts))
        sure, raw = self._is_sure(looked_at, ranking, found), raw or said
        return _Look(raw, text, looked_at, ranking, found, sure, claims, looks_like_advert(raw, snapshot.signals))

    def _understood(self, look: _Look, known: Mapping[str, Meaning], snapshot: Snapshot) -> Understanding:
        raw, text, found = look.raw, look.text, look.found
        ranking = look.by_words if look.is_sure else self.matcher.rank(look.excerpt, known[look.excerpt])
        entities = snapshot.entity_names.find(text)
        extra: dict[str, tuple[str, ...]] = {}
        if found is not None:
            extra = {"occupation": found.rows, "occupation_name": (found.name,)}
        seen = Evidence(raw, text, ranking, found, look.claims, look.is_advert, bool(self.matcher.foreign_words(text)))
        done = decide(seen, self.gate, snapshot)
        if found is None and not done.concern and self._is_foreign(text, done, entities):
            done = replace(done, intent=FALLBACK)
        extra |= {name: values for name, values in (("concern", (done.concern,)), ("also", done.also)) if any(values)}
        entry = snapshot.content.entries.get(done.intent)
        money = bool(done.concern) and entry is not None and entry.kind == Kind.URGENT.value
        return Understanding(
            text, done.intent, done.support, ranking, entities, extra, raw=raw, concern=done.concern, is_money=money
        )

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

    def _is_foreign(self, text: str, done: Decision, entities: tuple[Entity, ...]) -> bool:
        """Whether a short message is about a thing that no phrasing in scope names."""
        if done.support >= self.gate.foreign_support or len(text) > self.gate.foreign_length:
            return False
        if done.intent == FALLBACK or done.intent.startswith(OUT_OF_SCOPE):
            return False
        named = "".join(text[entity.start : entity.end] for entity in entities)
        return any(word not in named for word in self.matcher.foreign_words(text))

    @staticmethod
    def _tells(part: Understanding, whole: Understanding) -> bool:
        """Whether one question tells by itself what makes the whole urgent."""
        return part.concern == whole.concern or (part.intent == whole.intent and part.is_money)

    def _stands_alone(self, part: Understanding, snapshot: Snapshot) -> bool:
        known = part.intent in snapshot.content.entries or part.intent == OCCUPATION
        return known and part.support >= self.gate.part


def _embedded(looks: Sequence[_Look]) -> Generator[Sequence[str], Sequence[Meaning], dict[str, Meaning]]:
    doubtful = [look.excerpt for look in looks if not look.is_sure]
    return dict(zip(doubtful, (yield doubtful))) if doubtful else {}
