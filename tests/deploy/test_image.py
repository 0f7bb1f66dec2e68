"""The image's steps without an engine: deploy/Dockerfile is read, and done in a clean directory."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.server.model import ModelFile, training_fingerprint
from bot.settings import PROJECT, Settings
from tests.contract.conftest import Client, free_port

DOCKERFILE = PROJECT / "deploy" / "Dockerfile"
START_SECONDS = 90


def instructions() -> list[list[tuple[str, str]]]:
    """The instructions of each stage."""
    text = re.sub(r"\\\n", " ", DOCKERFILE.read_text(encoding="utf-8"))
    found = [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line and line[0] != "#"]
    starts = [number for number, (name, _) in enumerate(found) if name == "FROM"]
    return [[(a, b) for a, b in found[s:e]] for s, e in zip(starts, [*starts[1:], len(found)])]  # type: ignore[misc]


BUILD, FINAL = instructions()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """``/app`` of the image, made by the build stage's COPY and RUN lines.

    The environment and the model are the ones that are there: installing and training have been done with the same lock
    file and the same data, and the step `bot train` says so itself.
    """
    folder = tmp_path_factory.mktemp("image") / "app"
    folder.mkdir()
    (folder / ".venv").symlink_to((PROJECT / ".venv").resolve())
    model = ModelFile.of(Settings.from_environment())
    (folder / "models").mkdir()
    shutil.copy(model.path, folder / "models")
    stamp = {"fingerprint": training_fingerprint(Settings.from_environment())}
    stamp["sha256"] = json.loads(model.stamp.read_text(encoding="utf-8"))["sha256"]
    (folder / "models" / model.stamp.name).write_text(json.dumps(stamp), encoding="utf-8")
    for name, rest in BUILD:
        if name == "COPY":
            *sources, target = rest.split()
            for source in sources:
                copy(
                    PROJECT / source,
                    folder / target / ("" if (PROJECT / source).is_dir() else Path(source).name),
                    target,
                )
        elif name == "RUN" and not re.search(r"apt-get|pip (?:install|uninstall)", rest):
            done = subprocess.run(rest, shell=True, cwd=folder, capture_output=True, text=True, env=clean_environment())
            assert 0 == done.returncode, f"{rest}\n{done.stdout}{done.stderr}"
            assert "正在训练" not in done.stdout
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)


def copy(source: Path, target: Path, named: str) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target = target.parent if Path(named).name == source.name else target
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def clean_environment() -> dict[str, str]:
    """Nothing of the tests' environment but where programs, libraries and the home are."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ}


def settings_of_the_image(run_time: Path, port: int) -> dict[str, str]:
    """ENV lines of the last stage, with folders and port of this machine, and the stores of one machine."""
    pairs = [pair.split("=", 1) for name, rest in FINAL if name == "ENV" for pair in shlex.split(rest)]
    environment = clean_environment() | dict(pairs)
    return environment | {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "ZHENGBIAN_VAR_DIR": str(run_time),
        "ZHENGBIAN_CACHE_DIR": str(run_time / "cache"),
        "ZHENGBIAN_ENDPOINTS": str(run_time / "endpoints.yml"),
    }


def prepared(run_time: Path) -> int:
    run_time.mkdir()
    text = (PROJECT / "endpoints.yml").read_text(encoding="utf-8")
    (run_time / "endpoints.yml").write_text(text.replace("var/conversations.db", f"{run_time}/conversations.db"))
    return free_port()


def command(name: str) -> str:
    return next(rest for instruction, rest in FINAL if instruction == name)


def test_the_image_serves(app: Path, tmp_path: Path) -> None:
    """Its command starts from the read-only files, its health check succeeds, a question is answered, nothing is written."""
    before = {path: path.stat().st_mtime_ns for path in app.rglob("*") if path.is_file()}
    port = prepared(tmp_path / "run")
    environment = settings_of_the_image(tmp_path / "run", port)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(json.loads(command("CMD")), cwd=app, env=environment, stdout=log, stderr=log)
    try:
        check = command("HEALTHCHECK").split(" CMD ", 1)[1]
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(check, shell=True, cwd=app, env=environment, capture_output=True).returncode:
            assert process.poll() is None, (tmp_path / "log").read_text(encoding="utf-8")
            assert time.monotonic() < deadline
            time.sleep(1)
        assert "fake_certificate_what" == Client(port).open().say("山寨证书是什么")[0]["entry"]
    finally:
        process.terminate()
        process.wait(30)
    assert before == {path: path.stat().st_mtime_ns for path in app.rglob("*") if path.is_file()}


@pytest.mark.parametrize("damage", ["gone", "cut", "other"])
def test_a_model_that_does_not_fit_ends_the_start(app: Path, tmp_path: Path, damage: str) -> None:
    """A missing or changed model, or one of other data, is told in words, and nothing is trained or served."""
    port = prepared(tmp_path / "run")
    models = tmp_path / "models"
    shutil.copytree(app / "models", models)
    for path in models.iterdir():
        path.chmod(0o600)
    path = next(models.glob("*.tar.gz"))
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        stamp = next(models.glob("*.json"))
        stamp.write_text(stamp.read_text(encoding="utf-8").replace('"fingerprint": "', '"fingerprint": "0'))
    environment = settings_of_the_image(tmp_path / "run", port) | {"ZHENGBIAN_MODELS_DIR": str(models)}
    run = json.loads(command("CMD"))
    done = subprocess.run(run, cwd=app, env=environment, capture_output=True, text=True, timeout=60)
    assert 1 == done.returncode
    assert "ZHENGBIAN_TRAIN" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_image_promises() -> None:
    """Not root, no pip, no network address baked in, every file that is copied is let through by .dockerignore."""
    assert "10001:10001" == command("USER")
    assert any("pip uninstall" in rest for _, rest in BUILD)
    allowed = {
        line[1:] for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    }
    copied = {source for name, rest in BUILD if name == "COPY" for source in rest.split()[:-1]}
    assert copied == allowed
    assert {name for name, _ in FINAL} >= {"HEALTHCHECK", "USER", "VOLUME", "CMD"}
