"""A text folded and read as a whole, once: the check and the routing look at the same reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from bot.advert.context import Context, read_context
from bot.advert.folding import Folded, fold_with_offsets
from bot.advert.models import Finding, Likeness, Signals
from bot.advert.sites import Site, sites
from bot.text.clean import MAX_TEXT
from bot.text.patterns import Patterns


@dataclass(frozen=True, eq=False)
class Reading:
    """What is known of a text before anything is judged; ``text`` has at most :data:`MAX_TEXT` characters."""

    text: str
    folded: Folded
    signals: Signals
    _places: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict, repr=False)

    def places(self, patterns: Patterns | None) -> tuple[tuple[int, int], ...]:
        """Where patterns match in the folded text, sorted; looked for once. They may overlap."""
        if patterns is None:
            return ()
        if id(patterns) not in self._places:
            found = {match.span() for match in patterns.finditer(self.folded.text)}
            self._places[id(patterns)] = tuple(sorted(found))
        return self._places[id(patterns)]

    @cached_property
    def cues(self) -> dict[str, bool]:
        """Which cues stand anywhere in the text."""
        return {name: cue.search(self.folded.text) is not None for name, cue in self.signals.cues.items()}

    @cached_property
    def context(self) -> Context:
        """What the text is as a whole."""
        return read_context(self.folded, self.signals, self.cues)

    @cached_property
    def names_subject(self) -> bool:
        """Whether it speaks of certificates, training, examinations or an office of this field."""
        return self.signals.foreign.names_subject(self.folded)

    @cached_property
    def sent_to_many(self) -> bool:
        """Whether it has the voice of a notice or of a shop's message."""
        return self.signals.foreign.notice.search(self.folded.text) is not None

    @cached_property
    def marks(self) -> tuple[Finding, ...]:
        """Marks of a fraud of another kind."""
        return self.signals.foreign.find(self.folded)

    @cached_property
    def likeness(self) -> Likeness:
        """How like a fraud of another kind it is."""
        return self.signals.foreign.likeness(self.folded, self.marks)

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Web addresses in the text."""
        return tuple(sites(self.text))


@lru_cache(maxsize=4)
def read(text: str, signals: Signals) -> Reading:
    """The reading of a text; the last few are kept for the second look within a turn."""
    text = text[:MAX_TEXT]
    return Reading(text, fold_with_offsets(text, signals.spellings), signals)
