"""The slow part of understanding, before Rasa's graph runs and beside the event loop.

Rasa runs its graph on the loop; while the encoder works there, nobody else is answered. So a channel lets the
classifier think first: what words alone decide is decided at once, what needs the encoder is understood in a thread.
The graph then finds the message understood.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from bot.nlu.classifier import EntryClassifier
from bot.understanding import encoder

#: What is understood before anybody asks.
_FIRST = "我的证书在哪里查"


async def understand_ahead(text: str) -> None:
    """Understand a cleaned message; without a model nothing happens."""
    classifier = EntryClassifier.serving
    if classifier is None:
        return
    try:
        classifier.understand(text.strip(), encoder.encoded)
    except encoder.NotEncodedError:
        await asyncio.get_running_loop().run_in_executor(_threads(), classifier.understand, text.strip())


def warm_up() -> None:
    """Understand a first question, so that the first person does not wait for what is read and made only once.

    Raises what the encoder raises: a server without it does not start, rather than fail one message in three.
    """
    classifier = EntryClassifier.serving
    if classifier is not None:
        _threads().submit(encoder.encode, _FIRST).result()
        classifier.understand(_FIRST)


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="encoder")
