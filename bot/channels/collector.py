"""Collects one turn's replies: one answer stays one message, and brings its reference along."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel

from bot.replies.reply import ReplyRef


class ReplyCollector(CollectingOutputChannel):
    """Rasa's collector splits text at blank lines and drops every keyword; ours keeps the reference."""

    def __init__(self, channel: str) -> None:
        """``channel`` is the name under which responses, events and metrics know the surface."""
        super().__init__()
        self._channel = channel
        self.references: list[ReplyRef] = []

    def name(self) -> str:  # type: ignore[override]
        """The surface's name."""
        return self._channel

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keep the reference; a text that comes without one is no reply of ours and is dropped."""
        reference = kwargs.get("reply")
        if isinstance(reference, dict):
            self.references.append(ReplyRef.from_json(reference))
