"""SECURITY.md's table of dependencies says what is locked, and what it claims about our use of them holds."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.settings import PROJECT

SECURITY = (PROJECT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([a-z0-9-]+) \| ([0-9.]+) \| (.+?) \| (.+?) \|$", SECURITY, re.MULTILINE)
LOCKED = dict(
    re.findall(r"^([a-z0-9-]+)==([^ ]+) ", (PROJECT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
)
#: Held back by Rasa, or by what it needs: each must have been looked at.
HELD = {
    *(
        "rasa",
        "skops",
        "scikit-learn",
        "tensorflow",
        "keras",
        "protobuf",
        "sanic",
        "sanic-cors",
        "aiohttp",
        "onnx",
        "pydantic",
    ),
    *("pymongo", "sentry-sdk", "redis", "sqlalchemy", "websockets", "numpy", "setuptools", "wheel", "jieba"),
}
SOURCES = {
    path.relative_to(PROJECT).as_posix(): path.read_text(encoding="utf-8")
    for folder in ("bot", "actions")
    for path in (PROJECT / folder).rglob("*.py")
}


@pytest.mark.parametrize("package", sorted(HELD))
def test_the_locked_version_was_looked_at(package: str) -> None:
    """A pin that changes without its row fails here: look up its advisories, then change the row and its date."""
    assert LOCKED[package] == {name: version for name, version, *_ in ROWS}[package]


def test_each_row_says_why() -> None:
    """No row without a reason, no package twice, none that is not locked."""
    assert HELD == {name for name, *_ in ROWS}
    assert len(HELD) == len(ROWS)
    assert all(len(reason) > 15 for *_, reason in ROWS)


def test_the_reasons_hold() -> None:
    """What the table says about our use of the packages, as far as the source shows it."""
    pipeline = (PROJECT / "config.yml").read_text(encoding="utf-8")
    for name in (
        "LogisticRegressionClassifier",
        "SklearnIntentClassifier",
        "DIETClassifier",
        "TEDPolicy",
        "UnexpecTED",
    ):
        assert name not in pipeline
    stores = yaml.safe_load((PROJECT / "endpoints.yml").read_text(encoding="utf-8"))
    assert {"SafeSQLTrackerStore", "QuickLockStore"} == {
        stores[key]["type"].rsplit(".", 1)[1] for key in ("tracker_store", "lock_store")
    }
    forbidden = (
        r"^\s*(?:import|from) (?:aiohttp\.web|skops|pickle|cloudpickle|joblib|tensorflow|pymongo|pydantic|websockets)\b"
    )
    assert [name for name, source in SOURCES.items() if re.search(forbidden, source, re.MULTILINE)] == []
    assert "cors=[]" in SOURCES["bot/server/serve.py"]
    assert "enable_api=False" in SOURCES["bot/server/serve.py"]
    assert '"RASA_TELEMETRY_ENABLED": "false"' in SOURCES["bot/server/environment.py"]
