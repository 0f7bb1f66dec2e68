"""``purge``: erase now what is older than the settings allow, as the running server does once a day."""

from __future__ import annotations

from typing import Any

from bot.settings import Settings


def purge(settings: Settings) -> int:
    """Sessions, journal and desk first, then Rasa's events of the conversations that ended."""
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.core.domain import Domain

    from bot.channels.retention import purge_now

    senders = purge_now(settings)
    endpoints = AvailableEndpoints.read_endpoints(settings.text("ZHENGBIAN_ENDPOINTS"))
    store: Any = TrackerStore.create(endpoints.tracker_store, Domain.empty())
    store = getattr(store, "_tracker_store", store)
    for sender_id in senders:
        store.delete(sender_id)
    print(f"已删去到期的 {len(senders)} 个会话，以及到期的记录、评价、纠错和坐席登录。")
    return 0
