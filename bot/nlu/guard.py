"""Untrusted text never commands: Rasa's handler of ``/intent{…}`` works for our own tools only.

Rasa puts RegexMessageHandler at the end of every graph; whoever types ``/restart`` reaches it.
The subclass passes a message on only if its metadata was made by us. Importing this module
registers a plugin that puts the subclass into the graph of every training.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Dict, List, Optional

import pluggy
import rasa.plugin
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.message import Message

#: Metadata key of a payload that our own tools made; no channel copies metadata from a request.
TRUSTED = "_trusted_payload"
NODE = "run_RegexMessageHandler"
_hookimpl = pluggy.HookimplMarker("rasa")


class GuardedMessageHandler(RegexMessageHandler):
    """Leaves every message untouched whose metadata does not say ``True`` itself (1 is not True)."""

    def process(self, messages: List[Message], domain: Optional[Domain] = None) -> List[Message]:
        """Same length and order as given."""
        return [
            super(GuardedMessageHandler, self).process([message], domain)[0] if _is_trusted(message) else message
            for message in messages
        ]


class _GuardPlugin:
    """Swaps the node; the hook fires twice and the node exists only the second time."""

    @_hookimpl  # type: ignore[misc]
    def modify_default_recipe_graph_predict_nodes(self, predict_nodes: Dict[str, Any]) -> None:
        if NODE in predict_nodes:
            predict_nodes[NODE] = dataclasses.replace(predict_nodes[NODE], uses=GuardedMessageHandler)


def _is_trusted(message: Message) -> bool:
    metadata = message.get("metadata")
    return isinstance(metadata, dict) and metadata.get(TRUSTED) is True


def _register() -> None:
    manager = rasa.plugin.plugin_manager()
    if not manager.has_plugin("zhengbian-guard"):
        manager.register(_GuardPlugin(), name="zhengbian-guard")


_register()
