"""``reload``: check the new content here, then have the running server swap its snapshot."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from bot.knowledge.store import load_snapshot
from bot.server.serve import pid_file
from bot.settings import Settings


def reload(settings: Settings) -> int:
    """Broken content raises here and the server keeps the old; status 1 when no server runs."""
    snapshot = load_snapshot(settings.path("ZHENGBIAN_DATA_DIR"))
    try:
        process = int(pid_file(settings).read_text(encoding="ascii"))
        if b"bot" not in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0"):
            raise ProcessLookupError(process)
        os.kill(process, signal.SIGHUP)
    except (OSError, ValueError):
        print("没有找到运行中的服务；下次启动时会用新内容。", file=sys.stderr)
        return 1
    print(f"已通知服务换上内容版本 {snapshot.version}。")
    return 0
