"""From an openid to the pseudonym under which Rasa, the stores and the journal know a follower."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

_FILE = "wechat_pseudonym.key"


def pseudonym(openid: str, key: str) -> str:
    """Always the same for one follower, and no way back without the key."""
    return "wx_" + hmac.new(key.encode(), openid.encode(), hashlib.sha256).hexdigest()[:32]


def kept_key(folder: Path) -> str:
    """The key of this installation, made once and readable by its owner only."""
    path = folder / _FILE
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
