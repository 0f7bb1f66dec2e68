"""One message through Rasa in a conversation: what every public channel shares.

Bounds the turn, resolves chosen buttons without the classifier, and never ends in silence. Whoever speaks of a life in
danger is told 120, 110 and 12356 also where the channel is switched off or the turn fails.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import async_timeout
from rasa.core.channels.channel import UserMessage

from bot.channels import metrics, switches
from bot.channels.collector import ReplyCollector
from bot.channels.pace import Pace
from bot.dialogue.safety import SAFETY_FIRST
from bot.knowledge.store import current_snapshot
from bot.nlu.ahead import understand_ahead
from bot.replies.compose import FAILED
from bot.replies.reply import Choice, ReplyRef

#: Seconds after which a turn is given up: a conversation's lock lives 60 s.
TURN_SECONDS = 60
#: What is said to a message of which nothing is left after cleaning.
EMPTY = ReplyRef("wording", "refuse_gibberish")
_log = logging.getLogger(__name__)
_pace = Pace()

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


async def ask(
    channel: str,
    sender_id: str,
    text: str,
    on_new_message: OnNewMessage,
    *,
    choice: Choice | None = None,
) -> list[ReplyRef]:
    """The references of the replies to one message, at least one; raises nothing but cancellation.

    A channel that is switched off answers with its holding text. ``text`` is cleaned and masked; ``choice`` is a button
    of this conversation, whose title is then the text.
    """
    with metrics.turn(channel) as replies:
        replies += await _bounded(channel, sender_id, choice.title if choice else text, on_new_message, choice)
    return replies


async def _bounded(
    channel: str, sender_id: str, text: str, on_new_message: OnNewMessage, choice: Choice | None
) -> list[ReplyRef]:
    first = [SAFETY_FIRST] if current_snapshot().crisis.find(text) else []
    holding = await switches.closed(channel)
    if holding is not None:
        return first or [holding]
    if not text:
        return [EMPTY]
    try:
        async with async_timeout.timeout(TURN_SECONDS):
            replies = await _ask(channel, sender_id, text, on_new_message, choice)
            return first if first and FAILED in replies else replies
    except Exception as error:  # the edge: silence is the one answer that is never given
        _log.error("%s_turn_failed error=%s", channel, type(error).__name__)
        return first or [FAILED]


async def _ask(
    channel: str, sender_id: str, text: str, on_new_message: OnNewMessage, choice: Choice | None
) -> list[ReplyRef]:
    parse_data, place = None, _pace.arrive()
    if choice is not None:
        parse_data = _parsed(text, choice.intent)
        parse_data["entities"] = [{"entity": kind, "value": value} for kind, value in choice.entities]
        parse_data["chosen"] = True
    if choice is not None or not await understand_ahead(text, partial(_pace.beside, place)):
        await _pace.my_turn(place)
    collector = ReplyCollector(channel)
    await on_new_message(UserMessage(text, collector, sender_id, parse_data=parse_data, input_channel=channel))
    if not collector.references:
        _log.error("%s_turn_empty", channel)
    return collector.references or [FAILED]


def _parsed(text: str, intent: str) -> dict[str, Any]:
    named = {"name": intent, "confidence": 1.0}
    return {"text": text, "intent": named, "entities": [], "intent_ranking": [named]}
