"""What one message or event of a follower is answered with: which words, which intent, what is remembered."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.channels import switches
from bot.channels.conversation import OnNewMessage, ask
from bot.channels.wechat import messages as kinds
from bot.channels.wechat.faces import is_only_faces, is_unsupported
from bot.channels.wechat.feedback import UNCLEAR, read_verdict
from bot.channels.wechat.messages import Incoming
from bot.clock import today
from bot.dialogue.choice import read_choice
from bot.dialogue.safety import SAFETY_FIRST
from bot.dialogue.wording import STARTERS
from bot.knowledge.store import Snapshot, Store
from bot.knowledge.wechat import Target
from bot.rendering.parts import MORE
from bot.rendering.wechat import message_of, text_of
from bot.replies.compose import compose
from bot.replies.fill import fill_plain
from bot.replies.reply import Choice, Kind, Reply, ReplyRef
from bot.storage.journal import Journal
from bot.storage.wechat import Follower
from bot.text.clean import clean

NAME = "wechat"
#: Replies that nobody can judge: they state nothing.
_NO_VERDICT = (Kind.SMALLTALK, Kind.CLARIFY)
#: 继续 as people type it: with the hint's quotation marks, politely, in other words for the same.
_MORE = re.compile(rf"[\s“”\"'‘’「」]*请?(?:{MORE}|繼續|接着|往下)(?:看|说|讲|吧|下文|往下)*[\s“”\"'‘’「」。.！!~～]*")
_WELCOME = ReplyRef("wording", "say_greeting", choices=STARTERS)
_FRIENDLY = ReplyRef("wording", "say_affirm", choices=STARTERS)


@dataclass(frozen=True)
class Spoken:
    """What is said, and the follower's thread after it."""

    text: str
    thread: Follower


class Talk:
    """Decides and remembers; when and how it is sent is not its business."""

    def __init__(self, store: Store, journal: Journal, clock: Callable[[], float] = time.time) -> None:
        """``store`` holds the content."""
        self._store, self._journal, self._clock = store, journal, clock

    def is_answered(self, message: Incoming) -> bool:
        """Whether it gets an answer at all; nobody's taps on what is not ours do."""
        if message.kind != kinds.EVENT:
            return True
        return message.event == kinds.SUBSCRIBE or self._target(message) is not None

    def question(self, message: Incoming) -> str:
        """The person's words, cleaned and masked, or the name of what was tapped; '' where there are none."""
        if message.kind == kinds.EVENT:
            target = self._target(message)
            return target.name if target else ""
        return clean(message.text, self._store.current.public_numbers)

    def is_more(self, message: Incoming) -> bool:
        """Whether it asks for what is left to say."""
        return message.kind != kinds.EVENT and bool(_MORE.fullmatch(self.question(message)))

    def topic(self, message: Incoming) -> str:
        """The question that a late answer repeats; '' where there is none to repeat."""
        return "" if self.is_more(message) else self.question(message)

    def again(self, topic: str, message: Incoming) -> Incoming:
        """The message that :meth:`topic` told of, from the sender of ``message``."""
        for event, key, target in self._store.current.wechat.taps():
            if target.name == topic:
                return replace(message, kind=kinds.EVENT, text="", event=event, event_key=key)
        return replace(message, kind=kinds.TEXT, text=topic, event="", event_key="")

    def is_urgent(self, message: Incoming) -> bool:
        """Whether it tells of a life in danger."""
        return message.kind != kinds.EVENT and bool(self._store.current.crisis.find(self.question(message)))

    def instead(self, message: Incoming, wording: str) -> str:
        """Fixed words where the answer cannot be given now; the help itself where a life is in danger."""
        return self.words(SAFETY_FIRST.key if self.is_urgent(message) else wording)

    def words(self, wording: str) -> str:
        """Fixed words of the content, with their source where they name a number."""
        snapshot = self._store.current
        return text_of(compose(ReplyRef("wording", wording), snapshot, today()), snapshot.official_hosts)

    def part(self, wording: str) -> str:
        """Fixed words that go with others."""
        content = self._store.current.content
        return fill_plain(content.wordings[wording].text, content.contacts).strip()

    async def answer(self, message: Incoming, follower: str, thread: Follower, on_new_message: OnNewMessage) -> Spoken:
        """The answer to a message that is answered; raises nothing but cancellation."""
        is_urgent = self.is_urgent(message)
        holding = await switches.closed(NAME)
        if holding is not None and not is_urgent:
            return self._said([holding], follower, "", thread)
        if message.kind == kinds.EVENT:
            return await self._on_event(message, follower, thread, on_new_message)
        if message.kind == kinds.TEXT and is_only_faces(message.text):
            return self._said([_FRIENDLY], follower, "", thread)
        if message.kind not in (kinds.TEXT, kinds.VOICE) or is_unsupported(message.text):
            return self._said([ReplyRef("wording", "wechat_unreadable")], follower, "", thread)
        text = self.question(message)
        if message.kind == kinds.VOICE and not text:
            return self._said([ReplyRef("wording", "wechat_voice")], follower, "", thread)
        if is_urgent:
            return await self._asked(text, None, follower, thread, on_new_message)
        verdict = read_verdict(text) if thread.reply else None
        if verdict is not None:
            return self._judged(verdict, follower, thread)
        choice = read_choice(text, thread.live_choices(self._clock()), beginnings=not thread.related)
        return await self._asked(text, choice, follower, thread, on_new_message)

    async def _on_event(
        self, message: Incoming, follower: str, thread: Follower, on_new_message: OnNewMessage
    ) -> Spoken:
        target = self._target(message)
        if target is None:
            return self._said([_WELCOME], follower, "", thread)
        if target.say:
            return self._said([ReplyRef("wording", target.say)], follower, "", thread)
        return await self._asked("", Choice(target.name, target.answer), follower, thread, on_new_message)

    async def _asked(
        self, text: str, choice: Choice | None, follower: str, thread: Follower, on_new_message: OnNewMessage
    ) -> Spoken:
        references = await ask(NAME, follower, text, on_new_message, choice=choice)
        thread = replace(thread, turns=thread.turns + 1)
        return self._said(references, follower, choice.title if choice else text, thread)

    def _said(self, references: Sequence[ReplyRef], follower: str, text: str, thread: Follower) -> Spoken:
        snapshot = self._store.current
        replies = [compose(reference, snapshot, today()) for reference in references]
        message = message_of(replies, snapshot)
        self._journal.replied(NAME, follower, text, replies)
        thread = replace(thread, reply=_judgeable(replies, thread.turns))
        if message.choices:
            thread = replace(thread, choices=message.choices, related=message.related, listed_at=self._clock())
        return Spoken(message.text, thread)

    def _judged(self, verdict: tuple[str, str], follower: str, thread: Follower) -> Spoken:
        value, reason = verdict
        number, entry, version = thread.reply or ("", "", "")
        self._journal.judged(NAME, follower, number, entry, version, value, reason, "")
        if reason == UNCLEAR:
            return Spoken(self.words("wechat_unclear"), thread)
        return Spoken(self.words("wechat_useful" if value == "useful" else "wechat_useless"), thread)

    def _target(self, message: Incoming) -> Target | None:
        snapshot: Snapshot = self._store.current
        if message.event == kinds.CLICK:
            return snapshot.wechat.of_key(message.event_key)
        return snapshot.wechat.scenes.get(message.scene)


def _judgeable(replies: Sequence[Reply], turn: int) -> tuple[str, str, str] | None:
    """Number, entry and version of the last reply that states something."""
    stated = [reply for reply in replies if reply.kind not in _NO_VERDICT]
    return (str(turn), stated[-1].entry or "", stated[-1].version) if stated else None
