"""The trained model on disk: is it still the one for today's training data, and train it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ZhengbianError
from bot.nlu.fingerprint import understanding_fingerprint
from bot.settings import PROJECT, Settings

NAME = "zhengbian"


@dataclass(frozen=True)
class ModelFile:
    """Where the model lies and what was trained into it."""

    path: Path
    stamp: Path

    @classmethod
    def of(cls, settings: Settings) -> ModelFile:
        """The one model of a models folder."""
        folder = settings.path("ZHENGBIAN_MODELS_DIR")
        return cls(folder / f"{NAME}.tar.gz", folder / f"{NAME}.json")

    def is_current(self, fingerprint: str) -> bool:
        """Whether the file is there, whole, and trained from what ``fingerprint`` stands for."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
            return bool(stamp["fingerprint"] == fingerprint and stamp["sha256"] == _sha256(self.path))
        except (OSError, ValueError, KeyError):
            return False


def training_fingerprint(settings: Settings) -> str:
    """Changes with everything that is trained; answers, sources, dates and numbers are not."""
    digest = hashlib.sha256(understanding_fingerprint().encode())
    data = settings.path("ZHENGBIAN_DATA_DIR")
    for path in (PROJECT / "config.yml", PROJECT / "domain.yml"):
        digest.update(path.read_bytes())
    for folder in (data / "nlu", data / "stories"):
        for path in sorted(folder.rglob("*.yml")):
            digest.update(path.relative_to(data).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def train(settings: Settings) -> ModelFile:
    """Train and stamp. Raises ZhengbianError when Rasa made no model."""
    from rasa.model_training import train as rasa_train

    model = ModelFile.of(settings)
    data = settings.path("ZHENGBIAN_DATA_DIR")
    with contextlib.redirect_stdout(io.StringIO()):  # Rasa announces its file in English and in colour
        result = rasa_train(
            domain=str(PROJECT / "domain.yml"),
            config=str(PROJECT / "config.yml"),
            training_files=[str(data / "nlu"), str(data / "stories")],
            output=str(model.path.parent),
            fixed_model_name=NAME,
        )
    if result.code != 0 or not model.path.is_file():
        raise ZhengbianError("训练没有成功，请看上面的提示")
    stamp = {"fingerprint": training_fingerprint(settings), "sha256": _sha256(model.path)}
    model.stamp.write_text(json.dumps(stamp), encoding="utf-8")
    return model


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()
