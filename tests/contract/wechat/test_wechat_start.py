"""Starting with settings that cannot be right: a clear message before anything is served."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rasa.shared.exceptions import RasaException

from bot.channels.wechat.channel import WechatChannel
from bot.channels.wechat.settings import read_account
from bot.settings import PROJECT, Settings
from tests.wechat_platform.account import Account, made_up_key
from tests.wechat_platform.hosting import ScriptedRasa, hosted, serving
from tests.wechat_platform.pushes import PATH
from tests.wechat_platform.wire import request

GOOD = Account().environment()
#: What is wrong, and the setting that the message must name.
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "short key": ({"WECHAT_ENCODING_AES_KEY": "abcde"}, "WECHAT_ENCODING_AES_KEY"),
    "long key": ({"WECHAT_ENCODING_AES_KEY": made_up_key("x") + "a"}, "WECHAT_ENCODING_AES_KEY"),
    "no base64": ({"WECHAT_ENCODING_AES_KEY": "秘" * 43}, "WECHAT_ENCODING_AES_KEY"),
    "no base64 either": ({"WECHAT_ENCODING_AES_KEY": "-" * 43}, "WECHAT_ENCODING_AES_KEY"),
    "bad previous key": ({"WECHAT_ENCODING_AES_KEY_PREVIOUS": "abcde"}, "WECHAT_ENCODING_AES_KEY_PREVIOUS"),
    "no token": ({"WECHAT_TOKEN": ""}, "WECHAT_TOKEN"),
    "no AppID": ({"WECHAT_APP_ID": ""}, "WECHAT_APP_ID"),
    "no key": ({"WECHAT_ENCODING_AES_KEY": ""}, "WECHAT_ENCODING_AES_KEY"),
    "no such mode": ({"WECHAT_MODE": "none"}, "WECHAT_MODE"),
    "no secret": ({"WECHAT_CUSTOMER_SERVICE": "on", "WECHAT_APP_SECRET": ""}, "WECHAT_APP_SECRET"),
    "two workers, no Redis": ({"SANIC_WORKERS": "2"}, "SANIC_WORKERS"),
}


@pytest.mark.parametrize("name", WRONG)
def test_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An error that names the setting, keeps its value to itself, and is none that Rasa takes for a missing class."""
    changes, setting = WRONG[name]
    for key, value in {**GOOD, "ZHENGBIAN_VAR_DIR": str(tmp_path), **changes}.items():
        monkeypatch.setenv(key, value)
    with pytest.raises(RasaException) as caught:
        WechatChannel.from_credentials(None)
    assert setting in str(caught.value)
    for secret in (GOOD["WECHAT_TOKEN"], GOOD["WECHAT_APP_SECRET"], GOOD["WECHAT_ENCODING_AES_KEY"], "秘", "abcde"):
        assert secret not in str(caught.value)


Started = dict[tuple[str, tuple[str, ...]], "subprocess.CompletedProcess[str]"]
PROCESSES = ("short key", "no base64 either", "no token", "no AppID", "two workers, no Redis")
OPTIONS: tuple[tuple[str, ...], ...] = ((), ("-O",))


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Started:
    """What became of ``python -m bot run`` under each of these mistakes, side by side."""

    def run(name: str, options: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        environment = os.environ | GOOD | {"ZHENGBIAN_VAR_DIR": str(tmp_path_factory.mktemp("var"))} | WRONG[name][0]
        command = [sys.executable, *options, "-m", "bot", "run"]
        return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120)

    cases = [(name, options) for name in PROCESSES for options in OPTIONS]
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(cases, pool.map(lambda case: run(*case), cases)))


@pytest.mark.parametrize("options", OPTIONS, ids=["asserting", "-O"])
@pytest.mark.parametrize("name", PROCESSES)
def test_the_process_refuses(started: Started, name: str, options: tuple[str, ...]) -> None:
    """It ends with the setting's name and no secret, before anything slow, with asserts and without."""
    done, setting = started[name, options], WRONG[name][1]
    told = done.stdout + done.stderr
    assert 0 != done.returncode
    assert setting in told
    assert "正在启动" not in told
    assert "Traceback" not in told
    for secret in (GOOD["WECHAT_TOKEN"], GOOD["WECHAT_APP_SECRET"], GOOD["WECHAT_ENCODING_AES_KEY"], "abcde"):
        assert secret not in told


def test_no_check_is_an_assert() -> None:
    """``python -O`` takes asserts away: none of the channel's refusals may be one."""
    sources = (PROJECT / "bot" / "channels" / "wechat").glob("*.py")
    found = [
        path.name
        for path in sources
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assert)
    ]
    assert [] == found


async def test_off(tmp_path: Path) -> None:
    """Without an account the rest runs, and the path is not there."""
    settings = Settings.from_environment({"ZHENGBIAN_VAR_DIR": str(tmp_path)})
    channel = WechatChannel(settings, read_account(settings))
    async with serving(channel, ScriptedRasa()) as port:
        for method in ("GET", "POST"):
            assert (
                404 == (await request(port, method, f"{PATH}?signature=x", b"x" if method == "POST" else None)).status
            )


async def test_plain_mode_warns(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One captured address lets anyone forge: whoever chooses it is told at the start, and nobody else is."""
    for mode in ("safe", "plain"):
        async with hosted(tmp_path, Account(mode)):
            assert ("明文" in "".join(capfd.readouterr())) == (mode == "plain")
