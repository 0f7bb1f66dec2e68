"""Build the lexicon of :mod:`bot.text.lexicon` from its file, the contacts and known names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.errors import ContentError, Problem
from bot.knowledge.models import Contact
from bot.knowledge.yaml_lines import read_yaml
from bot.text.lexicon import Lexicon
from bot.text.words import add_words

_FILE = "lexicon.yml"
_SECTIONS = {"dialect": dict, "typos": dict, "fillers": list, "terms": list, "syllables": dict, "hotlines": dict}


def load_lexicon(folder: Path, contacts: Mapping[str, Contact], names: Iterable[str] = ()) -> Lexicon:
    """Compile the lexicon; ``names`` (occupations, offices) join its trade words and jieba's.

    Raises:
        ContentError: the file is missing or a section has the wrong form.
    """
    shown = f"data/lexicon/{_FILE}"
    raw: Any = read_yaml(folder / _FILE, shown)
    problems = [
        Problem(shown, 0, section, str(type(raw.get(section)).__name__), "这一节缺少或写法不对")
        for section, kind in _SECTIONS.items()
        if not isinstance(raw.get(section), kind)
    ]
    problems += [
        Problem(shown, 0, "hotlines", key, "contacts.yml 里没有这个编号")
        for key in raw.get("hotlines") or {}
        if key not in contacts
    ]
    if problems:
        raise ContentError(tuple(problems))
    terms = [*raw["terms"], *names]
    add_words(terms)
    add_words(raw["hotlines"].values())
    return Lexicon.build(
        dialect=raw["dialect"],
        typos={str(wrong): right for wrong, right in raw["typos"].items()},
        fillers=raw["fillers"],
        terms=terms,
        syllables=raw["syllables"],
        hotlines={contacts[key].phone: word for key, word in raw["hotlines"].items()},
    )
