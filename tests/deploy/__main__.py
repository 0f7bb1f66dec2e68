"""``python -m tests.deploy [python3.10 [trained]]``: every step of deploy/Dockerfile but its apt-get, without an engine.

A clean directory, ``pip install --require-hashes`` into a fresh environment, training, then as root another uid that
may write to the run-time folder and /tmp alone. Takes minutes and a package index; prints what each step took.
``trained`` takes the model that is here instead of training one. An interpreter that another uid cannot read (below
/root, say) has to be copied to where it can, with ``LD_LIBRARY_PATH``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.settings import PROJECT
from tests.contract.conftest import Client
from tests.deploy.test_image import (
    BUILD,
    START_SECONDS,
    clean_environment,
    command,
    copy,
    prepared,
    settings_of_the_image,
)

UID = 10001


def build(app: Path, python: str) -> list[tuple[str, float]]:
    """Do the build stage in ``app``; what was done and its seconds."""
    done: list[tuple[str, float]] = []
    environment = clean_environment() | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    for name, rest in BUILD:
        began = time.monotonic()
        if name == "COPY":
            *sources, target = rest.split()
            for source in sources:
                path = PROJECT / source
                copy(path, app / target / ("" if path.is_dir() else Path(source).name), target)
        elif name == "RUN" and "apt-get" not in rest:
            step = re.sub(r"^python3\.10\b", python, rest)
            subprocess.run(step, shell=True, cwd=app, env=environment, check=True, stdout=sys.stderr)
        else:
            continue
        done.append((f"{name} {rest.split(' && ')[-1][:60]}", time.monotonic() - began))
    return done


def close(app: Path) -> int:
    """Nobody may write any more; how many files there are."""
    paths = [app, *app.rglob("*")]
    for path in paths:
        if not path.is_symlink():
            mode = path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0))
    return len(paths)


def serve(app: Path, run_time: Path) -> tuple[float, str]:
    """Start the image's command as its user, until its health check succeeds; seconds, and an answer's entry."""
    port = prepared(run_time)
    environment = settings_of_the_image(run_time, port) | {"HOME": str(run_time)}
    log = run_time.with_name("log")
    user: dict[str, Any] = {}
    if os.getuid() == 0:
        user = {"user": UID, "group": UID, "extra_groups": []}
        for path in (run_time, *run_time.iterdir()):
            os.chown(path, UID, UID)
    check = command("HEALTHCHECK").split(" CMD ", 1)[1]
    began = time.monotonic()
    with log.open("wb") as output:
        run = json.loads(command("CMD"))
        process = subprocess.Popen(run, cwd=app, env=environment, stdout=output, stderr=output, **user)
    try:
        while subprocess.run(check, shell=True, cwd=app, env=environment, capture_output=True, **user).returncode:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() - began < START_SECONDS, "not healthy"
            time.sleep(1)
        seconds = time.monotonic() - began
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        assert os.getuid() or re.search(rf"^Uid:\s+{UID}\s+{UID}", status, re.MULTILINE), "not the image's user"
        return seconds, str(Client(port).open().say("山寨证书是什么")[0]["entry"])
    finally:
        process.terminate()
        process.wait(30)


def main() -> int:
    """Do everything, print the table."""
    python = sys.argv[1] if len(sys.argv) > 1 else "python3.10"
    folder = Path(tempfile.mkdtemp(prefix="zhengbian-image-"))
    folder.chmod(0o755)
    app = folder / "app"
    app.mkdir()
    if "trained" in sys.argv[2:]:
        shutil.copytree(PROJECT / "models", app / "models")
    try:
        steps = build(app, python)
        files = close(app)
        before = {path: path.stat().st_mtime_ns for path in app.rglob("*") if path.is_file()}
        seconds, entry = serve(app, folder / "run")
        assert entry == "fake_certificate_what"
        assert before == {path: path.stat().st_mtime_ns for path in app.rglob("*") if path.is_file()}
        assert not (app / ".venv" / "bin" / "pip").exists()
        size = sum(path.stat().st_size for path in before) / 1e6
    finally:
        for path in (path for path in [app, *app.rglob("*")] if path.is_dir() and not path.is_symlink()):
            path.chmod(0o700)
        shutil.rmtree(folder)
    print("| step | seconds |\n|---|---|")
    for step, took in steps:
        print(f"| `{step}` | {took:,.1f} |")
    print(f"| `CMD` until `HEALTHCHECK` succeeds, uid {UID if os.getuid() == 0 else os.getuid()} | {seconds:,.1f} |")
    print(f"\n{files:,} files, {size:,.0f} MB, none of them changed by serving.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
