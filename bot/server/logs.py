"""Log lines of the running server: one event a line, ``key=value``, no word of anybody's.

Our own lines are written that way. Those of Rasa and Sanic may carry what a person typed, so once the server serves
only their logger, their event's name and the class of the exception are told; before, when nobody can have typed, all.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time

from bot.text.privacy import mask

_OURS = ("bot.", "actions.")
_EVENT = re.compile(r"[a-z]+(?:[._][a-z]+)+")


class EventFormatter(logging.Formatter):
    """``at=2026-01-31T08:00:00+0800 level=error event=… …key=value… from=logger``."""

    def __init__(self) -> None:
        """In the starting phase; set ``serving`` at its end."""
        super().__init__()
        self.serving = False

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(record.created))
        return f"at={at} level={record.levelname.lower()} {self._said(record)} from={record.name}"

    def _said(self, record: logging.LogRecord) -> str:
        message = " ".join(record.getMessage().split())
        if record.name.startswith(_OURS):
            return f"event={message}"
        error = f" error={record.exc_info[0].__name__}" if record.exc_info and record.exc_info[0] else ""
        event = _event_of(message)
        if self.serving or event:
            return f"event={event or 'library'}{error}"
        return f"event=library{error} message={json.dumps(mask(message)[:500], ensure_ascii=False)}"


def _event_of(message: str) -> str:
    """The name of a structlog event, which Rasa renders as JSON, else ''."""
    if not message.startswith("{"):
        return ""
    try:
        event = str(json.loads(message).get("event", ""))
    except (ValueError, AttributeError):
        return ""
    return event if _EVENT.fullmatch(event) else ""


def install(formatter: EventFormatter | None = None) -> EventFormatter:
    """One handler for everything, to standard error, in place of those of libraries; again once they brought theirs."""
    formatter = formatter or EventFormatter()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    for name in list(logging.Logger.manager.loggerDict):
        logger = logging.getLogger(name)
        if not name.startswith(("bot", "actions")):
            logger.handlers.clear()
        logger.propagate = True
    logging.getLogger().handlers[:] = [handler]
    return formatter
