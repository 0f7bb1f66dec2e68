"""The five places where Rasa itself is patched: each its own module, reason, guard and regression test."""

from __future__ import annotations

import rasa

from bot.patches import domain_emptiness, event_cache, graph_plan, result_validator, rule_search

#: The one version that the patches were read against.
RASA_VERSION = "3.6.21"


def apply() -> None:
    """Apply all patches once. Raises RuntimeError on any other version of Rasa."""
    if rasa.__version__ != RASA_VERSION:
        raise RuntimeError(f"patches are for Rasa {RASA_VERSION}, this is {rasa.__version__}")
    domain_emptiness.apply()
    event_cache.apply()
    graph_plan.apply()
    result_validator.apply()
    rule_search.apply()
