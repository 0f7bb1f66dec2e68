"""An account in each mode, and our channel serving it: on a bare server, and in the whole process."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import PREVIOUS_KEY
from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import ApiHost, running
from tests.wechat_platform.hosting import Hosted, hosted
from tests.wechat_platform.platform import Platform
from tests.wechat_platform.site import Site, Whole

MODES = ("plain", "safe")
SITES = tuple(f"{kind} {mode}" for kind in ("bare", "whole") for mode in MODES)
#: For ``steady``, where one of the modes, or only the whole process, is meant.
in_safe_mode = pytest.mark.parametrize("steady", ["bare safe", "whole safe"], indirect=True)
in_plain_mode = pytest.mark.parametrize("steady", ["bare plain", "whole plain"], indirect=True)
whole_only = pytest.mark.parametrize("steady", ["whole plain", "whole safe"], indirect=True)


@pytest.fixture(params=MODES)
def account(request: pytest.FixtureRequest) -> Account:
    """Everything that uses it runs in plain and in safe mode."""
    return Account(mode=request.param)


@pytest.fixture
async def wechat(tmp_path: Path, account: Account) -> AsyncIterator[Hosted]:
    """A server of the test's own."""
    async with hosted(tmp_path, account) as server:
        yield server


@pytest.fixture(scope="module", params=SITES)
async def steady(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """One server for a whole module, where nothing that is sent changes it: bare and whole, in each mode."""
    kind, mode = request.param.split()
    account = Account(mode)
    if kind == "bare":
        async with hosted(tmp_path_factory.mktemp("steady"), account, previous_key=PREVIOUS_KEY) as server:
            yield server
    else:
        server = request.getfixturevalue("server" if mode == "safe" else "plain_server")
        yield Whole(Platform(account, server.port), server)


@pytest.fixture
def api() -> Iterator[ApiHost]:
    """The platform's API host, listening."""
    account = Account()
    with running(ApiHost(account.app_id, account.secret)) as host:
        yield host


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All that any logger says, at any level."""
    # Rasa's set-up, run in this process for another test, makes every handler drop what it has just said
    caplog.handler.filters.clear()
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture(scope="module", autouse=True)
def what_is_there_is_left_alone() -> None:
    """Of the garbage that each test looks for: a library of a million objects is none, and looking takes half a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_task_fails_unseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What asyncio complains about, nobody has waited for: there is no such thing in the channel."""
    yield
    gc.collect()
    assert [] == [
        str(record.exc_info or record.getMessage())
        for record in caplog.records
        if record.name == "asyncio" and record.levelno >= logging.ERROR
    ]
