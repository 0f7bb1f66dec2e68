"""``purge``: erase now what is older than the settings allow, as the running server does once a day."""

from __future__ import annotations

from typing import Any

from bot.settings import Settings


def purge(settings: Settings) -> int:
    """Sessions, journal and desk first, then Rasa's events of what ended, now or earlier without being forgotten."""
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.core.domain import Domain

    from bot.channels.retention import purge_now
    from bot.storage.database import service_engine
    from bot.storage.erasures import Erasures
    from bot.storage.journal import Journal

    ended = purge_now(settings)
    engine = service_engine(settings)
    erasures, journal = Erasures(engine), Journal(engine)
    endpoints = AvailableEndpoints.read_endpoints(settings.text("ZHENGBIAN_ENDPOINTS"))
    store: Any = TrackerStore.create(endpoints.tracker_store, Domain.empty())
    store = getattr(store, "_tracker_store", store)
    for erasure in erasures.due(age=0):
        store.delete(erasure.sender_id)
        if erasure.conversation:
            journal.forget(erasure.conversation)
        erasures.done(erasure)
    print(f"已删去到期的 {ended} 个会话，以及到期的记录、评价、纠错和坐席登录。")
    return 0
