"""``ask``: one question, answered in the terminal as the web channel would."""

from __future__ import annotations

import asyncio
import json
import logging

from bot.server import quiet, without_tensorflow
from bot.settings import Settings


def ask(question: str, as_json: bool, settings: Settings) -> int:
    """Print the reply's text, or the bot messages of the wire protocol without session ids, as JSON."""
    without_tensorflow.leave_out(settings)
    quiet.import_sanic_quietly()
    quiet.configure_logging(logging.ERROR)
    from bot.cli.engine import Engine
    from bot.rendering.plain import render
    from bot.rendering.web import message_of
    from bot.replies.compose import offered

    engine = Engine.load(settings)
    replies, _ = asyncio.run(engine.turn(question))
    if as_json:
        snapshot = engine.store.current
        messages = [
            message_of(reply, snapshot.official_hosts)
            | {"buttons": [{"title": choice.title} for choice in offered(reply, snapshot)]}
            for reply in replies
        ]
        print(json.dumps(messages, ensure_ascii=False, indent=2))
    else:
        print("\n\n――――――\n\n".join(render(reply) for reply in replies))
    return 0
