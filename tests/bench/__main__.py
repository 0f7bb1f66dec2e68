"""``make bench``: our server and stock Rasa in turn on this machine, written to docs/performance.md.

``BENCH_STOCK=0`` leaves stock out and shows its last figures, marked as such; ``BENCH_RUNS`` (3) and
``BENCH_STOCK_EPOCHS`` (1: an epoch takes minutes) set how thorough it is. Stock's model is kept in ``.cache/bench/``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from bot.settings import PROJECT, Settings
from tests.bench import load, page, report, server, sides, wechat
from tests.bench.load import Request

REPORT = PROJECT / "docs" / "performance.md"
CACHE = PROJECT / ".cache" / "bench"
KEPT = CACHE / "figures.json"


def cold_training(folder: Path) -> dict[str, float]:
    """Ours from nothing: no model, no cache."""
    environment = {"ZHENGBIAN_MODELS_DIR": str(folder / "models"), "RASA_CACHE_DIRECTORY": str(folder / "cache")}
    wall, memory, processor = server.timed([sys.executable, "-m", "bot", "train", "--force"], environment)
    return {"training": wall, "training_memory": memory, "training_processor": processor}


def stock_model(epochs: int) -> tuple[Path, dict[str, float]]:
    """Stock's model for today's phrasings and rules, trained where it is not there yet, and what training took."""
    data = Settings.from_environment().path("ZHENGBIAN_DATA_DIR")
    config = yaml.safe_load((PROJECT / "tests" / "bench" / "stock" / "config.yml").read_text(encoding="utf-8"))
    for row in config["pipeline"]:
        if row["name"] == "DIETClassifier":
            row["epochs"] = epochs
    digest = hashlib.sha256(json.dumps(config).encode())
    for path in [
        PROJECT / "domain.yml",
        *sorted((data / "nlu").rglob("*.yml")),
        *sorted((data / "stories").rglob("*")),
    ]:
        digest.update(path.read_bytes())
    folder = CACHE / digest.hexdigest()[:12]
    model, took = folder / "stock.tar.gz", folder / "took.json"
    if not (model.is_file() and took.is_file()):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "-c", str(folder / "config.yml")]
        command += ["-d", str(PROJECT / "domain.yml"), "--data", str(data / "nlu"), str(data / "stories")]
        command += ["--out", str(folder), "--fixed-model-name", "stock"]
        environment = {**server.QUIET, "RASA_CACHE_DIRECTORY": str(folder / "cache")}
        wall, memory, processor = server.timed(command, environment)
        figures = {"training": wall, "training_memory": memory, "training_processor": processor}
        took.write_text(json.dumps(figures), encoding="utf-8")
    return model, json.loads(took.read_text(encoding="utf-8"))


def measure(folder: Path, runs: int, with_stock: bool, epochs: int) -> dict[str, Any]:
    """All of it; the newest figures of stock are kept for runs without it."""
    before = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    when = dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    kept: dict[str, Any] = {"when": when, "load": f"{os.getloadavg()[0]:.1f}", "ours": [], "single": {}}
    for name in ("stock", "stock_when", "epochs"):
        if name in before:
            kept[name] = before[name]
    _say("冷训练")
    training = cold_training(folder)
    if with_stock:
        _say("训练 Rasa 自带的流水线（已经训练过就不再训练）")
        model, took = stock_model(epochs)
        kept |= {"stock": [], "stock_when": when, "epochs": epochs}
    for number in range(runs):
        _say(f"第 {number + 1} 轮：证辨")
        with server.ours(folder / f"ours{number}", folder / "models") as running:
            kept["ours"].append(sides.alike(running, True, number) | training)
            if number == 0:
                _say("长对话、坐席台、微信")
                kept["single"] |= sides.wechat(running) | sides.desk(running, folder / f"ours{number}")
                kept["single"] |= sides.long_conversations(running)
        if with_stock:
            _say(f"第 {number + 1} 轮：Rasa 自带的流水线")
            with server.stock(folder / f"stock{number}", model) as running:
                kept["stock"].append(sides.alike(running, False, number) | took)
    with server.echo(folder / "echo") as running:
        echo = load.run(running.port, [Request("/", '{"text": "证书在哪查"}')] * 20_000, 8)
        kept["single"]["echo_rate"] = echo.rate
    kept["single"] |= sides.advert_check()
    _say("微信五十人同时、手机慢网打开网页")
    kept["surfaces"] = wechat.measure(folder) | page.page_load()
    return kept


def main() -> None:
    """Measure, keep, print, write the report."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        kept = measure(
            Path(name),
            int(os.environ.get("BENCH_RUNS") or 3),
            os.environ.get("BENCH_STOCK") != "0",
            int(os.environ.get("BENCH_STOCK_EPOCHS") or 1),
        )
    CACHE.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    text = report.write(kept)
    REPORT.write_text(text, encoding="utf-8")
    print(text)
    _say(f"一共用了 {time.monotonic() - began:.0f} 秒")


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
