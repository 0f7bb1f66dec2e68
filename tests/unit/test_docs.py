"""The documents cannot go stale: what they name exists, and what exists is named."""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from bot.channels import requests
from bot.channels.desk.channel import DeskChannel
from bot.cli.main import _parser
from bot.rendering.parts import MAX_BYTES
from bot.settings import PROJECT, SETTINGS, Settings
from bot.text.clean import MAX_TEXT

#: Written by hand; the reports of evaluate and bench speak for themselves.
DOCUMENTS = sorted(
    path
    for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"))
    if path.name not in {"evaluation.md", "performance.md"}
)
README = PROJECT / "README.md"
API = PROJECT / "docs" / "api.md"
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
#: Folders whose files come into being by running something.
_NOT_SOURCE = {".venv", ".git", "models", "var", "results", "node_modules", "__pycache__"}
#: Written on demand, so not in a fresh checkout.
_ON_DEMAND = {"docs/performance.md"}
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)\)")
_BOT = re.compile(r"python -m bot ([a-z]+)")
_MAKE = re.compile(r"\bmake ([a-z]+)")
_ROUTE = re.compile(r"`(GET|POST|PUT|DELETE) (/[^`\s?]*)`")
_SOURCE_ROUTE = re.compile(r'@blueprint\.(get|post|put|delete)\("([^"]+)"(?:, stream=True)?\)')
_SOURCE_PAGE = re.compile(r'@blueprint\.route\("([^"]+)", _METHODS\)')
_ERROR = re.compile(r'InputError\(\s*(\d{3}),\s*"([a-z_]+)"')
_PATH = re.compile(r"^[\w.-]+(?:/[\w.-]+)+/?$|^[\w.-]+/$")

by_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))


def code_of(document: Path) -> Iterator[str]:
    """What stands in code spans and fences."""
    text = document.read_text(encoding="utf-8")
    yield from _FENCE.findall(text)
    yield from _SPAN.findall(_FENCE.sub("", text))


def named(pattern: re.Pattern[str], *documents: Path) -> set[str]:
    return {match for document in documents for code in code_of(document) for match in pattern.findall(code)}


def make_targets() -> set[str]:
    """Targets with a help text."""
    return set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))


def bot_commands() -> set[str]:
    """Subcommands of ``python -m bot``."""
    actions = _parser()._actions
    return {name for a in actions if isinstance(a, argparse._SubParsersAction) for name in a.choices}


def source_files() -> Iterator[Path]:
    """Every file of ours, whether committed yet or not."""
    for folder, folders, files in os.walk(PROJECT):
        folders[:] = [name for name in folders if name not in _NOT_SOURCE and (name[0] != "." or name == ".ci")]
        yield from (Path(folder) / name for name in files)


def test_env_example_holds_the_settings_table() -> None:
    """Each setting stands there once, under its help, with its default, paths from the project on; nothing else does."""
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8").splitlines()
    found = {
        line.split("=", 1)[0]: (before, line.split("=", 1)[1])
        for before, line in pairwise(lines)
        if "=" in line and line[0] != "#"
    }
    expected = {s.name: (f"# {s.help}", s.default.replace(f"{PROJECT}{os.sep}", "")) for s in SETTINGS}
    assert expected == found


def test_readme_names_every_command() -> None:
    """Every make target and every subcommand stands in the README."""
    assert make_targets() == named(_MAKE, README)
    assert bot_commands() == named(_BOT, README)


@by_document
def test_commands_exist(document: Path) -> None:
    """No document names a command that is not there."""
    assert named(_MAKE, document) <= make_targets()
    assert named(_BOT, document) <= bot_commands()


@by_document
def test_settings_exist(document: Path) -> None:
    """No document names an environment variable of ours that the code does not read."""
    code = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "bot").rglob("*.py"))
    names = set(re.findall(r"ZHENGBIAN_[A-Z_]+", document.read_text(encoding="utf-8")))
    assert {name for name in names if f'"{name}"' not in code} == set()


@by_document
def test_paths_exist(document: Path) -> None:
    """Paths in backticks (below our own folders) and links lead somewhere."""
    text = document.read_text(encoding="utf-8")
    ours = {path.name for path in PROJECT.iterdir() if path.is_dir()} - _NOT_SOURCE
    spans = {span for span in _SPAN.findall(_FENCE.sub("", text)) if _PATH.match(span) and span.split("/")[0] in ours}
    missing = {span for span in spans - _ON_DEMAND if not (PROJECT / span).exists()}
    links = {link for link in _LINK.findall(text) if "://" not in link}
    missing |= {link for link in links if not (document.parent / link).exists()}
    assert missing == set()


def test_api_names_every_route_and_no_other() -> None:
    """Routes of the web channel's and the health module's source, and of docs/api.md."""
    channels = PROJECT / "bot" / "channels"
    files = ("web/channel.py", "web/pages.py", "health.py", "metrics.py")
    source = "".join((channels / name).read_text(encoding="utf-8") for name in files)
    found = _SOURCE_ROUTE.findall(source) + [("get", path) for path in _SOURCE_PAGE.findall(source)]
    expected = {(method.upper(), re.sub(r":\w+>", ">", path)) for method, path in found}
    assert expected == set(_ROUTE.findall(API.read_text(encoding="utf-8")))


def test_proxy_publishes_every_page() -> None:
    """What the web channel gives to browsers passes deploy/nginx.conf; what is for those who run it does not."""
    proxy = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    exact = set(re.findall(r"location = (/\S*)", proxy))
    below = tuple(path for path in re.findall(r"location (/\S*)", proxy) if path != "/")
    pages = _SOURCE_PAGE.findall((PROJECT / "bot" / "channels" / "web" / "pages.py").read_text(encoding="utf-8"))
    assert {"/chat", "/embed.js", "/demo"} <= set(pages)
    assert [] == [path for path in pages if path not in exact and not path.startswith(below)]
    assert [] == [p for p in ("/healthz", "/readyz", "/metrics") if p in exact or p.startswith(below)]


def test_api_names_every_error_and_no_other() -> None:
    """Status and code of every error that a channel raises, as the tables of docs/api.md and docs/channels/ have them."""
    source = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "bot" / "channels").rglob("*.py"))
    documents = (API, *(PROJECT / "docs" / "channels").glob("*.md"))
    text = "".join(path.read_text(encoding="utf-8") for path in documents)
    table = re.findall(r"^\| (\d{3}) \| `([a-z_]+)` \|", text, re.MULTILINE)
    assert set(_ERROR.findall(source)) == set(table)


def test_desk_document_names_every_route_and_no_other() -> None:
    """The table of routes in docs/channels/desk.md, the one in the code, and the OpenAPI document."""
    settings = Settings.from_environment({"ZHENGBIAN_VAR_DIR": tempfile.mkdtemp()})
    routes = {(route.method, route.path) for route in DeskChannel(settings).routes} | {("POST", "/desk/login")}
    pages = {("GET", "/desk"), ("GET", "/desk/insight"), ("GET", "/desk/static/<name>")}
    text = (PROJECT / "docs" / "channels" / "desk.md").read_text(encoding="utf-8")
    assert routes | pages == set(_ROUTE.findall(text))
    document = yaml.safe_load((PROJECT / "bot" / "channels" / "desk" / "openapi.yml").read_text(encoding="utf-8"))
    described = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    assert {(method, re.sub(r"<(\w+)(?::\w+)?>", r"{\1}", path)) for method, path in routes} == described


def test_api_names_the_limits_of_the_source() -> None:
    """Numbers that the documents repeat."""
    assert f"at most {requests.MAX_BODY:,} bytes" in API.read_text(encoding="utf-8")
    assert f"1 to {MAX_TEXT:,} characters" in API.read_text(encoding="utf-8")


def test_wechat_document_names_every_setting_and_command() -> None:
    """The table of docs/channels/wechat.md: each setting with its default, each action of the command, the limit."""
    text = (PROJECT / "docs" / "channels" / "wechat.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(WECHAT_[A-Z_]+)` \| (.*?) ?\|", text, re.MULTILINE))
    assert {s.name: f"`{s.default}`" if s.default else "" for s in SETTINGS if s.name.startswith("WECHAT_")} == rows
    assert all(f"python -m bot wechat {action}" in text for action in ("check", "menu", "menu --show"))
    assert f"{MAX_BYTES} 字节" in text


def test_operations_name_every_event_of_the_log() -> None:
    """Whoever reads a line of WeChat's finds it in the table."""
    source = "".join(p.read_text(encoding="utf-8") for p in (PROJECT / "bot" / "channels" / "wechat").glob("*.py"))
    events = set(re.findall(r'(?:_log\.\w+\(|_note\()\s*"(wechat_[a-z_]+)', source)) | {
        "wechat_send_failed",
        "wechat_menu_failed",
    }
    table = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert {event for event in events if f"`{event}`" not in table} == set()


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_notices_list_every_direct_dependency(name: str) -> None:
    """Whoever adds a dependency looks its licence up."""
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    packages = {re.split(r"[=<>\[; ]", line)[0] for line in lines if line and line[0] not in "#-"}
    notices = (PROJECT / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")
    assert {package for package in packages if f"| {package} |" not in notices} == set()


def test_no_file_leads_out_of_the_repository() -> None:
    """Working notes that live elsewhere are cited nowhere: a reader could not open them."""
    elsewhere = re.compile(r"\b" + "sha" + "red/")
    found = [str(p.relative_to(PROJECT)) for p in source_files() if elsewhere.search(p.read_text("utf-8", "ignore"))]
    assert found == []
