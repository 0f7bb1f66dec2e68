"""deploy/: the compose file fits the Compose schema, and says of each service what keeps it in its place."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.settings import PROJECT, SETTINGS
from tests.services import Postgres
from tests.system import program

DEPLOY = PROJECT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
SERVERS = sorted(name for name in SERVICES if name.startswith("server"))


def problems(compose: dict[str, Any]) -> list[str]:
    """What the schema of the Compose Specification finds wrong."""
    schema = json.loads((Path(__file__).parent / "compose_spec.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(compose)]


def test_the_compose_file_fits_the_schema() -> None:
    """The schema of 2026."""
    assert [] == problems(COMPOSE)


@pytest.mark.parametrize(
    "change", [{"read_onyl": True}, {"user": 10001}, {"tmpfs": 3}, {"healthcheck": {"tests": "x"}}]
)
def test_the_schema_finds_mistakes(change: dict[str, Any]) -> None:
    """A misspelt key or a value of another kind is not let through."""
    server = SERVICES[SERVERS[0]] | change
    assert 1 <= len(problems(COMPOSE | {"services": SERVICES | {SERVERS[0]: server}}))


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_is_kept_in_its_place(name: str) -> None:
    """Not root, read-only, no capabilities, bounded, without a port of its own or a way out."""
    service = SERVICES[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "ports" not in service
    assert ["inside"] == service["networks"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert service["mem_limit"]
    assert {line.split(":")[0] for line in service["tmpfs"]} == {"/tmp"}


def test_only_the_proxy_is_reached_from_outside() -> None:
    """The databases and servers publish nothing."""
    assert ["nginx"] == [name for name, service in SERVICES.items() if "ports" in service]


def test_names_agree() -> None:
    """Servers of the proxy are services; settings are ours; files that are mounted exist; volumes are declared."""
    upstream = re.findall(r"server (\w+):5005", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
    assert SERVERS == upstream
    ours = {setting.name for setting in SETTINGS} | {"TZ"}
    assert set(SERVICES[SERVERS[0]]["environment"]) <= ours
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or source == "./tls" or (DEPLOY / source).exists(), volume


def test_a_backup_is_restored(tmp_path: Path) -> None:
    """What the script wrote brings another database to the same rows."""
    first, second = Postgres(), Postgres()
    try:
        first.rows(
            "CREATE TABLE kept (id int, text text); INSERT INTO kept VALUES (1, '证书'), (2, '〔手机号〕'); SELECT 1"
        )
        file = backup(first, "now", str(tmp_path / "backups")).strip()
        assert Path(file).stat().st_mode & 0o077 == 0
        backup(second, "restore", file)
        assert [(1, "证书"), (2, "〔手机号〕")] == second.rows("SELECT id, text FROM kept ORDER BY id")
    finally:
        first.remove()
        second.remove()


def backup(database: Postgres, *arguments: str) -> str:
    environment = {
        "PATH": f"{Path(program('postgres')).resolve().parent}:/usr/bin:/bin",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(database.port),
        "PGUSER": "zhengbian",
        "PGDATABASE": "zhengbian",
    }
    command = ["bash", str(DEPLOY / "backup.sh"), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_sqlite_files_are_backed_up_while_in_use(tmp_path: Path) -> None:
    """A consistent copy of both, with what another connection has just written."""
    run_time = tmp_path / "var"
    run_time.mkdir()
    open_files = [sqlite3.connect(run_time / f"{name}.db") for name in ("service", "conversations")]
    for db in open_files:
        db.executescript("PRAGMA journal_mode=WAL; CREATE TABLE kept (text); INSERT INTO kept VALUES ('证书')")
    command = ["bash", str(DEPLOY / "backup.sh"), "sqlite", str(run_time), str(tmp_path / "backups")]
    subprocess.run(command, check=True, capture_output=True)
    for name in ("service", "conversations"):
        with sqlite3.connect(tmp_path / "backups" / f"{name}.db") as copy:
            assert [("证书",)] == copy.execute("SELECT text FROM kept").fetchall()
