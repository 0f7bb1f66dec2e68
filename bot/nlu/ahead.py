"""The slow part of understanding, before Rasa's graph runs and beside the event loop.

Rasa runs its graph on the loop; while the encoder works there, nobody else is answered. So a channel lets the
classifier think first: what words alone decide is decided at once, what needs the encoder is looked at in a thread.
The graph then finds the message understood.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Protocol, TypeVar

from bot.nlu.classifier import EntryClassifier
from bot.understanding import encoder
from bot.understanding.interpret import Meaning

T = TypeVar("T")
#: What is understood before anybody asks.
FIRST = "我的证书在哪里查"


class Beside(Protocol):
    """Waits for work that is done in a thread."""

    def __call__(self, threads: Executor, work: Callable[[], T], /) -> Awaitable[T]:
        """The result of ``work``."""


async def in_thread(threads: Executor, work: Callable[[], T], /) -> T:
    """Go on as soon as the work is done."""
    return await asyncio.get_running_loop().run_in_executor(threads, work)


async def understand_ahead(text: str, beside: Beside = in_thread) -> bool:
    """Understand a cleaned message; whether the encoder was waited for. Without a model nothing happens."""
    classifier, waited = EntryClassifier.serving, False
    if classifier is None:
        return waited
    steps = classifier.steps(text.strip())
    step = partial(next, steps)
    while True:
        try:
            wanted = step()
        except StopIteration:
            return waited
        look = partial(_meanings, classifier, wanted)
        if all(encoder.remembered(text) is not None for text in wanted):
            meanings = look()
        else:
            meanings, waited = await beside(_threads(), look), True
        step = partial(steps.send, meanings)


def warm_up() -> None:
    """Understand a first question, so that the first person does not wait for what is read and made only once.

    Raises what the encoder raises: a server without it does not start, rather than fail one message in three.
    """
    classifier = EntryClassifier.serving
    if classifier is not None:
        _threads().submit(encoder.encode, FIRST).result()
        classifier.understand(FIRST)


def _meanings(classifier: EntryClassifier, texts: Sequence[str]) -> list[Meaning]:
    return [classifier.meaning(text) for text in texts]


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="encoder")
