"""The platform at work: pushes, cuts at five seconds, repeats twice, judges, and has followers who chat."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import ApiHost
from tests.wechat_platform.pushes import Push, Pusher
from tests.wechat_platform.verdict import FAULT, Verdict, judge
from tests.wechat_platform.wire import Response, request

#: Seconds after which WeChat closes the connection, and how often it sends a push.
CUT, SENDS = 5.0, 3


@dataclass(frozen=True)
class Delivery:
    """One push with all its sends; ``verdict`` is what the follower gets of it."""

    responses: list[Response]
    verdict: Verdict

    @property
    def text(self) -> str:
        """What the follower reads: the reply, the fault notice, or ''."""
        if self.verdict.fault:
            return FAULT
        return self.verdict.reply.text if self.verdict.reply else ""

    @property
    def sends(self) -> int:
        return len(self.responses)


@dataclass
class Platform:
    """Serves one account whose server listens on ``port``. ``cut`` may be shortened together with our deadlines."""

    account: Account
    port: int
    cut: float = CUT
    api: ApiHost | None = None
    pusher: Pusher = field(init=False)

    def __post_init__(self) -> None:
        self.pusher = Pusher(self.account)

    def follower(self, name: str = "") -> Follower:
        """Somebody who follows the account; a random openid like WeChat's unless named."""
        return Follower(self, name or f"o{secrets.token_urlsafe(20)[:27]}")

    async def send_once(self, push: Push, cut: float = 0.0) -> Response:
        """One send of a push, on a connection of its own."""
        return await request(self.port, "POST", push.target, push.body, cut=cut or self.cut)

    async def deliver(self, push: Push, key: str = "") -> Delivery:
        """Send until something comes within the time, three times at most."""
        responses: list[Response] = []
        verdict = Verdict(fault="three sends without an answer in time")
        while len(responses) < SENDS:
            responses.append(await self.send_once(push))
            if responses[-1].status:
                verdict = judge(responses[-1], self.account, push.query["openid"], push.query["nonce"], key)
                break
        return Delivery(responses, verdict)

    async def check_url(self, echostr: str, **changes: str | None) -> Response:
        """The GET with which the platform verifies the server's address."""
        query = self.pusher.query()
        kept = {name: query[name] for name in ("signature", "timestamp", "nonce")} | {"echostr": echostr}
        return await request(self.port, "GET", Push({}, b"").with_query(**kept | changes).target)


class Follower:
    """Chats with the account; every verb returns what the follower reads."""

    def __init__(self, platform: Platform, openid: str) -> None:
        self.platform, self.openid = platform, openid

    async def says(self, text: str, **fields: str) -> str:
        """Type a text."""
        return await self.reads("text", Content=text, **fields)

    async def clicks(self, key: str) -> str:
        """Press a key of the account's menu."""
        return await self.reads("event", Event="CLICK", EventKey=key)

    async def subscribes(self, scene: str = "") -> str:
        """Follow the account, by a QR code with a scene or without."""
        if not scene:
            return await self.reads("event", Event="subscribe", EventKey="")
        return await self.reads("event", Event="subscribe", EventKey=f"qrscene_{scene}", Ticket="gQH47joAAAAAAAAAASxo")

    async def scans(self, scene: str) -> str:
        """Scan a QR code as one who follows already."""
        return await self.reads("event", Event="SCAN", EventKey=scene, Ticket="gQH47joAAAAAAAAAASxo")

    async def unsubscribes(self) -> str:
        """Leave."""
        return await self.reads("event", Event="unsubscribe", EventKey="")

    async def picks(self, title: str) -> str:
        """Tap a click-to-send link: WeChat sends its title as an ordinary text with the link's id."""
        return await self.says(title, bizmsgmenuid="1")

    async def reads(self, kind: str, **fields: str) -> str:
        """Send any message or event; what is read is the reply, the fault notice, or ''."""
        return (await self.sends(kind, **fields)).text

    async def sends(self, kind: str, **fields: str) -> Delivery:
        """The same, with all that happened on the wire."""
        return await self.platform.deliver(self.push(kind, **fields))

    def push(self, kind: str, **fields: str) -> Push:
        """The push of a message, not sent yet; allows the account its replies by custom/send."""
        if self.platform.api:
            self.platform.api.allow(self.openid, after_event=kind == "event")
        return self.platform.pusher.push(self.platform.pusher.fields(self.openid, kind, **fields))
