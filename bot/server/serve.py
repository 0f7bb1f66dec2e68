"""Start Rasa's server with our channels and in-process actions."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from bot.errors import SettingError
from bot.server import environment, garbage, logs, quiet, without_tensorflow
from bot.settings import Settings
from bot.storage.database import service_engine
from bot.storage.staff import SUPERVISOR, Staff

_log = logging.getLogger(__name__)


def serve(settings: Settings, model: str) -> None:
    """Serve until stopped; SIGHUP reloads the content.

    Raises:
        SettingError: several workers with in-process locks.
    """
    environment.prepare()
    garbage.pause()
    if int(os.environ.get("SANIC_WORKERS") or 1) > 1:
        raise SettingError("SANIC_WORKERS", os.environ["SANIC_WORKERS"], "一个进程只能一个工作者；要扩展请起多个进程")
    without_tensorflow.leave_out(settings)
    quiet.import_sanic_quietly()
    import rasa.core.run
    import rasa.server
    from rasa.core.utils import AvailableEndpoints

    quiet.configure_logging()
    lines = logs.install()
    from bot import patches
    from bot.channels import strict_http
    from bot.server.actions import InProcessActions
    from bot.server.warm_up import warm_up

    _check_port(settings)
    patches.apply()
    endpoints = AvailableEndpoints.read_endpoints(settings.text("ZHENGBIAN_ENDPOINTS"))
    _check_stores(endpoints)
    warn_of_halves(settings)
    endpoints.action = InProcessActions()
    rasa.server.add_root_route = _nothing  # it tells Rasa's version; ours leads to the page
    # in a thread: reading the content takes seconds in which people wait for answers
    signal.signal(signal.SIGHUP, lambda *_: threading.Thread(target=_reload, args=(settings,)).start())
    rasa.core.run.serve_application(
        model,
        credentials=settings.text("ZHENGBIAN_CREDENTIALS"),
        endpoints=endpoints,
        enable_api=False,
        interface=settings.text("HOST"),
        port=settings.number("PORT", 1),
        cors=[],
        server_listeners=[
            (lambda *_: _announce(settings, lines), "after_server_start"),
            (lambda app, *_: warm_up(getattr(app.ctx, "agent", None)), "after_server_start"),
            (lambda *_: garbage.settle(), "after_server_start"),
            (strict_http.stop, "before_server_stop"),
            (lambda *_: pid_file(settings).unlink(missing_ok=True), "after_server_stop"),
        ],
    )


def _nothing(*_: Any) -> None:
    """Stands where a function of Rasa's is not wanted."""


def _check_stores(endpoints: Any) -> None:
    """Rasa's own stores are not safe here: its locks are not atomic, its SQL store ends the process on some texts."""
    for name, store in (("tracker_store", endpoints.tracker_store), ("lock_store", endpoints.lock_store)):
        kind = str(getattr(store, "type", None) or "")
        if not kind.startswith("bot.storage."):
            raise SettingError(
                "ZHENGBIAN_ENDPOINTS", kind, f"{name} 的 type 要用 bot.storage 里的，见 deploy/endpoints.production.yml"
            )


def warn_of_halves(settings: Settings) -> None:
    """Servers that share a Redis and no database answer each message once, and forget a person who changes servers."""
    if settings.text("ZHENGBIAN_REDIS") and not settings.text("ZHENGBIAN_DATABASE"):
        _log.warning(
            "database_not_shared 设了 ZHENGBIAN_REDIS，却没有设 ZHENGBIAN_DATABASE："
            "会话、没说完的答案和统计还是每台服务器各存各的，群众换到另一台就接不上。"
            "几台一起用，请都填同一个 PostgreSQL；只有一台，请去掉 ZHENGBIAN_REDIS"
        )


def _check_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.text("HOST"), settings.number("PORT", 1)))
        except OSError as error:
            raise SettingError(
                "PORT", settings.text("PORT"), "这个地址用不了，可能已经有程序占着；换一个端口再试"
            ) from error


def _announce(settings: Settings, lines: logs.EventFormatter) -> None:
    logs.install(lines).serving = True
    address = f"http://{settings.text('HOST')}:{settings.text('PORT')}/chat"
    print(f"证辨已启动：{address}　（按 Ctrl+C 停止）", flush=True)
    if not any(person.role == SUPERVISOR for person in Staff(service_engine(settings)).all()):
        print(
            "坐席台（/desk）还没有值班长，先建一个：.venv/bin/python -m bot staff add 名字 --role supervisor",
            flush=True,
        )
    pid_file(settings).parent.mkdir(parents=True, exist_ok=True)
    pid_file(settings).write_text(str(os.getpid()), encoding="ascii")


def pid_file(settings: Settings) -> Path:
    """Where the running server leaves its process id, for ``reload``."""
    return settings.path("ZHENGBIAN_VAR_DIR") / "server.pid"


def _reload(settings: Settings) -> None:
    from bot.errors import ContentError
    from bot.knowledge.store import shared_store

    store: Any = shared_store(settings.path("ZHENGBIAN_DATA_DIR"))
    try:
        print(f"内容已更新：版本 {store.reload().version}", flush=True)
        garbage.settle()
    except ContentError as error:
        print(f"内容有错，继续用原来的版本 {store.current.version}：\n{error}", file=sys.stderr, flush=True)
