"""A model that is missing, damaged or of other data is trained anew before anything is served."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.cli import run as command
from bot.server.model import ModelFile, _sha256, training_fingerprint
from bot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A models folder of the test's own, with a file that counts as today's model."""
    made = Settings.from_environment({"ZHENGBIAN_MODELS_DIR": str(tmp_path)})
    model = ModelFile.of(made)
    model.path.write_bytes(b"a model")
    stamp = {"fingerprint": training_fingerprint(made), "sha256": _sha256(model.path)}
    model.stamp.write_text(json.dumps(stamp), encoding="utf-8")
    return made


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the start does, without doing it; ``status`` is what training ends with."""
    seen: dict[str, Any] = {"done": [], "status": 0}

    def train(arguments: list[str], **_: object) -> SimpleNamespace:
        seen["done"].append(tuple(arguments))
        return SimpleNamespace(returncode=seen["status"])

    monkeypatch.setattr(subprocess, "run", train)
    monkeypatch.setattr(command, "serve", lambda _, model: seen["done"].append(("serve", model)))
    return seen


def damage(settings: Settings, how: str) -> None:
    model = ModelFile.of(settings)
    if how == "gone":
        model.path.unlink()
    elif how == "cut":
        model.path.write_bytes(b"a mod")
    elif how == "other data":
        stamp = json.loads(model.stamp.read_text(encoding="utf-8")) | {"fingerprint": "0"}
        model.stamp.write_text(json.dumps(stamp), encoding="utf-8")
    elif how == "stamp gone":
        model.stamp.unlink()
    elif how == "stamp broken":
        model.stamp.write_text("{", encoding="utf-8")


def test_a_model_that_fits_is_served(settings: Settings, steps: dict[str, Any]) -> None:
    """Nothing is trained."""
    assert 0 == command.run(settings)
    assert [("serve", str(ModelFile.of(settings).path))] == steps["done"]


@pytest.mark.parametrize("how", ["gone", "cut", "other data", "stamp gone", "stamp broken"])
def test_a_model_that_does_not_is_trained_first(settings: Settings, steps: dict[str, Any], how: str) -> None:
    """In a process of its own, then it is served."""
    damage(settings, how)
    assert 0 == command.run(settings)
    assert [(sys.executable, "-m", "bot", "train"), ("serve", str(ModelFile.of(settings).path))] == steps["done"]


def test_a_training_that_fails_ends_the_start(settings: Settings, steps: dict[str, Any]) -> None:
    """With its status; nothing half-made is served."""
    damage(settings, "cut")
    steps["status"] = 3
    assert 3 == command.run(settings)
    assert [(sys.executable, "-m", "bot", "train")] == steps["done"]
