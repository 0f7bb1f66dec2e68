"""The official account that the platform keeps: what its owner typed into both forms, WeChat's and ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

#: Under which the service hides openids.
PSEUDONYM_KEY = "pseud0nymKeyOfTheTests"


def made_up_key(name: str) -> str:
    """An EncodingAESKey of 43 characters, the same for the same name."""
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode("ascii")[:43]


@dataclass(frozen=True)
class Account:
    """``key`` is the EncodingAESKey that the platform encrypts with; ours may know a newer and an older one."""

    mode: str = "safe"
    token: str = "zhengbianTest"
    app_id: str = "wx5f1c0a8e7b3d9246"
    original_id: str = "gh_7a3b9c1d5e2f"
    key: str = made_up_key("current")
    secret: str = "5ecre7f0r7e575on1y5ecre7f0r7e575"
    customer_service: bool = False

    @property
    def encrypts(self) -> bool:
        return self.mode != "plain"

    def pseudonym(self, openid: str) -> str:
        """How the service calls a follower wherever it keeps something."""
        return "wx_" + hmac.new(PSEUDONYM_KEY.encode(), openid.encode(), hashlib.sha256).hexdigest()[:32]

    def environment(self, api_base: str = "", previous_key: str = "") -> dict[str, str]:
        """The service's settings for this account."""
        return {
            "WECHAT_MODE": self.mode,
            "WECHAT_TOKEN": self.token,
            "WECHAT_APP_ID": self.app_id,
            "WECHAT_ORIGINAL_ID": self.original_id,
            "WECHAT_ENCODING_AES_KEY": self.key,
            "WECHAT_ENCODING_AES_KEY_PREVIOUS": previous_key,
            "WECHAT_APP_SECRET": self.secret,
            "WECHAT_CUSTOMER_SERVICE": "on" if self.customer_service else "off",
            "WECHAT_PSEUDONYM_KEY": PSEUDONYM_KEY,
            "WECHAT_API_BASE": api_base or "http://127.0.0.1:9",
        }
