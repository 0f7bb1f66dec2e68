"""Sparse features of a normalised text: characters, words and sounds, TF-IDF weighted.

Sounds (toneless syllables) make 备按 and 备案 neighbours. Digits stay distinct tokens.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from bot.text.lexicon import syllable
from bot.text.words import cut

_BOUNDARY = "\u2402"


def grams(text: str) -> Iterator[str]:
    """Feature names of one text, prefixed by their kind: c characters, w words, s sounds."""
    squeezed = text.replace(" ", "")
    padded = f"{_BOUNDARY}{squeezed}{_BOUNDARY}"
    for size in (1, 2, 3):
        source = squeezed if size == 1 else padded
        for start in range(len(source) - size + 1):
            yield f"c{source[start : start + size]}"
    words = cut(text)
    for word in words:
        yield f"w{word}"
    for left, right in itertools.pairwise(words):
        yield f"w{left}_{right}"
    sounds = [syllable(ch) for ch in squeezed]
    for size in (2, 3):
        for start in range(len(sounds) - size + 1):
            yield f"s{' '.join(sounds[start : start + size])}"


@dataclass(frozen=True)
class SparseSpace:
    """A fitted vocabulary with its inverse document frequencies."""

    vocabulary: Mapping[str, int]
    idf: npt.NDArray[np.float32]

    @classmethod
    def fit(cls, texts: Iterable[str], min_count: int = 2) -> SparseSpace:
        """Learn the vocabulary; features seen in fewer than ``min_count`` texts are dropped."""
        documents = [set(grams(text)) for text in texts]
        counts = Counter(feature for document in documents for feature in document)
        kept = sorted(feature for feature, count in counts.items() if count >= min_count)
        total = len(documents)
        idf = [math.log((1 + total) / (1 + counts[feature])) + 1 for feature in kept]
        return cls({feature: index for index, feature in enumerate(kept)}, np.asarray(idf, dtype=np.float32))

    def vector(self, text: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Indices and L2-normalised weights (sublinear term frequency × idf) of one text."""
        counts: Counter[int] = Counter()
        for feature in grams(text):
            index = self.vocabulary.get(feature)
            if index is not None:
                counts[index] += 1
        if not counts:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        indices = np.fromiter(sorted(counts), dtype=np.int32)
        weights = np.asarray([1 + math.log(counts[i]) for i in indices], dtype=np.float32) * self.idf[indices]
        return indices, (weights / np.linalg.norm(weights)).astype(np.float32)

    def matrix(self, texts: Iterable[str]) -> sp.csr_matrix:
        """The vectors of many texts as rows."""
        pointers, indices, weights = [0], [], []
        for text in texts:
            where, what = self.vector(text)
            indices.append(where)
            weights.append(what)
            pointers.append(pointers[-1] + len(where))
        return sp.csr_matrix(
            (np.concatenate(weights), np.concatenate(indices), pointers),
            shape=(len(pointers) - 1, len(self.vocabulary)),
        )

    def to_json(self) -> dict[str, Any]:
        """A form for JSON; :meth:`from_json` reads it back."""
        return {"vocabulary": list(self.vocabulary), "idf": [round(float(x), 6) for x in self.idf]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SparseSpace:
        """Inverse of :meth:`to_json`."""
        vocabulary = {feature: index for index, feature in enumerate(data["vocabulary"])}
        return cls(vocabulary, np.asarray(data["idf"], dtype=np.float32))
