"""Fit the weights of :mod:`bot.advert.foreign` to ``foreign.tsv``; ``python -m bot generate`` calls this.

One logistic regression over grams and facts together: the texts were all written by hand, most before the marks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from bot.advert.folding import fold_with_offsets
from bot.advert.foreign import Foreign
from bot.advert.grams import grams
from bot.advert.learn import Row, fit
from bot.advert.models import Spellings

EXAMPLES = "foreign.tsv"
#: Inverse strength of the penalty.
STRENGTH = 4.0
_CODE = ("grams.py", "foreign.py", "foreign_learn.py", "folding.py")
#: Smallest weight that is kept.
_LEAST = 0.1
_FRAUD, _GRAM, _FACT = "诈骗", "gram ", "fact "


def read_examples(path: Path) -> tuple[tuple[bool, str, str], ...]:
    """Lines 诈骗|平常 ⇥ kind ⇥ text as (is a fraud, kind, text); lines that begin with # are notes."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return tuple((label == _FRAUD, kind, text) for label, kind, text in rows)


def fingerprint(folder: Path) -> str:
    """Twelve hex digits of the texts and the marks below ``folder`` and of the code that counts."""
    digest = hashlib.sha256((folder / EXAMPLES).read_bytes() + (folder / "foreign.yml").read_bytes())
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:12]


def learn(folder: Path, foreign: Foreign, spellings: Spellings) -> str:
    """The text of ``foreign_weights.json``."""
    examples = read_examples(folder / EXAMPLES)
    rows = [row_of(text, foreign, spellings) for _, _, text in examples]
    weights, bias = fit(rows, np.array([fraud for fraud, _, _ in examples]), STRENGTH)
    content = {
        "fingerprint": fingerprint(folder),
        "bias": round(100 * bias),
        "facts": _table(weights, _FACT),
        "grams": _table(weights, _GRAM),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), indent=0) + "\n"


def row_of(text: str, foreign: Foreign, spellings: Spellings) -> Row:
    """What the regression sees of a text: its grams and facts, by name."""
    folded = fold_with_offsets(text, spellings)
    facts = foreign.facts(folded, foreign.find(folded))
    return {
        **{_GRAM + name: share for name, share in grams(folded.text).items()},
        **{_FACT + name: value for name, value in facts.items()},
    }


def _table(weights: Mapping[str, float], prefix: str) -> dict[str, int]:
    return {
        name[len(prefix) :]: round(100 * weight)
        for name, weight in sorted(weights.items())
        if name.startswith(prefix) and abs(weight) >= _LEAST
    }
