"""The classifier: two kernel ridge regressions over the phrasings, one by words and one by meaning.

    support = (1 − dense_share) · words(text) + dense_share · meaning(embedding)
    words:   k(x, y) = exp(sharpness · (x·y − 1)) over characters, words and sounds of every phrasing
    meaning: k(x, y) = exp(dense_sharpness · (x·y − 1)) over the embeddings of the phrasings that have one

Each is one linear solve, deterministic, and its output is an absolute support rather than a softmax, so that a text
unlike anything seen supports nothing. Words alone answer in a millisecond; whether that is enough is decided in
:mod:`bot.understanding.interpret`. The measurements are in docs/adr/0001-classifier.md and 0005.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from bot.text.words import cut
from bot.understanding.features import SparseSpace
from bot.understanding.ranking import Ranking
from bot.understanding.ridge import solve

Vector = npt.NDArray[np.float32]
#: Prefix of the intents that stand for what is none of our business.
OUT_OF_SCOPE = "oos_"
_CONTENT_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True)
class KernelSettings:
    """The kernels' shape: they stand in config.yml and are measured in docs/adr.

    ``dense_share`` (0–1) is the encoder's part of the support; ``sharpness`` and ``dense_sharpness`` > 0 say how fast
    similarity fades; ``ridge`` > 0 is the regularisation.
    """

    dense_share: float = 0.35
    sharpness: float = 2.0
    dense_sharpness: float = 3.0
    ridge: float = 0.1


class Matcher:
    """A trained classifier; immutable after :meth:`train` or :meth:`load`."""

    def __init__(
        self,
        settings: KernelSettings,
        space: SparseSpace,
        labels: Sequence[str],
        words: frozenset[str],
        arrays: dict[str, Any],
    ) -> None:
        self.settings, self.space, self.labels, self.words = settings, space, tuple(labels), words
        # by label: the product with a support of each phrasing runs along the rows
        self._weights = np.ascontiguousarray(arrays["weights"].T)
        self._arrays = {**arrays, "weights": self._weights.T}
        self._labels = np.array(self.labels, dtype=object)
        columns = (arrays["data"], arrays["indices"], arrays["pointers"])
        self._columns = sp.csc_matrix(columns, shape=(len(arrays["weights"]), len(space.idf)))
        self._by_words = lru_cache(maxsize=64)(self._word_support)

    @classmethod
    def train(cls, texts: Sequence[str], dense: Vector, intents: Sequence[str], settings: KernelSettings) -> Matcher:
        """Fit on normalised ``texts`` (n), their embeddings (n, d; zeros = none) and their intents (n)."""
        space, sparse = SparseSpace.fit_matrix(texts)
        present = dense.any(axis=1)
        centre = dense[present].mean(axis=0) if present.any() else np.zeros(dense.shape[1], np.float32)
        centred = _centred(dense[present], centre)
        labels = sorted(set(intents))
        index = {label: number for number, label in enumerate(labels)}
        targets = np.zeros((len(texts), len(labels)), dtype=np.float32)
        targets[np.arange(len(texts)), [index[intent] for intent in intents]] = 1

        def of_words(start: int, stop: int) -> Vector:
            block = np.asarray((sparse[start:] @ sparse[start:stop].T).todense(), dtype=np.float32)
            return _fade(block, settings.sharpness)

        def of_meaning(start: int, stop: int) -> Vector:
            return _fade(centred[start:] @ centred[start:stop].T, settings.dense_sharpness)

        columns = sparse.tocsc()
        arrays = {
            "weights": solve(of_words, targets, settings.ridge),
            "dense_weights": solve(of_meaning, targets[present], settings.ridge),
            "dense": centred,
            "centre": centre,
            "data": columns.data,
            "indices": columns.indices,
            "pointers": columns.indptr,
        }
        known = frozenset(
            word
            for text, intent in zip(texts, intents)
            if not intent.startswith(OUT_OF_SCOPE)
            for word in content_words(text)
        )
        return cls(settings, space, labels, known, arrays)

    def foreign_words(self, text: str) -> tuple[str, ...]:
        """Words of a normalised text that no phrasing in scope has ever used."""
        return tuple(word for word in content_words(text) if word not in self.words)

    def rank(self, text: str, meaning: Vector | None = None) -> Ranking:
        """Rank all intents for one normalised text; without what :meth:`meaning` tells by words alone."""
        support, featureless = self._by_words(text)
        if featureless and meaning is None:
            return Ranking()
        if meaning is not None:
            share = self.settings.dense_share
            support = (1 - share) * support + share * meaning
        order = np.argsort(-support, kind="stable")
        clipped = np.round(np.clip(support[order], 0.0, 1.0).astype(np.float64), 6)
        return Ranking(tuple(self._labels[order]), tuple(clipped.tolist()))

    def _word_support(self, text: str) -> tuple[Vector, bool]:
        where, what = self.space.vector(text)
        support: Vector = self._weights @ _fade(self._columns[:, where] @ what, self.settings.sharpness)
        return support, not len(where)

    def meaning(self, embedding: Vector) -> Vector | None:
        """Support of each label by meaning, for an embedding of shape (d,); None where that is zeros or none is known.

        A millisecond, in which NumPy lets other threads work.
        """
        if not embedding.any() or not len(self._arrays["dense"]):
            return None
        centred = _centred(embedding[None, :], self._arrays["centre"])[0]
        support: Vector = (
            _fade(self._arrays["dense"] @ centred, self.settings.dense_sharpness) @ self._arrays["dense_weights"]
        )
        return support

    def save(self, folder: Path) -> None:
        """Write JSON and npz files; no pickle anywhere."""
        meta = {
            "settings": asdict(self.settings),
            "labels": self.labels,
            "space": self.space.to_json(),
            "words": sorted(self.words),
        }
        (folder / "matcher.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
        halved = {name: self._arrays[name].astype(np.float16) for name in ("weights", "dense_weights", "dense")}
        np.savez(folder / "matcher.npz", **{**self._arrays, **halved})

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """Read what :meth:`save` wrote.

        Raises:
            OSError, ValueError, KeyError: files missing or damaged.
        """
        meta = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
        space = SparseSpace.from_json(meta["space"])
        with np.load(folder / "matcher.npz", allow_pickle=False) as stored:
            arrays = {
                name: stored[name].astype(np.float32) if stored[name].dtype == np.float16 else stored[name]
                for name in ("weights", "dense_weights", "dense", "centre", "data", "indices", "pointers")
            }
        return cls(KernelSettings(**meta["settings"]), space, meta["labels"], frozenset(meta["words"]), arrays)


def content_words(text: str) -> list[str]:
    """Words of two or more 汉字 of a normalised text."""
    return [word for word in cut(text) if _CONTENT_WORD.fullmatch(word)]


def _fade(similarity: Vector, sharpness: float) -> Vector:
    """The kernel of a similarity, computed in place."""
    similarity -= 1
    similarity *= sharpness
    return np.exp(similarity, out=similarity)


def _centred(dense: Vector, centre: Vector) -> Vector:
    """Embeddings of one language lie in a narrow cone; only what differs from the mean tells."""
    moved = dense - centre
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(norms, 1e-9), dtype=np.float32)
