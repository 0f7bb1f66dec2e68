"""One web turn: run Rasa once per client message id, keep what was answered, join repeats.

The turn runs in a detached task: when the peer leaves, Sanic cancels the handler, not the turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from bot.channels.conversation import OnNewMessage, ask
from bot.channels.in_flight import InFlight
from bot.channels.web.requests import Incoming
from bot.clock import today
from bot.errors import InputError
from bot.knowledge.store import Snapshot, Store
from bot.rendering.web import message_of
from bot.replies.compose import compose, offered
from bot.replies.reply import Choice, Reply, ReplyRef
from bot.replies.understood import understood
from bot.storage.erasures import Erasure
from bot.storage.journal import Journal
from bot.storage.shared import Shared
from bot.storage.web_sessions import Conversation, WebSessions

NAME = "web"
T = TypeVar("T")
Messages = list[dict[str, Any]]
_log = logging.getLogger(__name__)
#: Seconds after which the message of a server that died may be answered by another; a living one renews its claim.
CLAIM_SECONDS = 10.0
#: Seconds between two looks for the answer of another server.
_LOOK_SECONDS = 0.1
#: Messages of one session that may wait.
MAX_WAITING = 5


class Turns:
    """Runs turns for all web conversations of the process."""

    def __init__(
        self, sessions: WebSessions, journal: Journal, store: Store, in_flight: InFlight, shared: Shared
    ) -> None:
        """``in_flight``: the places of the process; where there is none the answer is a polite 503."""
        self._shared = shared
        self._sessions, self._journal, self._store, self._in_flight = sessions, journal, store, in_flight
        self._running: dict[tuple[str, str], asyncio.Task[Messages]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}
        self._renewing: dict[str, asyncio.TimerHandle] = {}

    def known(self, conversation: Conversation, message: Incoming) -> asyncio.Future[Messages] | None:
        """The running or finished turn of a message that was sent before: its messages, the person's own first."""
        key = (conversation.conv, message.cid)
        if key in self._running:
            return self._running[key]
        done = self._sessions.of_cid(*key)
        if not done:
            return None
        finished: asyncio.Future[Messages] = asyncio.get_running_loop().create_future()
        finished.set_result(done)
        return finished

    def start(
        self, conversation: Conversation, message: Incoming, on_new_message: OnNewMessage
    ) -> asyncio.Future[Messages]:
        """The turn of a message that is not :meth:`known`: its messages, the person's own first.

        Raises:
            InputError: 409 unknown button, 429 too many waiting, 503 too many in flight.
        """
        key = (conversation.conv, message.cid)
        choice = self._choice(conversation, message)
        self._make_room(conversation.conv)
        task = asyncio.get_running_loop().create_task(self._run(conversation, message, choice, on_new_message))
        self._running[key] = task
        task.add_done_callback(lambda _: self._ended(key))
        task.add_done_callback(self._in_flight.leave)
        return task

    async def finish(self, seconds: float) -> None:
        """Wait for the turns that run, though nobody may be listening any more."""
        if self._running:
            await asyncio.wait(set(self._running.values()), timeout=seconds)

    async def end(
        self, conversation: Conversation, erase: Callable[[Erasure], Awaitable[bool]], *, journal: bool
    ) -> bool:
        """Close a conversation at once and run ``erase`` after its running turn, so that nothing is kept afterwards.

        Whether nothing is left; ``journal``: its rows go too.
        """
        conv = conversation.conv
        noted = self._sessions.close(conv, journal=journal)
        if noted is None:  # ended by another page meanwhile
            return True
        self._waiting[conv] = self._waiting.get(conv, 0) + 1
        work = self._alone(conv, partial(erase, noted))
        return await asyncio.shield(asyncio.get_running_loop().create_task(work))

    def greeting(
        self, choices: tuple[Choice, ...], holding: ReplyRef | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The message that opens a conversation (``seq`` 0), and its button map; ``holding``: the channel is off."""
        snapshot = self._store.current
        reference = holding or ReplyRef("wording", "say_greeting", choices=choices)
        return _message(compose(reference, snapshot, today()), snapshot)

    def _choice(self, conversation: Conversation, message: Incoming) -> Choice | None:
        if not message.button_id:
            return None
        found = self._sessions.button(conversation.conv, message.button_id)
        if found is None:
            raise InputError(409, "unknown_button", "这个按钮已经过期，请把问题写出来，也可以拨打 {phone}。")
        return Choice.from_json(found)

    def _make_room(self, conv: str) -> None:
        if self._waiting.get(conv, 0) >= MAX_WAITING:
            raise InputError(
                429, "too_many_waiting", "前面的问题还在回答，请稍等；急事请拨打 {phone}。", {"Retry-After": "2"}
            )
        if not self._in_flight.enter():
            raise InputError(503, "busy", "现在问的人太多，请过一会儿再试；急事请拨打 {phone}。", {"Retry-After": "3"})
        self._waiting[conv] = self._waiting.get(conv, 0) + 1

    async def _run(
        self, conversation: Conversation, message: Incoming, choice: Choice | None, on_new_message: OnNewMessage
    ) -> Messages:
        conv = conversation.conv

        async def turn() -> Messages:
            async with self._claimed(conv, message.cid) as done:
                turns = self._sessions.turns(conv)
                if done or turns is None:  # answered elsewhere, or ended while this message waited
                    return done
                text = choice.title if choice else message.text
                references = await ask(NAME, conversation.sender_id, text, on_new_message, choice=choice)
                return self._keep(conv, message.cid, text, references, turns + 1, typed=choice is None)

        return await self._alone(conv, turn)

    async def _alone(self, conv: str, work: Callable[[], Awaitable[T]]) -> T:
        """Run ``work``, which has been counted as waiting, when nothing else of the conversation runs."""
        try:
            async with self._locks.setdefault(conv, asyncio.Lock()):
                return await work()
        finally:
            self._waiting[conv] -= 1
            if not self._waiting[conv]:
                del self._waiting[conv]
                self._locks.pop(conv, None)

    def _ended(self, key: tuple[str, str]) -> None:
        task = self._running.pop(key)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # noted here, because nobody may be waiting for it any more
            _log.error("web_answer_not_kept error=%s", type(error).__name__)

    @contextlib.asynccontextmanager
    async def _claimed(self, conv: str, cid: str) -> AsyncIterator[Messages]:
        """[] while the message is ours to answer; its messages when another server has answered it meanwhile."""
        name, done = f"web:{conv}:{cid}", Messages()
        while not done and not self._shared.claim(name, CLAIM_SECONDS):
            await asyncio.sleep(_LOOK_SECONDS)
            done = self._sessions.of_cid(conv, cid)
        if not done:
            self._renew_later(name)
        try:
            yield done
        except BaseException:
            if not done:
                self._shared.release(name)
            raise
        finally:
            # an answered claim is left to expire: whoever just looked for the answer in vain must not get it
            if not done:
                self._renewing.pop(name).cancel()

    def _renew_later(self, name: str) -> None:
        self._renewing[name] = asyncio.get_running_loop().call_later(CLAIM_SECONDS / 3, self._renew, name)

    def _renew(self, name: str) -> None:
        self._renew_later(name)
        self._shared.renew(name, CLAIM_SECONDS)

    def _keep(self, conv: str, cid: str, text: str, references: list[ReplyRef], turns: int, *, typed: bool) -> Messages:
        snapshot = self._store.current
        replies = [compose(reference, snapshot, today()) for reference in references]
        messages: Messages = [{"from": "user", "cid": cid, "text": text}]
        buttons: dict[str, Any] = {}
        for reply in replies:
            message, its_buttons = _message(reply, snapshot)
            messages.append(message)
            buttons |= its_buttons
        read_as = understood(text, replies, snapshot.lexicon) if typed else ""
        if read_as:
            messages[1]["understood"] = read_as

        def note(db: Connection) -> None:
            self._journal.write_replies(db, NAME, conv, text, replies)

        return self._sessions.append(conv, cid, messages, buttons, turns, note)


def _message(reply: Reply, snapshot: Snapshot) -> tuple[dict[str, Any], dict[str, Any]]:
    buttons = {secrets.token_urlsafe(12): choice for choice in offered(reply, snapshot)}
    message = message_of(reply, snapshot.official_hosts)
    message["buttons"] = [{"id": key, "title": choice.title} for key, choice in buttons.items()]
    return message, {key: choice.to_json() for key, choice in buttons.items()}
