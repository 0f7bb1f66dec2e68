"""Start Rasa's server with our channels and in-process actions."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from bot.errors import SettingError
from bot.server import environment, quiet
from bot.settings import Settings


def serve(settings: Settings, model: str) -> None:
    """Serve until stopped; SIGHUP reloads the content.

    Raises:
        SettingError: several workers with in-process locks.
    """
    environment.prepare()
    if int(os.environ.get("SANIC_WORKERS") or 1) > 1:
        raise SettingError("SANIC_WORKERS", os.environ["SANIC_WORKERS"], "一个进程只能一个工作者；要扩展请起多个进程")
    quiet.import_sanic_quietly()
    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints

    quiet.configure_logging()
    from bot import patches
    from bot.server.actions import InProcessActions

    patches.apply()
    endpoints = AvailableEndpoints.read_endpoints(settings.text("ZHENGBIAN_ENDPOINTS"))
    endpoints.action = InProcessActions()
    signal.signal(signal.SIGHUP, lambda *_: _reload(settings))
    rasa.core.run.serve_application(
        model,
        credentials=settings.text("ZHENGBIAN_CREDENTIALS"),
        endpoints=endpoints,
        enable_api=False,
        interface=settings.text("HOST"),
        port=settings.number("PORT", 1),
        cors=[],
        server_listeners=[(lambda *_: _announce(settings), "after_server_start")],
    )


def _announce(settings: Settings) -> None:
    address = f"http://{settings.text('HOST')}:{settings.text('PORT')}/chat"
    print(f"证辨已启动：{address}　（按 Ctrl+C 停止）", flush=True)
    folder = settings.path("ZHENGBIAN_VAR_DIR")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "server.pid").write_text(str(os.getpid()), encoding="ascii")


def _reload(settings: Settings) -> None:
    from bot.errors import ContentError
    from bot.knowledge.store import shared_store

    store: Any = shared_store(settings.path("ZHENGBIAN_DATA_DIR"))
    try:
        print(f"内容已更新：版本 {store.reload().version}", flush=True)
    except ContentError as error:
        print(f"内容有错，继续用原来的版本 {store.current.version}：\n{error}", file=sys.stderr, flush=True)
