"""Programs of the system that some tests need: a counted skip where one is missing, in CI a failure."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

#: Where Debian keeps programs that are not on the PATH, newest version first.
_ELSEWHERE = {"postgres": "/usr/lib/postgresql/*/bin", "initdb": "/usr/lib/postgresql/*/bin"}


def program(name: str) -> str:
    """The path of a program; skips the test (fails it in CI) where it is not installed."""
    found = shutil.which(name) or _elsewhere(name)
    if found:
        return found
    message = f"缺少系统软件 {name}：以 root 运行 make test 会自动安装（.ci/system-packages）"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def _elsewhere(name: str) -> str:
    if name not in _ELSEWHERE:
        return ""
    folders = sorted(Path("/").glob(_ELSEWHERE[name].lstrip("/")), reverse=True)
    return next((str(folder / name) for folder in folders if (folder / name).is_file()), "")
