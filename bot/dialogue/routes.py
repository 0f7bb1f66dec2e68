"""Choose a route of an entry by the details given: which platform, which office."""

from __future__ import annotations

from collections.abc import Mapping

from bot.knowledge.models import Entry
from bot.knowledge.store import Snapshot

UNKNOWN = "unknown"


def choose_route(entry: str, details: Mapping[str, str], snapshot: Snapshot) -> Entry | None:
    """The first route of ``entry`` all of whose conditions hold; a missing detail is „unknown"."""
    for route in snapshot.content.routes:
        if route.route_of == entry and all(
            (details.get(name) or UNKNOWN) in allowed for name, allowed in route.when.items()
        ):
            return route
    return None
