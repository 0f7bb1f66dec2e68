"""The same questions to both sides, and what only ours has: long conversations, the desk, WeChat, the advert check."""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from secrets import token_hex, token_urlsafe

import httpx

from bot.settings import PROJECT, Settings
from tests.bench import load
from tests.bench.load import Request
from tests.bench.questions import PER_CONVERSATION, conversations, different, repeating
from tests.bench.server import Running

_JSON = ("Content-Type", "application/json")
#: Share of the different questions that are asked one at a time; the rest is asked eight at once.
_SINGLE, _REPEATS = 200, 800
Figures = dict[str, float]


def web(port: int, texts: Sequence[str], at_once: int) -> list[Request]:
    """The web channel's path; its sessions are opened beforehand."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        count = len(texts) // PER_CONVERSATION + at_once * 2 + 1
        tokens = [client.post("/chat/api/session", json={}).json()["token"] for _ in range(count)]
    return [
        Request(
            "/chat/api/messages",
            json.dumps({"cid": token_hex(8), "text": text}),
            (_JSON, ("Authorization", f"Bearer {token}")),
        )
        for token, text in conversations(texts, tokens, at_once)
    ]


def rest(_: int, texts: Sequence[str], at_once: int) -> list[Request]:
    """Rasa's REST channel."""
    senders = [token_hex(12) for _ in range(len(texts) // PER_CONVERSATION + at_once * 2 + 1)]
    return [
        Request("/webhooks/rest/webhook", json.dumps({"sender": sender, "message": text}))
        for sender, text in conversations(texts, senders, at_once)
    ]


def alike(server: Running, is_ours: bool, seed: int) -> Figures:
    """What both sides are measured by. The caches of a fresh server are empty: every different question is new."""
    prepare, texts, port = (web if is_ours else rest), different(), server.port
    (first,) = prepare(port, texts[:1], 1)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        began = time.monotonic()
        client.post(first.path, content=first.body, headers=dict(first.headers)).raise_for_status()
        figures = {"start": time.monotonic() - server.started, "first": (time.monotonic() - began) * 1000}
    single = load.run(port, prepare(port, texts[1 : _SINGLE + 1], 1), 1)
    busy, several = server.processor, load.run(port, prepare(port, texts[_SINGLE + 1 :], 8), 8)
    figures["processor"] = (server.processor - busy) / max(len(texts) - _SINGLE - 1, 1) * 1000
    again_single = load.run(port, prepare(port, repeating(_SINGLE, seed), 1), 1)
    again = load.run(port, prepare(port, repeating(_REPEATS, seed + 100), 8), 8)
    return figures | {
        "different_rate": several.rate,
        "different_p99": several.p99,
        "different_p50": single.p50,
        "repeating_rate": again.rate,
        "repeating_p99": again.p99,
        "repeating_p50": again_single.p50,
        "failed": float(single.failed + several.failed + again_single.failed + again.failed),
        "resident": server.resident,
    }


def long_conversations(server: Running, count: int = 20, turns: int = 200) -> Figures:
    """The dearest of turns 2–200 by its median over the conversations, against turn 2."""
    asked = ("专项职业能力证书是什么", "这个给谁考的", "怎么考", "那在哪查呢")
    spent: list[list[float]] = [[] for _ in range(turns)]
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
        for _ in range(count):
            headers = {"Authorization": f"Bearer {client.post('/chat/api/session', json={}).json()['token']}"}
            for turn in range(turns):
                body = {"cid": token_hex(8), "text": asked[turn % len(asked)]}
                began = time.perf_counter()
                answer = client.post("/chat/api/messages", json=body, headers=headers).json()
                spent[turn].append((time.perf_counter() - began) * 1000)
                if turn == 41:
                    assert answer["messages"][1]["entry"] == "special_ability_who", "turn 42 has lost its topic"
    medians = [statistics.median(row) for row in spent]
    return {"turn_2": medians[1], "dearest_turn": max(medians[1:])}


def desk(server: Running, folder: Path) -> Figures:
    """The desk's interface with a key: one at a time; then four at once beside five citizens' messages a second."""
    environment = os.environ | {"ZHENGBIAN_VAR_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "key", "add", "bench"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    headers = (_JSON, ("Authorization", f"Bearer {done.stdout.split()[0]}"))
    requests = [
        Request("/desk/api/assist", json.dumps({"text": text}), headers) for text in repeating(600, 7) if len(text) > 1
    ]
    single = load.run(server.port, requests[:200], 1)
    with _citizens(server.port):
        several = load.run(server.port, requests[200:], 4)
    return {"desk_p50": single.p50, "desk_p99": several.p99, "desk_failed": float(single.failed + several.failed)}


class _citizens:  # noqa: N801 - reads as a block
    """Five messages a second in the background."""

    def __init__(self, port: int) -> None:
        self._requests, self._stop = web(port, repeating(300, 9), 1), threading.Event()
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        for request in self._requests:
            if self._stop.wait(0.2):
                return
            self._client.post(request.path, content=request.body, headers=dict(request.headers))

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._client.close()


def wechat(server: Running) -> Figures:
    """WeChat's webhook in the clear: one at a time and eight at once, every follower and question new."""
    requests = list(_wechat_requests(different()[:600]))
    single, several = load.run(server.port, requests[:150], 1), load.run(server.port, requests[150:], 8)
    return {"wechat_p50": single.p50, "wechat_p99": several.p99, "wechat_rate": several.rate}


def _wechat_requests(texts: Sequence[str]) -> Iterator[Request]:
    for text in texts:
        stamp, nonce = str(int(time.time())), token_urlsafe(8)
        signature = hashlib.sha1("".join(sorted(("bench", stamp, nonce))).encode()).hexdigest()
        body = (
            f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[o{token_hex(8)}]]></FromUserName>"
            f"<CreateTime>{stamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
            f"<MsgId>{int(token_hex(7), 16)}</MsgId></xml>"
        )
        path = f"/webhooks/wechat/webhook?signature={signature}&timestamp={stamp}&nonce={nonce}"
        yield Request(path, body, (("Content-Type", "text/xml"),))


def advert_check() -> Figures:
    """The advert check on texts made to hurt: long, emoji, nearly matching everything."""
    from bot.dialogue.advert import judge
    from bot.knowledge.store import shared_store

    snapshot = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current
    plain = "包过保过三天拿证交钱办证挂靠月入过万" * 106
    texts = [plain, "😀" * 1000, "包.过 " * 500, "a" * 2000, "(" * 2000, "交" * 2000]
    judge(plain, snapshot)
    spent = []
    for text in texts:
        began = time.perf_counter()
        judge(text[:2000], snapshot)
        spent.append((time.perf_counter() - began) * 1000)
    return {"advert_2000": spent[0], "advert_hostile": max(spent)}
