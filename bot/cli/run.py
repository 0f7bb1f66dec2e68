"""``run`` and ``train``: check the content, train when the model is stale, serve."""

from __future__ import annotations

import subprocess
import sys
import time

from bot.channels.wechat.settings import read_account
from bot.errors import SettingError
from bot.knowledge.store import shared_store
from bot.server.model import ModelFile, train, training_fingerprint
from bot.server.serve import serve
from bot.settings import Settings


def run(settings: Settings) -> int:
    """Serve; training happens in a process of its own, so that its memory is given back."""
    read_account(settings)  # what cannot be right is told at once, not after the model
    shared_store(settings.path("ZHENGBIAN_DATA_DIR"))
    model = ModelFile.of(settings)
    if not model.is_current(training_fingerprint(settings)):
        if not settings.is_on("ZHENGBIAN_TRAIN"):
            raise SettingError("ZHENGBIAN_TRAIN", "off", f"{model.path} 缺失、损坏或不是用现在的资料训练的，不启动")
        done = subprocess.run([sys.executable, "-m", "bot", "train"], check=False)
        if done.returncode:
            return done.returncode
    print("正在启动，大约要十几秒…", flush=True)
    serve(settings, str(model.path))
    return 0


def train_if_stale(settings: Settings, force: bool = False) -> int:
    """Train unless the model on disk was trained from the same data."""
    model = ModelFile.of(settings)
    if not force and model.is_current(training_fingerprint(settings)):
        print("模型是新的，不用训练。")
        return 0
    print("训练资料有变化，正在训练，大约要一两分钟…", flush=True)
    from bot.server import quiet, without_tensorflow

    without_tensorflow.leave_out(settings)
    quiet.import_sanic_quietly()
    quiet.configure_logging()
    started = time.monotonic()
    train(settings)
    print(f"训练完成，用了 {time.monotonic() - started:.0f} 秒。", flush=True)
    return 0
