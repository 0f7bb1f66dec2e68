"""The sentences of one row's answer, each with the sources it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.knowledge.loader import PLACEHOLDER
from bot.knowledge.models import Confidence, SourceRef
from bot.occupations.catalogue import Catalogue, Occupation, Phrase, Reading
from bot.text.normalise import fold

_UNSTATED = "现有资料不能确认"
#: The certificate that a row which left the catalogue is assessed with today.
_LEVEL = "职业技能等级证书"


@dataclass(frozen=True)
class Part:
    """One sentence with ``{contact}`` placeholders; ``speech`` where it is read out differently."""

    text: str
    refs: tuple[SourceRef, ...] = ()
    speech: str = ""


class Parts:
    """What can be said about ``row``, which the person called ``name`` ('' for its own name)."""

    def __init__(self, row: Occupation, name: str, catalogue: Catalogue) -> None:
        self.row, self.name, self.catalogue = row, name, catalogue
        self.inside = row.in_catalogue == "是"

    def identity(self) -> Part:
        """In the catalogue or not, and its class: the direct answer."""
        row = self.row
        if not self.inside:
            key = "partly_in_catalogue" if row.in_catalogue == "部分" else "not_in_catalogue"
        elif row.class_sentence:
            key = "in_catalogue_sentence"
        else:
            key = "in_catalogue_medium" if row.name_confidence is Confidence.MEDIUM else "in_catalogue"
        refs = row.sources if row.class_sentence else row.sources[:1]
        return self._phrase(key, refs=_confident(refs, row.name_confidence))

    def meaning(self) -> list[Part]:
        """What the class means for working, or how things stand outside the catalogue."""
        row = self.row
        if self.inside:
            return [] if row.class_sentence else [self._phrase(f"means_{row.class_}")]
        level = [self._phrase("means_level")] if row.left_catalogue and row.proper == _LEVEL else []
        return [*level, *self._status()]

    def points(self) -> list[Part]:
        """Issuer or proper way, false claim, where to check."""
        row = self.row
        points = [self._department()] if self.inside else [_labelled("该走哪条路", self._route())]
        if not _named(self._check()) or not _named(self._check()) <= _named(points[0]):
            points.append(_labelled("在哪查", self._check()))
        if row.false_claim:
            points.append(Part(f"**要当心的说法**：{row.false_claim}。", row.sources))
        if row.say:
            points.append(Part(f"**注意**：{row.say}", row.sources))
        return points

    def aspect(self, aspect: str) -> list[Part]:
        """The part asked for, before everything else."""
        if aspect == "where":
            return [_labelled("在哪查", self._check())]
        if aspect == "issuer":
            return [*([] if self.inside else self._status()), self._issuer()]
        if aspect == "how":
            return [self._phrase("how_in"), self._department()] if self.inside else [*self._status(), self._route()]
        if aspect == "valid":
            return self._valid()
        return [self._phrase("exam"), self._department()] if self.inside else [self._phrase("exam_out")]

    def spoken(self, aspect: str) -> list[Part]:
        """What to read out after the first sentences, as far as there is room."""
        return [] if aspect else [self._department() if self.inside else self._route()]

    def date(self) -> Part:
        """Edition and date of what was said."""
        key = "date_in" if self.row.as_of == self._catalogue_date() else "date_out"
        return self._phrase(key)

    def line(self, reading: Reading) -> Part:
        """One reading of an ambiguous name, as short as can be."""
        row, use = self.row, f"（{reading.use}）" if reading.use else ""
        refs = _confident(row.sources if row.class_sentence else row.sources[:1], row.name_confidence)
        if not self.inside:
            state = "部分在目录" if row.in_catalogue == "部分" else "不在目录"
            note = reading.note or row.status.split("。")[0]
            confidence = row.status_confidence if note else row.name_confidence
            refs = _confident(row.sources, confidence)
            return Part(f"**{reading.label}**{use}：{state}" + (f"，{note}。" if note else "。"), refs)
        text = row.class_sentence or f"在目录，**{row.class_}**"
        if row.department and row.department_ref:
            hedge = "据公开资料" if row.department_ref.confidence is Confidence.MEDIUM else ""
            text += f"，{hedge}由{row.department}实施"
            refs = (*refs, row.department_ref)
        return Part(f"**{reading.label}**{use}：{text}。", refs)

    def card(self) -> list[tuple[str, str]]:
        """Rows of the card: label and value, placeholders not yet filled."""
        row = self.row
        where = f"{row.in_catalogue}（{row.edition}）"
        name = row.name if self.inside or not self.name else self.name
        if self.inside:
            kind = row.class_sentence or row.class_
            if row.name_confidence is Confidence.MEDIUM and not row.class_sentence:
                kind += "（以官方公布为准）"
            medium = row.department_ref is not None and row.department_ref.confidence is Confidence.MEDIUM
            issuer = (row.department + ("（据公开资料）" if medium else "")) or _UNSTATED
            rows = [("类别", kind), ("实施部门", issuer)]
        else:
            rows = [("该走的证", row.proper or _UNSTATED)]
        date = f"目录{self._catalogue_date()}"
        if row.as_of != self._catalogue_date():
            date += f"，其余最晚{row.as_of}"
        return [("名称", name), ("是否在目录", where), *rows, ("在哪查", self._check().text), ("资料日期", date)]

    def _status(self) -> list[Part]:
        """How things stand outside of the catalogue: a warning in it comes before any way on."""
        row = self.row
        return [Part(row.status, _confident(row.sources, row.status_confidence))] if row.status else []

    def _issuer(self) -> Part:
        if self.inside:
            return self._department()
        if self.row.route:
            return self._route()
        return self._phrase("issuer_none")

    def _department(self) -> Part:
        row = self.row
        if not row.department or row.department_ref is None:
            return _labelled("实施部门", self._phrase("department_none"))
        medium = row.department_ref.confidence is Confidence.MEDIUM
        key = "department_medium" if medium else "department_high"
        return _labelled("实施部门", self._phrase(key, refs=(row.department_ref,)))

    def _route(self) -> Part:
        row = self.row
        if not row.route:
            return self._phrase("route_none")
        level = self.catalogue.phrases["route_skill_level"]
        speech = level.speech if level.text in row.route else ""
        return Part(row.route, _confident(row.sources, row.route_confidence), speech)

    def _check(self) -> Part:
        return self._phrase(self.row.check)

    def _valid(self) -> list[Part]:
        if self.inside:
            return [self._phrase("valid_in")]
        if self.row.in_catalogue == "部分":
            return [*self._status(), self._route()]
        return [self._phrase("valid_out" if self.row.left_catalogue else "valid_never"), *self._status()]

    def _phrase(self, key: str, refs: Iterable[SourceRef] = ()) -> Part:
        phrase: Phrase = self.catalogue.phrases[key]
        row = self.row
        blanks = {
            "name": self._called(),
            "own": row.name if self.inside or not self.name else self.name,
            "edition": row.edition,
            "class": row.class_,
            "sentence": row.class_sentence,
            "department": row.department,
            "as_of": row.as_of,
        }
        text, speech = phrase.text.strip(), phrase.speech
        for blank, value in blanks.items():
            text, speech = text.replace(f"〔{blank}〕", value), speech.replace(f"〔{blank}〕", value)
        return Part(text, (*refs, *phrase.sources), speech)

    def _called(self) -> str:
        """The row's name, with the person's where it tells something else; outside, the person's."""
        own, said = self.row.name, self.name
        if not self.inside:
            return said or own  # the phrase goes on in bold, and bold beside bold is no Markdown
        if not said or fold(said) in fold(own) or fold(own) in fold(said):
            return f"**{own}**"
        return f"**{own}**（您说的“{said}”）"

    def _catalogue_date(self) -> str:
        return next(iter(self.catalogue.rows.values())).as_of


def _named(part: Part) -> set[str]:
    """Ids of the contacts in a sentence."""
    return {match[1] for match in PLACEHOLDER.finditer(part.text)}


def _labelled(label: str, part: Part) -> Part:
    return Part(f"**{label}**：{part.text}", part.refs, part.speech or part.text)


def _confident(refs: Iterable[SourceRef], confidence: Confidence) -> tuple[SourceRef, ...]:
    return tuple(SourceRef(ref.source, ref.facts, confidence) for ref in refs)
