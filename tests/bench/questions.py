"""What is asked: every held-out question once, or the same questions as often as people would ask them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import cycle

from bot.cli.evaluate import HELD_OUT, read_held_out

#: Messages of one conversation.
PER_CONVERSATION = 4


def different() -> list[str]:
    """Held-out questions and occupation questions, mixed, none twice."""
    asked = [row.text for row in read_held_out(HELD_OUT)]
    lines = (HELD_OUT / "occupations.tsv").read_text(encoding="utf-8").splitlines()
    found = list(dict.fromkeys([*asked, *(line.split("\t")[1] for line in lines)]))
    random.Random(20).shuffle(found)
    return [text.replace("\t", " ").replace("\n", " ") for text in found]


def repeating(count: int, seed: int) -> list[str]:
    """Zipf, s = 1, over the held-out questions."""
    texts = [row.text.replace("\t", " ").replace("\n", " ") for row in read_held_out(HELD_OUT)]
    random.Random(21).shuffle(texts)
    return random.Random(seed).choices(texts, [1 / rank for rank in range(1, len(texts) + 1)], k=count)


def conversations(texts: Sequence[str], senders: Sequence[str], at_once: int) -> Iterator[tuple[str, str]]:
    """(sender, text): a few messages each, and no sender's next before ``at_once`` others have had theirs."""
    width = max(at_once * 2, 1)
    groups = [senders[start : start + width] for start in range(0, len(senders), width)]
    rounds = (sender for group in cycle(groups) for _ in range(PER_CONVERSATION) for sender in group)
    yield from zip(rounds, texts)
