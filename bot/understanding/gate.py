"""The bounds of the decision; they stand in config.yml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GateSettings:
    """Bounds on the support (0–1) of the best intent.

    ``threshold``: below it nothing was understood. ``certain``: from it on the best is taken however near the
    second; in between a lead of ``ambiguity`` is wanted, else the person is asked. ``warned``: from it on an entry
    that warns itself is said before the concern that its words raise. ``row``: share of an entry's support that
    "about an occupation" needs so that a named row is the better answer. ``part``: what each question of several
    must reach. ``hardly``: below it no statement of another subject is answered. ``foreign_length`` and
    ``foreign_support``: a message up to so many characters that names a thing no phrasing in scope ever named is
    asked about unless its support reaches this: „怎么辨别真假茅台". ``sure`` and ``sure_lead``: support and lead from
    which words alone decide and the encoder is not asked, unless the message has a word that no phrasing in scope has.
    """

    threshold: float = 0.10
    ambiguity: float = 0.012
    certain: float = 0.27
    warned: float = 0.18
    row: float = 0.6
    part: float = 0.19
    hardly: float = 0.15
    foreign_length: int = 16
    foreign_support: float = 0.30
    sure: float = 0.3
    sure_lead: float = 0.1
