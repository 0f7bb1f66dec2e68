"""Rasa's own Chinese pipeline on the same phrasings: what ours is measured against."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import PROJECT, Settings

if TYPE_CHECKING:
    from bot.cli.evaluate import Asked

CONFIG = PROJECT / "tests" / "bench" / "stock" / "config.yml"
_FALLBACK, _OUT_OF_SCOPE = "nlu_fallback", "oos_"


def evaluate_stock(settings: Settings, questions: Sequence[Asked]) -> dict[str, Any]:
    """Train the stock pipeline where that is needed and ask it every held-out question.

    The pipeline only classifies: an intent above its fallback counts as answered.
    """
    model, seconds = _trained(settings)
    parsed = asyncio.run(_parse_all(model, [asked.text for asked in questions]))
    inside, outside, right, wrong, refused, answered = 0, 0, 0, 0, 0, 0
    for asked, intent in zip(questions, parsed):
        silent = intent == _FALLBACK or intent.startswith(_OUT_OF_SCOPE)
        if asked.in_scope:
            inside += 1
            right += intent in asked.accepted
            refused += silent and intent not in asked.accepted
            wrong += not silent and intent not in asked.accepted
        else:
            outside += 1
            answered += not silent
    return {
        "in_scope": inside,
        "out_of_scope": outside,
        "right": round(right / inside, 3),
        "wrong": round(wrong / inside, 3),
        "refused": round(refused / inside, 3),
        "out_of_scope_answered": round(answered / outside, 3),
        "note": f"The stock pipeline is tests/bench/stock/config.yml, trained in {seconds:.0f} s on this machine; "
        "it classifies only, so an intent above its fallback counts as an answer.",
    }


def _trained(settings: Settings) -> tuple[Path, float]:
    data = settings.path("ZHENGBIAN_DATA_DIR")
    digest = hashlib.sha256(CONFIG.read_bytes())
    for path in sorted((data / "nlu").rglob("*.yml")):
        digest.update(path.read_bytes())
    folder = settings.path("ZHENGBIAN_VAR_DIR") / "stock" / digest.hexdigest()[:12]
    model, stamp = folder / "stock.tar.gz", folder / "seconds"
    if not (model.is_file() and stamp.is_file()):
        folder.mkdir(parents=True, exist_ok=True)
        print("正在训练 Rasa 自带的流水线来对照，要十几分钟…", flush=True)
        command = [str(Path(sys.executable).with_name("rasa")), "train", "nlu", "-c", str(CONFIG), "--nlu"]
        command += [str(data / "nlu"), "--out", str(folder), "--fixed-model-name", "stock"]
        began = time.monotonic()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_INTRA")}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stamp.write_text(str(time.monotonic() - began), encoding="ascii")
    return model, float(stamp.read_text(encoding="ascii"))


async def _parse_all(model: Path, texts: Sequence[str]) -> list[str]:
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    return [str((await agent.parse_message(text))["intent"]["name"]) for text in texts]
