"""Calls of the platform's API: the token, messages outside a reply, the menu. Never logs a token, secret or openid."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from bot.channels.wechat.state import State

#: Seconds that a call may take, and before a token's end at which a new one is fetched.
_CALL_SECONDS, _RENEW_SECONDS = 10, 300
#: The token is wrong or over: fetch once, try once more.
TOKEN_ERRORS = (40001, 40014, 42001)
#: Ours, for answers that are none: no answer in time, something that is no answer.
NO_ANSWER = -1
_log = logging.getLogger(__name__)


class Api:
    """One account's calls. Numbers are the platform's ``errcode``: 0 is success."""

    def __init__(
        self, base: str, app_id: str, secret: str, state: State, clock: Callable[[], float] = time.time
    ) -> None:
        """``state`` keeps the token that all servers share. Nothing is opened yet."""
        self._base, self._app_id, self._secret = base, app_id, secret
        self._state, self._clock = state, clock
        self._session: aiohttp.ClientSession | None = None
        #: Why the last token could not be had; 0 for one that could.
        self.token_error = 0

    async def send_text(self, openid: str, text: str) -> int:
        """Send a text to somebody who wrote within the last 48 hours."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        return await self._with_token("/cgi-bin/message/custom/send", body, "wechat_send")

    async def create_menu(self, menu: dict[str, Any]) -> int:
        """Replace the custom menu."""
        return await self._with_token("/cgi-bin/menu/create", menu, "wechat_menu")

    async def token(self, failed: str = "") -> str:
        """A token, '' where none can be had; ``failed`` is one that the platform has just refused.

        Whoever comes while another fetches gets what the other has fetched.
        """
        try:
            async with self._state.token_lock():
                token, until = await self._state.token()
                if token and token != failed and self._clock() < until - _RENEW_SECONDS:
                    return token
                return await self._fetch_token()
        except Exception as error:  # the edge: the shared state is away
            self.token_error = NO_ANSWER
            _log.error("wechat_token_failed error=%s", type(error).__name__)
            return ""

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _fetch_token(self) -> str:
        # the plain kind of token would make the one before it worthless; a forced refresh is rationed
        body = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
        answer = await self._post("/cgi-bin/stable_token", body | {"force_refresh": False}, {})
        token = answer.get("access_token")
        self.token_error = 0
        if not isinstance(token, str) or not token:
            self.token_error = _number(answer) or NO_ANSWER
            _log.error("wechat_token_failed errcode=%s", self.token_error)
            await self._state.keep_token("", 0.0)
            return ""
        seconds = answer.get("expires_in")
        await self._state.keep_token(token, self._clock() + (seconds if isinstance(seconds, int) else 0))
        return token

    async def _with_token(self, path: str, body: dict[str, Any], event: str) -> int:
        token, number = "", NO_ANSWER
        for _ in range(2):
            token = await self.token(failed=token)
            if not token:
                return self.token_error or NO_ANSWER
            number = _number(await self._post(path, body, {"access_token": token}))
            if number not in TOKEN_ERRORS:
                break
        if number:
            _log.error("%s_failed errcode=%s", event, number)
        return number

    async def _post(self, path: str, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        # raw UTF-8: escapes would be shown to people as they are
        data = json.dumps(body, ensure_ascii=False).encode("utf-8")
        try:
            async with self._opened().post(self._base + path, params=query, data=data) as response:
                answer = json.loads(await response.read())
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, OSError):
            return {"errcode": NO_ANSWER}  # the exception's words may hold the token
        return answer if isinstance(answer, dict) else {"errcode": NO_ANSWER}

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_CALL_SECONDS),
                headers={"Content-Type": "application/json; charset=utf-8"},
            )
        return self._session


def _number(answer: dict[str, Any]) -> int:
    number = answer.get("errcode", 0)
    return number if isinstance(number, int) else NO_ANSWER
