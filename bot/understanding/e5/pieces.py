"""A text in the pieces that the encoder knows: the likeliest way to spell it (unigram model, Viterbi)."""

from __future__ import annotations

import re

import numpy as np
from marisa_trie import Trie

from bot.understanding.e5.weights import Weights

#: Stands for a space; every text begins with one.
_SPACE = "▁"
_SPACES = re.compile(" +")
#: How much less likely than the least likely piece an unknown character is, in the logarithm.
_UNKNOWN_BELOW = 10.0


class Pieces:
    """The vocabulary as a trie."""

    def __init__(self, weights: Weights) -> None:
        """Reads the vocabulary; nothing else of ``weights`` is kept."""
        self._begin, self._end, self._unknown = weights.begin, weights.end, weights.unknown
        self._folds = weights.folds()
        self._trie = Trie(weights.pieces())
        ids = np.array([self._trie.key_id(piece) for piece in weights.pieces()])
        self._ids = np.empty(len(ids), np.int32)
        self._ids[ids] = np.arange(len(ids), dtype=np.int32)
        self._scores = weights.scores[self._ids]
        self._unknown_score = float(weights.scores.min()) - _UNKNOWN_BELOW

    def ids(self, text: str, most: int) -> list[int]:
        """Ids of the pieces between those of begin and end, at most ``most`` in all."""
        spelled = _SPACE + _SPACES.sub(" ", text.translate(self._folds)).removeprefix(" ").replace(" ", _SPACE)
        length = len(spelled)
        best = [0.0] + [-np.inf] * length
        came: list[tuple[int, int]] = [(0, self._unknown)] * (length + 1)
        for start in range(length):
            so_far = best[start]
            for piece in self._trie.prefixes(spelled[start:]):
                key = self._trie.key_id(piece)
                stop, score = start + len(piece), so_far + float(self._scores[key])
                if score > best[stop]:
                    best[stop], came[stop] = score, (start, int(self._ids[key]))
            if so_far + self._unknown_score > best[start + 1]:
                best[start + 1], came[start + 1] = so_far + self._unknown_score, (start, self._unknown)
        found: list[int] = []
        at = length
        while at:
            at, piece_id = came[at]
            found.append(piece_id)
        return [self._begin, *found[::-1][: most - 2], self._end]
