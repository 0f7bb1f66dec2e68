"""The official account's channel: ``/webhooks/wechat/webhook``. What is authentic always gets exactly 200."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic import response as http
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import metrics, strict_http, switches
from bot.channels.conversation import OnNewMessage
from bot.channels.in_flight import in_flight
from bot.channels.limits import RateLimit
from bot.channels.retention import Eraser, purge_idle_daily
from bot.channels.wechat import xml
from bot.channels.wechat.api import Api
from bot.channels.wechat.body import read_body
from bot.channels.wechat.envelope import Opened, SkewedClock, check_url, open_request, seal
from bot.channels.wechat.fallback_state import FallbackState
from bot.channels.wechat.identity import kept_key
from bot.channels.wechat.messages import EVENT, UNSUBSCRIBE, Incoming, incoming
from bot.channels.wechat.redis_state import RedisState
from bot.channels.wechat.refusal import Refusal
from bot.channels.wechat.settings import Account, Mode, read_account
from bot.channels.wechat.state import LocalState
from bot.channels.wechat.talk import NAME, Talk
from bot.channels.wechat.turns import Passive, Timing, Turns
from bot.errors import SettingError
from bot.knowledge.store import shared_store
from bot.settings import Settings
from bot.storage.database import service_engine
from bot.storage.erasures import Erasures
from bot.storage.journal import Journal
from bot.storage.shared import shared
from bot.storage.wechat import Followers, LateAnswers

#: The word for „received, no answer": the platform neither asks again nor shows a fault.
SUCCESS = "success"
#: Seconds that the platform is kept waiting for somebody who leaves to be forgotten.
_LEAVE_SECONDS = 4.0
#: Lines a minute about requests that are refused: scanners do find the address.
_LINES = 6
_REFUSED = "refused\n"
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_log = logging.getLogger(__name__)


class AccountError(SettingError, RasaException):
    """A setting that cannot be used, told by ``python -m bot run`` and by Rasa's own commands alike."""


class WechatChannel(InputChannel):
    """Off without an account."""

    def __init__(
        self,
        settings: Settings,
        account: Account | None,
        *,
        timing: Timing = Timing(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.time,
        forget_pause: float = 60.0,
        farewell: Callable[[], float] = strict_http.seconds_left,
    ) -> None:
        """``clock`` is the time that requests are held against; ``forget_pause``: seconds until
        erasing is tried anew; ``farewell``: seconds that are left when the server is told to stop."""
        self._settings, self._clock, self._account = settings, clock, account
        self._lines, self._unsaid = RateLimit(_LINES), 0
        self._state: Any = None
        self._leaving: set[asyncio.Future[None]] = set()
        self._forget_pause, self._farewell = forget_pause, farewell
        if account is None:
            return
        folder = settings.path("ZHENGBIAN_VAR_DIR")
        self._account = account = replace(account, pseudonym_key=account.pseudonym_key or kept_key(folder))
        engine = service_engine(settings)
        switches.connect(engine)
        self.journal, self.followers = Journal(engine), Followers(engine)
        self._eraser = Eraser(Erasures(engine), self.journal)
        self._state = FallbackState(RedisState(account.redis, account.app_id)) if account.redis else LocalState()
        self._api = Api(account.api_base, account.app_id, account.app_secret, self._state)
        self._talk = Talk(shared_store(settings.path("ZHENGBIAN_DATA_DIR")), self.journal)
        self._turns = Turns(
            account,
            self._state,
            self._talk,
            self.followers,
            LateAnswers(engine),
            sender=self._api if account.customer_service else None,
            limit=RateLimit.of(settings, "ZHENGBIAN_MESSAGES_PER_MINUTE"),
            in_flight=in_flight(settings),
            timing=timing,
            shared=shared(settings),
        )

    @classmethod
    def name(cls) -> str:
        """The channel's name in events and metrics."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WechatChannel:
        """The account comes from the environment; nothing secret stands in the file. Raises AccountError."""
        del credentials
        settings = Settings.from_environment()
        try:
            return cls(settings, read_account(settings))
        except SettingError as error:
            raise AccountError(error.name, error.value, error.remedy) from None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The webhook, where there is an account, and a health check that tells nothing."""
        blueprint = Blueprint("zhengbian_wechat", strict_slashes=True)
        blueprint.listener("before_server_start")(self._announce)

        @blueprint.get("/")
        async def health(_: Request) -> HTTPResponse:
            return http.json({"status": "ok"})

        if self._account is None:
            return blueprint
        account = self._account
        blueprint.listener("after_server_start")(self._start)
        # afterwards: until then the platform waits for what runs, or asks another server for it
        blueprint.listener("after_server_stop")(self._stop)

        @blueprint.get("/webhook")
        async def check(request: Request) -> HTTPResponse:
            try:
                return _text(check_url(account, _arguments(request), self._clock()))
            except Refusal as refusal:
                return self._refused(refusal)

        @blueprint.post("/webhook", stream=True)
        async def receive(request: Request) -> HTTPResponse:
            arrived = time.monotonic()
            try:
                body = await read_body(request)
                opened = open_request(account, _arguments(request), body, self._clock())
                if await self._is_replay(opened):
                    raise Refusal("replay")
            except Refusal as refusal:
                return self._refused(refusal)
            return await self._answered(request, account, opened, arrived, on_new_message)

        return blueprint

    async def _answered(
        self, request: Request, account: Account, opened: Opened, arrived: float, on_new_message: OnNewMessage
    ) -> HTTPResponse:
        try:
            message = incoming(opened.message, account.original_id)
        except Refusal as refusal:
            self._note("wechat_unreadable", refusal)
            return _text(SUCCESS)
        try:
            passive = await self._reply(request, message, arrived, on_new_message)
        except Exception as error:  # the edge: whatever breaks, a person is told, and never the platform's fault notice
            _log.error("wechat_request_failed error=%s", type(error).__name__)
            passive = Passive(self._talk.instead(message, "refuse_failed"), int(time.time()))
        if passive is None:
            return _text(SUCCESS)
        reply = xml.text_reply(message.openid, message.account, passive.created, passive.text)
        return _text(seal(reply, account, opened, self._clock()), "text/xml; charset=utf-8")

    async def _reply(
        self, request: Request, message: Incoming, arrived: float, on_new_message: OnNewMessage
    ) -> Passive | None:
        if message.kind == EVENT and message.event == UNSUBSCRIBE:
            if await self._turns.is_new(message):
                # in a task of its own: whoever leaves is forgotten even if the platform does not wait for it
                leaving = asyncio.ensure_future(self._forget(request.app, message.openid))
                self._leaving.add(leaving)
                leaving.add_done_callback(self._leaving.discard)
                await asyncio.wait({leaving}, timeout=_LEAVE_SECONDS)
            return None
        if not self._talk.is_answered(message):
            return None
        return await self._turns.reply(message, arrived, on_new_message)

    async def _forget(self, app: Any, openid: str) -> None:
        """Tried until it is noted who left; what then fails is the eraser's to repeat."""
        while True:
            try:
                erasure = await self._turns.stop(openid)
                break
            except Exception as error:  # the edge: the database does not take the note now
                _log.error("wechat_forget_failed error=%s", type(error).__name__)
                await asyncio.sleep(self._forget_pause)
        await self._eraser.erase(getattr(app.ctx, "agent", None), erasure)

    async def _is_replay(self, opened: Opened) -> bool:
        return bool(await self._state.is_replay(opened.ticket, opened.digest))

    def _refused(self, refusal: Refusal) -> HTTPResponse:
        metrics.rejected.labels("wechat_refused").inc()
        if isinstance(refusal, SkewedClock):
            self._note("wechat_clock_skew", refusal, f" seconds={refusal.seconds}")
        else:
            self._note("wechat_refused", refusal)
        return _text(_REFUSED, status=refusal.status)

    def _note(self, event: str, refusal: Refusal, more: str = "") -> None:
        """A line about a request, without anything out of it, and not too many of them."""
        if self._lines.wait("all"):
            self._unsaid += 1
            return
        unsaid, self._unsaid = self._unsaid, 0
        _log.warning("%s errcode=%d reason=%s unsaid=%d%s", event, refusal.code, refusal.reason, unsaid, more)

    def _announce(self, *_: Any) -> None:
        if self._account is None:
            print("微信公众号没有开：WECHAT_TOKEN、WECHAT_APP_ID、WECHAT_ENCODING_AES_KEY 都空着。", flush=True)
        elif self._account.mode is Mode.PLAIN:
            print("注意：微信公众号用的是明文模式，谁截到一个请求地址都能冒充微信；请尽快换成安全模式。", flush=True)

    async def _start(self, app: Any, _: Any) -> None:
        app.add_task(purge_idle_daily(app, self.followers, self._eraser, self._settings), name="purge_wechat")

    async def _stop(self, *_: Any) -> None:
        until = time.monotonic() + self._farewell()
        await self._turns.finish(until - time.monotonic())
        if leaving := set(self._leaving):
            await asyncio.wait(leaving, timeout=max(0.0, min(_LEAVE_SECONDS, until - time.monotonic())))
        for left in tuple(self._leaving):
            left.cancel()
        await self._api.close()
        await self._state.close()


def _arguments(request: Request) -> dict[str, list[str]]:
    # blank values must be seen: „signature=x&signature=" is two
    return dict(request.get_args(keep_blank_values=True))


def _text(body: str, content_type: str = "text/plain; charset=utf-8", status: int = 200) -> HTTPResponse:
    return http.text(body, status=status, headers=_HEADERS, content_type=content_type)
