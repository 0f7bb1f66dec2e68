"""In-process conversation locks that are polled often: Rasa's default makes a second message wait a second."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore

_POLL_SECONDS = 0.05


class QuickLockStore(InMemoryLockStore):
    """For one worker only: the launcher refuses several."""

    def __init__(self, endpoint_config: Any = None) -> None:
        """``endpoint_config`` is what Rasa passes; nothing of it is needed."""
        del endpoint_config
        super().__init__()

    def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = _POLL_SECONDS
    ) -> AbstractAsyncContextManager[TicketLock]:
        """See the base class."""
        return super().lock(conversation_id, lock_lifetime, wait_time_in_seconds)
