"""Silence the known warnings of Rasa's pinned dependencies, and only those; ours still show."""

from __future__ import annotations

import importlib
import logging
import warnings

#: Modules whose DeprecationWarnings (and kin) come from pins that we cannot change.
KNOWN = (
    r"rasa\..*", r"pkg_resources.*", r"jieba.*", r"sanic_cors.*", r"sanic.*", r"tensorflow.*", r"keras.*",
    r"matplotlib.*", r"flatbuffers.*", r"sklearn.*", r"google.*", r"jax.*", r"pyparsing.*", r"dask.*",
    r"sqlalchemy.*", r"ruamel.*", r"setuptools.*", r"distutils.*", r"randomname.*", r"aiohttp.*",
)  # fmt: skip


def silence() -> None:
    """Install the filters. Call again after anything that resets them: importing Sanic does."""
    for module in KNOWN:
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning, SyntaxWarning):
            warnings.filterwarnings("ignore", category=category, module=module)
    # told when a dependency is compiled for the first time; ruff watches over our own
    warnings.filterwarnings("ignore", message="invalid escape sequence", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message=".*MovedIn20Warning.*|.*pkg_resources.*|.*distutils.*")


def import_sanic_quietly() -> None:
    """Import Sanic, which puts a filter of its own in front, then ours before it."""
    silence()
    importlib.import_module("sanic.app")
    silence()


def configure_logging(level: int = logging.WARNING) -> None:
    """Event names, no user text: Rasa's own lines carry what people typed, so only errors of it pass."""
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings(log_level=level, warn_only_once=True, filter_repeated_logs=True)
    configure_structlog(level)
    for name in ("rasa", "sanic.root", "sanic.error", "sanic.access", "apscheduler", "asyncio", "tensorflow"):
        logging.getLogger(name).setLevel(max(level, logging.ERROR))
    silence()
