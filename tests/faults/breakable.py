"""A real server that breaks on demand, and what breaks it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.contract.conftest import Server, launch


@dataclass
class Breakable:
    """See :mod:`tests.faults.faulty_server` for what can be broken."""

    server: Server

    def become(self, what: str) -> None:
        """From now on this is broken, '' for nothing; the server looks ten times a second."""
        _file(self.server.folder).write_text(what, encoding="utf-8")
        time.sleep(0.3)

    @contextmanager
    def broken(self, what: str) -> Iterator[None]:
        """For as long as it is held."""
        self.become(what)
        try:
            yield
        finally:
            self.become("")


def launch_breakable(folder: Path, port: int, environment: dict[str, str]) -> Server:
    """Start a prepared server that can be broken; wait until it is ready."""
    return launch(folder, port, environment | {"FAULT_FILE": str(_file(folder))}, "tests.faults.faulty_server")


def _file(folder: Path) -> Path:
    return folder / "fault"
