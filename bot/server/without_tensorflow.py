"""Serve without TensorFlow: Rasa imports it at start, nothing of ours uses it, and it is half of the memory.

Seventeen of Rasa's modules import TensorFlow at their top for DIET, TED, UnexpecTED, the response selector and two
featurizers. Where config.yml names none of these, empty modules stand in for it: their classes can be subclassed and
named in annotations, and using one ends in an error that says so. ``rasa train`` and the other commands of Rasa's own
never come here; ``ZHENGBIAN_TENSORFLOW=on`` loads the real one here too.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from bot.settings import PROJECT, Settings

#: Top-level packages that are left out, with everything below them.
LEFT_OUT = frozenset({"tensorflow", "keras", "tensorflow_addons", "tensorflow_hub", "tensorflow_text"})
#: Components of Rasa's that do not work without it.
NEED_IT = frozenset(
    {
        *("DIETClassifier", "ResponseSelector", "LanguageModelFeaturizer", "ConveRTFeaturizer"),
        *("TEDPolicy", "UnexpecTEDIntentPolicy"),
    }
)


def leave_out(settings: Settings, config: Path = PROJECT / "config.yml") -> bool:
    """Put the empty modules in place, before Rasa is imported; repeated calls change nothing.

    False, and nothing done, where a setting or the configuration wants TensorFlow or something has loaded it already.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return True
    if settings.is_on("ZHENGBIAN_TENSORFLOW") or LEFT_OUT & set(sys.modules) or _names(config) & NEED_IT:
        return False
    sys.meta_path.insert(0, _Finder())
    return True


def _names(config: Path) -> set[str]:
    read = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    rows = [*(read.get("pipeline") or ()), *(read.get("policies") or ())]
    return {str(row["name"] if isinstance(row, dict) else row).rpartition(".")[2] for row in rows}


class _AnyName(type):
    """A class whose every attribute is such a class again."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent

    def __getitem__(cls, _: object) -> Any:
        return cls

    def __iter__(cls) -> Iterator[Any]:
        return iter(())


class Absent(metaclass=_AnyName):
    """Stands for any class, function, decorator or constant of TensorFlow."""

    def __new__(cls, *arguments: Any, **options: Any) -> Any:
        """As a decorator it leaves its function alone; an object of it there is none."""
        if cls is not Absent:
            raise RuntimeError(f"{cls.__name__} needs TensorFlow, which this process leaves out")
        if len(arguments) == 1 and callable(arguments[0]) and not options:
            return arguments[0]
        return _leave_alone


def _leave_alone(decorated: Any) -> Any:
    return decorated


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name[:1].islower():
            return importlib.import_module(f"{self.__name__}.{name}")
        return Absent

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """A name in lower case may have been a function."""
        return Absent(*arguments, **options)


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Only for what is left out."""
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in LEFT_OUT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty package that finds every submodule."""
        module = _Module(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""
