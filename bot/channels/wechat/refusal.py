"""The one way in which the protocol says no: what is not proven to come from WeChat is refused."""

from __future__ import annotations

from bot.errors import ZhengbianError

#: Tencent's own error numbers, for those who read the log beside its documentation.
SIGNATURE, XML, KEY, APP_ID, DECRYPT, BUFFER = -40001, -40002, -40004, -40005, -40007, -40008


class Refusal(ZhengbianError):  # noqa: N818 - a word for an expected outcome
    """A request that is not answered: HTTP status, Tencent's error number and a word for the log.

    ``reason`` is one of our own words, never anything out of the request.
    """

    def __init__(self, reason: str, code: int = SIGNATURE, status: int = 403) -> None:
        self.reason, self.code, self.status = reason, code, status
        super().__init__(f"{status} {code} {reason}")
