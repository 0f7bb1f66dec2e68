"""How signatures are compared: nothing about a wrong one can be learnt from the time that it takes."""

from __future__ import annotations

import ast
import statistics
import time

import pytest

from bot.channels.wechat.crypto import is_same
from bot.channels.wechat.envelope import check_url
from bot.channels.wechat.refusal import Refusal
from bot.settings import PROJECT
from tests.adapters.wechat.conftest import NOW, account, query

SOURCES = {path.name: ast.parse(path.read_text("utf-8")) for path in (PROJECT / "bot/channels/wechat").glob("*.py")}
SAMPLES = 2000


def test_time() -> None:
    """A signature wrong in its first character is refused as late as one wrong in its last: a smoke test, with room."""
    right = query(echostr="x")["signature"][0]
    other = "0" if right[0] != "0" else "1", "0" if right[-1] != "0" else "1"
    wrong = {"first": query(signature=other[0] + right[1:]), "last": query(signature=right[:-1] + other[1])}
    took: dict[str, list[int]] = {name: [] for name in wrong}
    refusals = 0
    for _ in range(SAMPLES):
        for name, arguments in wrong.items():
            began = time.perf_counter_ns()
            try:
                check_url(account(), arguments | {"echostr": ["x"]}, NOW)
            except Refusal:
                refusals += 1
            took[name].append(time.perf_counter_ns() - began)
    assert 2 * SAMPLES == refusals
    assert 0.5 < statistics.median(took["first"]) / statistics.median(took["last"]) < 2


def test_no_other_way() -> None:
    """In the sources no signature is compared by an operator, and each constant-time comparison is one of bytes."""
    nodes = [(name, node) for name, tree in SOURCES.items() for node in ast.walk(tree)]
    by_operator = [
        f"{name}: {ast.unparse(node)}"
        for name, node in nodes
        if isinstance(node, ast.Compare)
        and any(isinstance(operator, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)) for operator in node.ops)
        and "sign" in ast.unparse(node).lower()
    ]
    assert [] == by_operator
    operands = [
        ast.unparse(operand)
        for _, node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("compare_digest")
        for operand in node.args
    ]
    assert 4 == len(operands), "signatures, and the AppID within an envelope"
    assert [] == [operand for operand in operands if ".encode(" not in operand and not operand.startswith("data[")]


def test_anything_can_be_compared() -> None:
    """Words, half a character, nothing: unlike, and no error."""
    for given in ("签名", "\ud800", "", "a" * 10_000):
        assert not is_same("a" * 40, given)
    with pytest.raises(Refusal):
        check_url(account(), query(signature="签名", echostr="x"), NOW)
