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
    def fit_matrix(cls, texts: Iterable[str], min_count: int = 2) -> tuple[SparseSpace, sp.csr_matrix]:
        """Learn the vocabulary and give the texts as rows; features of fewer than ``min_count`` texts are dropped."""
        documents = [Counter(grams(text)) for text in texts]
        counts = Counter(feature for document in documents for feature in document)
        kept = sorted(feature for feature, count in counts.items() if count >= min_count)
        total = len(documents)
        idf = [math.log((1 + total) / (1 + counts[feature])) + 1 for feature in kept]
        space = cls({feature: index for index, feature in enumerate(kept)}, np.asarray(idf, dtype=np.float32))
        return space, _rows([space._weighed(document) for document in documents], len(kept))

    def vector(self, text: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Indices and L2-normalised weights (sublinear term frequency × idf) of one text."""
        return self._weighed(Counter(grams(text)))

    def _weighed(self, features: Mapping[str, int]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        counts = sorted(
            (index, count) for feature, count in features.items() if (index := self.vocabulary.get(feature)) is not None
        )
        if not counts:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        indices = np.fromiter((index for index, _ in counts), np.int32, len(counts))
        weights = np.asarray([1 + math.log(count) for _, count in counts], dtype=np.float32) * self.idf[indices]
        return indices, (weights / np.linalg.norm(weights)).astype(np.float32)

    def to_json(self) -> dict[str, Any]:
        """A form for JSON; :meth:`from_json` reads it back."""
        return {"vocabulary": list(self.vocabulary), "idf": [round(float(x), 6) for x in self.idf]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SparseSpace:
        """Inverse of :meth:`to_json`."""
        vocabulary = {feature: index for index, feature in enumerate(data["vocabulary"])}
        return cls(vocabulary, np.asarray(data["idf"], dtype=np.float32))


def _rows(vectors: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]], width: int) -> sp.csr_matrix:
    pointers = np.cumsum([0, *(len(where) for where, _ in vectors)])
    indices = np.concatenate([where for where, _ in vectors])
    return sp.csr_matrix(
        (np.concatenate([what for _, what in vectors]), indices, pointers), shape=(len(vectors), width)
    )
