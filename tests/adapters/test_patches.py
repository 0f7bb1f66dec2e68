"""The patches of Rasa: same results, same messages, only for the version they were read against."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import pytest
import rasa
import rasa.shared.utils.common
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import SHOULD_NOT_BE_SET
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event

from bot import patches
from bot.patches import domain_emptiness, event_cache, graph_plan, result_validator, rule_search

DASK_RUN = getattr(DaskGraphRunner.run, "zhengbian_plans", DaskGraphRunner.run)
NAMES = sorted(
    {cls.type_name for cls in rasa.shared.utils.common.all_subclasses(Event) if isinstance(cls.type_name, str)}
)
GOOD: tuple[dict[str, Any], ...] = (
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "memory", "value": {"a": [1, None]}}], "responses": [{"text": "好"}]},
)
BAD: tuple[Any, ...] = (
    *({"events": 1}, {"responses": "x"}, {"responses": [1]}, {"events": [{"no": "event"}]}, [], "x"),
    *({"events": [{"event": "slot", "name": 1, "value": 1}]}, {"events": [{"event": "slot", "name": "memory"}]}),
    *({"events": [{"event": "slot", "name": "x", "value": 1, "timestamp": "now"}]}, {"events": ["slot"]}),
    {"events": [{"event": "slot", "name": "x", "value": 1, "metadata": 1}], "responses": []},
)


def walk(type_name: str, default: Any = None) -> Any:
    """What Rasa 3.6.21 does, written down here so that the patch is compared with it."""
    for cls in rasa.shared.utils.common.all_subclasses(Event):
        if cls.type_name == type_name:
            return cls
    if type_name == "topic":
        return None
    if default is not None:
        return default
    raise ValueError(f"Unknown event name '{type_name}'.")


def outcome(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except (ValueError, ValidationError) as error:
        return type(error), getattr(error, "message", str(error))


@pytest.mark.parametrize("name", [*NAMES, "topic", "no_such_event", ""])
def test_events_resolve_as_before(name: str) -> None:
    """Each class, the old „topic", and the error of an unknown name; twice, to hit the cache."""
    event_cache.apply()
    for _ in range(2):
        assert outcome(walk, name) == outcome(Event.resolve_by_type, name)


def test_a_default_is_never_cached() -> None:
    """What a default gave for an unknown name is not remembered for it."""
    event_cache.apply()
    assert dict is Event.resolve_by_type("no_such_event", dict)
    assert int is Event.resolve_by_type("no_such_event", int)
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("no_such_event")


def test_applying_twice_wraps_once() -> None:
    """The launcher, a test and a tool may all apply it."""
    event_cache.apply()
    first = Event.resolve_by_type
    event_cache.apply()
    assert first is Event.resolve_by_type


def stock(result: Any) -> bool:
    """Rasa 3.6.21's own method."""
    from jsonschema import validate

    try:
        validate(result, RemoteAction.action_response_format_spec())
    except ValidationError as error:
        error.message += result_validator._HINT
        raise
    return True


@pytest.mark.parametrize("result", [*GOOD, *BAD])
def test_results_are_judged_as_before(result: Any) -> None:
    """Good passes, bad raises the same message."""
    result_validator.apply()
    assert outcome(stock, result) == outcome(RemoteAction("action_x", None)._validate_action_result, result)


STATES: tuple[list[dict[str, Any]], ...] = (
    [{}],
    [{}, {"user": {"intent": "a"}, "prev_action": {"action_name": "action_listen"}}],
    [{}, {"user": {"intent": "b"}, "prev_action": {"action_name": "action_listen"}}],
    [{}, {"user": {"intent": "a"}, "prev_action": {"action_name": "action_x"}}],
    [{}, *[{"user": {"intent": "b"}, "prev_action": {"action_name": "action_listen"}}] * 3, {"user": {"intent": "a"}}],
    [{"user": {"intent": "a"}, "prev_action": {"action_name": "action_listen"}}] * 2,
    [{"user": {"intent": "b"}}],
    [{"prev_action": {"action_name": "action_listen"}}],
)
RULES = {
    json.dumps([{"prev_action": {"action_name": "action_listen"}, "user": {"intent": "a"}}]): "action_x",
    json.dumps([{}, {"prev_action": {"action_name": "action_listen"}, "user": {"intent": "b"}}]): "action_y",
    json.dumps([{"prev_action": {"action_name": "action_x"}, "user": {"intent": "a"}}]): "action_listen",
    json.dumps([{"user": {"intent": "a"}}]): "action_begin",
    json.dumps([{"prev_action": {"action_name": "action_listen"}}]): "action_any",
    json.dumps([{"prev_action": {"action_name": "action_listen"}, "user": {"intent": SHOULD_NOT_BE_SET}}]): "action_no",
}


@pytest.mark.parametrize("states", STATES)
def test_rules_are_found_as_before(states: list[dict[str, Any]]) -> None:
    """The same rules as Rasa's own walk over all of them, also from memory, also when a rule is added."""

    def walked(rules: dict[str, str]) -> set[str]:
        kept = set(rules)
        for index, state in enumerate(reversed(states)):
            kept = {key for key in kept if policy._is_rule_applicable(key, index, state)}
        return kept

    rule_search.apply()
    policy = RulePolicy.__new__(RulePolicy)
    rules = dict(RULES)
    for _ in range(2):
        assert walked(rules) == policy._get_possible_keys(rules, states)
    rules[json.dumps([{}])] = "action_z"
    assert walked(rules) == policy._get_possible_keys(rules, states)


def test_rules_on_texts_are_looked_for_where_there_are_some() -> None:
    """Only a table without a text among its rules lets the search be skipped."""
    policy = RulePolicy.__new__(RulePolicy)
    assert not rule_search._memory(policy, RULES).names_texts
    assert rule_search._memory(policy, {json.dumps([{"user": {"text": "你好"}}]): "action_x"}).names_texts


class Noted(GraphComponent):
    """Gives what it got, with its own name before it."""

    ran: ClassVar[list[str]] = []

    @classmethod
    def create(cls, config: Any, model_storage: Any, resource: Any, execution_context: Any) -> Noted:
        return cls()

    def two(self, left: Any, right: Any) -> Any:
        self.ran.append(f"two {left} {right}")
        return f"({left} {right})"

    def one(self, left: Any) -> Any:
        self.ran.append(f"one {left}")
        return f"<{left}>"

    def fails(self, left: Any) -> Any:
        raise RuntimeError(left)


def node(function: str, **needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Noted, constructor_name="create", fn=function, config={}, eager=True)


GRAPH = GraphSchema(
    {
        "last": replace(node("two", left="both", right="a"), is_target=True),
        "a": node("one", left="__message__"),
        "both": node("two", left="a", right="b"),
        "b": node("one", left="a"),
        "unused": node("one", left="b"),
        "broken": node("fails", left="a"),
    }
)


@pytest.mark.parametrize(
    "targets", [None, ["last"], ["both", "a"], ["a"], ["__message__"], ["last", "unused"], ["broken"], ["no_such_node"]]
)
def test_graphs_run_as_before(targets: list[str] | None) -> None:
    """What dask gives, each node once; the second time from memory; the same error of a node that fails."""

    def run(method: Callable[..., Any]) -> Any:
        Noted.ran.clear()
        try:
            return method(runner, {"__message__": "你好"}, targets), sorted(Noted.ran)
        except (GraphRunError, GraphComponentException, KeyError) as error:
            return type(error), str(error), sorted(Noted.ran)

    graph_plan.apply()
    runner = DaskGraphRunner(GRAPH, None, ExecutionContext(GRAPH), [])  # type: ignore[arg-type]
    expected = run(DASK_RUN)
    for _ in range(2):
        assert expected == run(DaskGraphRunner.run)


def test_an_input_may_stand_in_for_a_node() -> None:
    """What is given under a node's name is taken instead of what it would give."""
    graph_plan.apply()
    runner = DaskGraphRunner(GRAPH, None, ExecutionContext(GRAPH), [])  # type: ignore[arg-type]
    assert {"both": "(x <x>)"} == runner.run({"a": "x"}, ["both"])


def test_a_domain_is_empty_or_not_as_before() -> None:
    """Asked again nothing is compared; another domain is looked at for itself."""
    domain_emptiness.apply()
    first = Domain.is_empty
    domain_emptiness.apply()
    assert first is Domain.is_empty
    empty, other = Domain.empty(), Domain.from_dict({"intents": ["greet"]})
    with pytest.MonkeyPatch.context() as patch:
        looked: list[Domain] = []
        as_dict = Domain.as_dict
        patch.setattr(Domain, "as_dict", lambda domain: looked.append(domain) or as_dict(domain))
        for _ in range(2):
            assert empty.is_empty()
            assert not other.is_empty()
    assert 1 == sum(domain is empty for domain in looked) == sum(domain is other for domain in looked)


def test_hint_is_rasas_own() -> None:
    """The sentence stands in the very source that is replaced."""
    import inspect

    import rasa.core.actions.action as module

    assert "Failed to validate Action server response from API, " in inspect.getsource(module)
    assert "/custom-actions" in result_validator._HINT


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The patches were read against one version."""
    monkeypatch.setattr(rasa, "__version__", "3.6.22")
    with pytest.raises(RuntimeError, match=r"3\.6\.21.*3\.6\.22"):
        patches.apply()
