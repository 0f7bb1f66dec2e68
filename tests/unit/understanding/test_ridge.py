"""The packed solve gives what a plain one gives."""

from __future__ import annotations

import numpy as np
import pytest

from bot.understanding import ridge


@pytest.mark.parametrize("size", [1, 2, 3, 8, 9, 40, 41])
@pytest.mark.parametrize("block", [1, 7, 500])
def test_weights_are_those_of_the_plain_solve(size: int, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Odd and even sizes, one block and many: (K + ridge) · weights = targets."""
    monkeypatch.setattr(ridge, "_BLOCK", block)
    points = np.random.default_rng(7).normal(size=(size, 5)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    kernel = np.exp(2 * (points @ points.T - 1)).astype(np.float32)
    targets = np.eye(size, 3, dtype=np.float32)
    weights = ridge.solve(lambda start, stop: kernel[start:, start:stop].copy(), targets, 0.1)
    plain = np.linalg.solve(kernel.astype(np.float64) + 0.1 * np.eye(size), targets)
    assert (size, 3) == weights.shape
    assert np.allclose(plain, weights, atol=1e-3)


def test_nothing_to_solve() -> None:
    """No phrasing has an embedding: no weights."""
    assert (0, 3) == ridge.solve(lambda *_: np.zeros((0, 0), np.float32), np.zeros((0, 3), np.float32), 0.1).shape


def test_a_kernel_that_is_none_is_told() -> None:
    """Numbers that no kernel gives end in an error, not in weights."""
    wrong = np.asarray([[1, 5], [5, 1]], np.float32)
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        ridge.solve(lambda start, stop: wrong[start:, start:stop].copy(), np.eye(2, dtype=np.float32), 0.1)
