"""From a text to its embedding."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.understanding.e5.graph import Graph
from bot.understanding.e5.pieces import Pieces
from bot.understanding.e5.weights import Weights


class E5:
    """The encoder; made in less than a second, safe to ask from several threads."""

    def __init__(self) -> None:
        """Reads the weights of the installed package. Raises what :class:`Weights` raises."""
        self._weights = Weights()
        self._pieces = Pieces(self._weights)
        self._session = Graph(self._weights).session()
        shape = self._weights.shape
        kinds = self._weights.floats("emb.type")[: shape.width]  # of a first text
        self._positions = self._weights.floats("emb.pos").reshape(shape.positions, shape.width) + kinds

    def embed(self, text: str) -> npt.NDArray[np.float32]:
        """The embedding of a text as it stands, shape (384,), length 1; what is beyond 510 pieces is not read.

        The „query: " that the model's training put before every text is left out: it is a fifth of the work of a short
        text, and our own regression learns from embeddings without it as well (docs/adr/0005).
        """
        ids = self._pieces.ids(text, len(self._positions))
        embedded = self._weights.rows("emb.word", ids) + self._positions[: len(ids)]
        (sentence,) = self._session.run(None, {"embedded": embedded[None]})
        return np.asarray(sentence[0], dtype=np.float32)
