"""The slow part of understanding, before Rasa's graph runs and beside the event loop.

Rasa runs its graph on the loop; while the encoder works there, nobody else is answered. So a channel lets the
classifier think first: what words alone decide is decided at once, what needs the encoder is encoded in a thread.
The graph then finds the message understood.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from bot.nlu.classifier import EntryClassifier
from bot.understanding import encoder
from bot.understanding.interpret import Embedding

#: What is understood before anybody asks.
_FIRST = "我的证书在哪里查"


async def understand_ahead(text: str) -> None:
    """Understand a cleaned message; without a model nothing happens."""
    classifier = EntryClassifier.serving
    if classifier is None:
        return
    steps = classifier.steps(text.strip())
    with contextlib.suppress(StopIteration):
        wanted = next(steps)
        while True:
            wanted = steps.send(await _encoded(wanted))


def warm_up() -> None:
    """Understand a first question, so that the first person does not wait for what is read and made only once.

    Raises what the encoder raises: a server without it does not start, rather than fail one message in three.
    """
    classifier = EntryClassifier.serving
    if classifier is not None:
        _threads().submit(encoder.encode, _FIRST).result()
        classifier.understand(_FIRST)


async def _encoded(texts: Sequence[str]) -> list[Embedding]:
    known = [vector for text in texts if (vector := encoder.remembered(text)) is not None]
    if len(known) == len(texts):
        return known
    return await asyncio.get_running_loop().run_in_executor(_threads(), lambda: [encoder.encode(t) for t in texts])


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="encoder")
