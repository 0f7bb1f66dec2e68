"""The classifier: kernel ridge regression on sparse and dense similarity to every phrasing.

    k(x, y) = exp(sharpness · ((sparse(x)·sparse(y) + dense_weight · dense(x)·dense(y)) / (1 + dense_weight) − 1))

One linear solve trains it (about 2 s for 8,000 phrasings), it is deterministic, and its output is
an absolute support rather than a softmax, so that a text unlike anything seen supports nothing.
The measurements behind the choice are in docs/adr/0001-classifier.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse as sp

from bot.text.words import cut
from bot.understanding.features import SparseSpace
from bot.understanding.ranking import Candidate, Ranking

Vector = npt.NDArray[np.float32]
#: Prefix of the intents that stand for what is none of our business.
OUT_OF_SCOPE = "oos_"
_BLOCK = 1000
_CONTENT_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True)
class KernelSettings:
    """The kernel's shape: they stand in config.yml and are measured in docs/adr.

    ``dense_weight`` ≥ 0 weighs the encoder against words, characters and sounds; ``sharpness`` > 0
    says how fast similarity fades; ``ridge`` > 0 is the regularisation.
    """

    dense_weight: float = 1.5
    sharpness: float = 2.0
    ridge: float = 0.1


class Matcher:
    """A trained classifier; immutable after :meth:`train` or :meth:`load`."""

    def __init__(
        self,
        settings: KernelSettings,
        space: SparseSpace,
        centre: Vector,
        labels: Sequence[str],
        sparse: sp.csr_matrix,
        dense: Vector,
        weights: Vector,
        words: frozenset[str],
    ) -> None:
        self.settings, self.space, self.labels, self.words = settings, space, tuple(labels), words
        self._centre, self._sparse, self._dense, self._weights = centre, sparse, dense, weights
        self._columns = sparse.tocsc()

    @classmethod
    def train(cls, texts: Sequence[str], dense: Vector, intents: Sequence[str], settings: KernelSettings) -> Matcher:
        """Fit on normalised ``texts`` (n), their embeddings (n, d; zeros = none) and their intents (n)."""
        space = SparseSpace.fit(texts)
        sparse = space.matrix(texts)
        present = dense.any(axis=1)
        centre = dense[present].mean(axis=0) if present.any() else np.zeros(dense.shape[1], np.float32)
        centred = _centred(dense, centre)
        labels = sorted(set(intents))
        index = {label: number for number, label in enumerate(labels)}
        targets = np.zeros((len(texts), len(labels)), dtype=np.float32)
        targets[np.arange(len(texts)), [index[intent] for intent in intents]] = 1
        kernel = np.empty((len(texts), len(texts)), dtype=np.float32)
        for start in range(0, len(texts), _BLOCK):
            rows = slice(start, start + _BLOCK)
            block = np.asarray((sparse[rows] @ sparse.T).todense(), dtype=np.float32)
            block += settings.dense_weight * (centred[rows] @ centred.T)
            kernel[rows] = _fade(block, settings)
        kernel[np.diag_indices_from(kernel)] += settings.ridge
        factor = scipy.linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
        weights = scipy.linalg.cho_solve(factor, targets, check_finite=False).astype(np.float32)
        known = frozenset(
            word
            for text, intent in zip(texts, intents)
            if not intent.startswith(OUT_OF_SCOPE)
            for word in content_words(text)
        )
        return cls(settings, space, centre, labels, sparse, centred, weights, known)

    def foreign_words(self, text: str) -> tuple[str, ...]:
        """Words of a normalised text that no phrasing in scope has ever used."""
        return tuple(word for word in content_words(text) if word not in self.words)

    def rank(self, text: str, embedding: Vector) -> Ranking:
        """Rank all intents for one normalised text and its embedding (shape (d,))."""
        where, what = self.space.vector(text)
        if not len(where) and not embedding.any():
            return Ranking(())
        similarity = self.settings.dense_weight * (self._dense @ _centred(embedding[None, :], self._centre)[0])
        if len(where):
            similarity = similarity + self._columns[:, where] @ what
        support = _fade(similarity.astype(np.float32), self.settings) @ self._weights
        order = np.argsort(-support, kind="stable")
        clipped = np.clip(support, 0.0, 1.0)
        return Ranking(tuple(Candidate(self.labels[i], round(float(clipped[i]), 6)) for i in order))

    def save(self, folder: Path) -> None:
        """Write JSON and npz files; no pickle anywhere."""
        meta = {
            "settings": asdict(self.settings),
            "labels": self.labels,
            "space": self.space.to_json(),
            "words": sorted(self.words),
        }
        (folder / "matcher.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / "matcher.npz",
            centre=self._centre,
            dense=self._dense.astype(np.float16),
            weights=self._weights.astype(np.float16),
            data=self._sparse.data.astype(np.float32),
            indices=self._sparse.indices,
            pointers=self._sparse.indptr,
        )

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """Read what :meth:`save` wrote.

        Raises:
            OSError, ValueError, KeyError: files missing or damaged.
        """
        meta = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
        space = SparseSpace.from_json(meta["space"])
        with np.load(folder / "matcher.npz", allow_pickle=False) as arrays:
            dense = arrays["dense"].astype(np.float32)
            sparse = sp.csr_matrix(
                (arrays["data"], arrays["indices"], arrays["pointers"]), shape=(len(dense), len(space.vocabulary))
            )
            weights = arrays["weights"].astype(np.float32)
            settings, words = KernelSettings(**meta["settings"]), frozenset(meta["words"])
            return cls(settings, space, arrays["centre"], meta["labels"], sparse, dense, weights, words)


def content_words(text: str) -> list[str]:
    """Words of two or more 汉字 of a normalised text."""
    return [word for word in cut(text) if _CONTENT_WORD.fullmatch(word)]


def _fade(similarity: Vector, settings: KernelSettings) -> Vector:
    """The kernel of a similarity, computed in place."""
    similarity /= 1 + settings.dense_weight
    similarity -= 1
    similarity *= settings.sharpness
    return np.exp(similarity, out=similarity)


def _centred(dense: Vector, centre: Vector) -> Vector:
    """Embeddings of one language lie in a narrow cone; only what differs from the mean tells."""
    moved = np.where(dense.any(axis=1, keepdims=True), dense - centre, 0)
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(norms, 1e-9), dtype=np.float32)
