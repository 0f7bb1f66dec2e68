"""TensorFlow stays out where nothing needs it, and only there; what needs it says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.server import without_tensorflow
from bot.settings import PROJECT, Settings

CODE = """
import sys
from pathlib import Path
from bot.settings import Settings
from bot.server import environment, quiet, without_tensorflow
environment.prepare()
settings = Settings.from_environment({})
assert without_tensorflow.leave_out(settings)
assert without_tensorflow.leave_out(settings)
quiet.import_sanic_quietly()
import rasa.core.run
import rasa.model_training
from rasa.core.policies.ted_policy import TED
from rasa.nlu.classifiers.diet_classifier import DIET
assert not hasattr(sys.modules["tensorflow"], "__file__")
assert "tensorflow" not in Path("/proc/self/maps").read_text()
for model in (DIET, TED):
    try:
        model(data_signature={}, label_data=None, entity_tag_specs=None, config={})
    except RuntimeError as error:
        print(error)
"""


def test_rasa_starts_without_it() -> None:
    """Server and training import, no library of TensorFlow's is mapped, and a network of Rasa's refuses to be made."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stderr)
    told = [f"{name} needs TensorFlow, which this process leaves out" for name in ("DIET", "TED")]
    assert told == done.stdout.splitlines()


@pytest.mark.parametrize(
    ("config", "setting"),
    [
        ("pipeline:\n- name: DIETClassifier\n", "off"),
        ("pipeline: []\npolicies:\n- name: rasa.core.policies.ted_policy.TEDPolicy\n", "off"),
        ("pipeline: []\n", "on"),
    ],
)
def test_what_needs_it_keeps_it(config: str, setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A component of Rasa's own, by short or long name, or the setting: nothing is left out."""
    (tmp_path / "config.yml").write_text(config, encoding="utf-8")
    monkeypatch.setattr(sys, "modules", {"sys": sys})
    before = list(sys.meta_path)
    settings = Settings.from_environment({"ZHENGBIAN_TENSORFLOW": setting})
    assert not without_tensorflow.leave_out(settings, tmp_path / "config.yml")
    assert before == sys.meta_path


def test_too_late_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it has been loaded already it stays."""
    monkeypatch.setitem(sys.modules, "tensorflow", sys)
    before = list(sys.meta_path)
    assert not without_tensorflow.leave_out(Settings.from_environment({}))
    assert before == sys.meta_path


def test_absent_things_are_harmless_to_name() -> None:
    """Subclassed, subscripted, used as a decorator with and without arguments."""
    absent = without_tensorflow.Absent
    assert absent is absent.keras.layers.Layer

    @absent
    def plain() -> int:
        return 1

    @absent.function(input_signature=None)
    def optioned() -> int:
        return 2

    class Layer(absent.Layer):  # type: ignore[misc]
        """As Rasa's are."""

    assert (1, 2) == (plain(), optioned())
    with pytest.raises(RuntimeError, match="Layer needs TensorFlow"):
        Layer()
