"""Fit the weights of :mod:`bot.advert.score` to labelled texts; ``python -m bot generate`` calls this.

Two steps, both logistic regression: grams on all texts; then facts, with the gram score of texts that the
grams were *not* fitted on, over the texts marked 新 only, because the patterns were written with the others in sight.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.sparse as sp

from bot.advert.folding import fold_with_offsets
from bot.advert.grams import grams
from bot.advert.models import Finding, Signals
from bot.advert.reading import read
from bot.advert.score import WORDS, facts_of

EXAMPLES = "examples.tsv"
#: Inverse strength of the penalty, for grams and for facts.
GRAMS_C, FACTS_C = 4.0, 0.1
_FOLDS, _MIN_COUNT, _LEAST = 5, 2, 0.1
_CODE = ("grams.py", "score.py", "learn.py", "folding.py")
#: Frequencies are scaled by this, so that the strength above suits them.
_RARE = 4.0
_OFFER, _NEW = "揽客", "新"

Row = Mapping[str, float]


@dataclass(frozen=True)
class Example:
    """A labelled text; ``new`` where the patterns were not written with it in sight."""

    offer: bool
    new: bool
    text: str


def read_examples(path: Path) -> tuple[Example, ...]:
    """Lines 揽客|正当 ⇥ 新|旧 ⇥ text; lines that begin with # are notes."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return tuple(Example(label == _OFFER, age == _NEW, text.replace("\\n", "\n")) for label, age, text in rows)


def fingerprint(folder: Path) -> str:
    """Twelve hex digits of the examples below ``folder`` and of the code that counts."""
    digest = hashlib.sha256((folder / EXAMPLES).read_bytes())
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:12]


def learn(folder: Path, signals: Signals, find: Callable[[str], Sequence[Finding]]) -> str:
    """The text of ``weights.json``. ``find`` is what the patterns alone find in a text."""
    examples = read_examples(folder / EXAMPLES)
    counted = [grams(fold_with_offsets(example.text, signals.spellings).text) for example in examples]
    offers = np.array([example.offer for example in examples])
    new = [at for at, example in enumerate(examples) if example.new]
    held_out = np.zeros(len(examples))
    for fold in range(_FOLDS):
        left_out = set(new[fold::_FOLDS])
        kept = [at for at in range(len(examples)) if at not in left_out]
        weights, _ = fit([counted[at] for at in kept], offers[kept], GRAMS_C, rare=True)
        for at in left_out:
            held_out[at] = sum(weights.get(name, 0.0) * share for name, share in counted[at].items())
    facts = [
        {**facts_of(read(examples[at].text, signals), find(examples[at].text)), WORDS: float(held_out[at])}
        for at in new
    ]
    gram_weights, _ = fit(counted, offers, GRAMS_C, rare=True)
    fact_weights, bias = fit(facts, offers[new], FACTS_C)
    return _as_json(fingerprint(folder), gram_weights, fact_weights, bias)


def fit(
    rows: Sequence[Row], offers: npt.NDArray[np.bool_], strength: float, *, rare: bool = False
) -> tuple[dict[str, float], float]:
    """Weights and bias; both classes count alike, however many of each there are.

    With ``rare`` what few texts have may weigh more than what all have (inverse document frequency).
    """
    counts = Counter(name for row in rows for name in row)
    names = {name: at for at, name in enumerate(sorted(n for n, count in counts.items() if count >= _MIN_COUNT))}
    scales = {name: math.log((1 + len(rows)) / (1 + counts[name])) / _RARE if rare else 1.0 for name in names}
    entries = [
        (at, names[name], value * scales[name])
        for at, row in enumerate(rows)
        for name, value in row.items()
        if name in names
    ]
    lines, columns, values = (np.array(part) for part in zip(*entries, strict=True))
    matrix = sp.csr_matrix((values, (lines, columns)), shape=(len(rows), len(names)))
    signs = np.where(offers, 1.0, -1.0)
    share = np.where(offers, 1 / offers.sum(), 1 / (~offers).sum()) * len(rows) / 2 * strength

    def loss(point: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margins = signs * (matrix @ point[:-1] + point[-1])
        pull = -share * signs / (1 + np.exp(np.clip(margins, -50, 50)))
        value = float(share @ np.logaddexp(0, -margins) + point[:-1] @ point[:-1] / 2)
        return value, np.append(matrix.T @ pull + point[:-1], pull.sum())

    found = scipy.optimize.minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    return {name: float(found[at]) * scales[name] for name, at in names.items()}, float(found[-1])


def _as_json(mark: str, grams_: Mapping[str, float], facts: Mapping[str, float], bias: float) -> str:
    def table(weights: Mapping[str, float]) -> dict[str, int]:
        return {name: round(100 * weight) for name, weight in sorted(weights.items()) if abs(weight) >= _LEAST}

    content = {"fingerprint": mark, "bias": round(100 * bias), "facts": table(facts), "grams": table(grams_)}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), indent=0) + "\n"
