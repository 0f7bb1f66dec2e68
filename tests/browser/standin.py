"""A stand-in for Rasa that knows a few sentences: real references, so that real replies are drawn."""

from __future__ import annotations

import asyncio

from rasa.core.channels.channel import UserMessage

from bot.dialogue.advert import judge
from bot.knowledge.store import shared_store
from bot.replies.advert import advert_blanks
from bot.replies.reply import Choice, ReplyRef
from bot.settings import Settings

LIST, LINKS, TWO, CARD, URGENT, REFUSED = "退费怎么办", "证书在哪里查", "两个问题", "健康管理师", "被骗了", "今天天气"
SLOW = "慢一点回答"
ADVERT = "😀包过，三天拿证，随报随学"
_CHOICES = (Choice("职业技能等级证书", "query_where"), Choice("特种作业操作证（上岗）", "query_where"))
_KNOWN: dict[str, tuple[ReplyRef, ...]] = {
    LIST: (ReplyRef("entry", "refund"),),
    LINKS: (ReplyRef("entry", "query_where", choices=_CHOICES),),
    TWO: (ReplyRef("entry", "refund"), ReplyRef("entry", "red_flags")),
    CARD: (ReplyRef("lookup", "X-02", {"name": "健康管理师"}),),
    URGENT: (ReplyRef("entry", "cheated"),),
    REFUSED: (ReplyRef("wording", "refuse_other"),),
}
_ANYTHING = (ReplyRef("entry", "red_flags"),)


class StandIn:
    """Keeps what it was given; :data:`SLOW` waits until the gate opens."""

    def __init__(self) -> None:
        """The gate is open."""
        self.heard: list[UserMessage] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, message: UserMessage) -> None:
        self.heard.append(message)
        if message.text == SLOW:
            await self.gate.wait()
        for reference in self._references(message.text):
            content = {"text": "好", "reply": reference.to_json()}
            await message.output_channel.send_response(message.sender_id, content)

    @property
    def texts(self) -> list[str]:
        """What was said, in order."""
        return [message.text for message in self.heard]

    def _references(self, text: str) -> tuple[ReplyRef, ...]:
        if text == ADVERT:
            snapshot = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current
            return (ReplyRef("advert", "verdict", advert_blanks(judge(text, snapshot), text, paid=False)),)
        return _KNOWN.get(text, _ANYTHING)
