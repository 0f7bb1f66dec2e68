"""Custom actions in process answer Rasa as an action server would."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from rasa.utils.endpoints import ClientResponseError
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.dialogue.respond import DECIDERS
from bot.replies.reply import ReplyRef
from bot.server import actions as in_process
from bot.server.actions import InProcessActions


@pytest.fixture(scope="module")
def endpoint() -> InProcessActions:
    found = InProcessActions()

    async def reject(*_: Any) -> None:
        raise ActionExecutionRejection("reject", "不做")

    async def sleep(*_: Any) -> None:
        await asyncio.sleep(5)

    async def no_json(*_: Any) -> list[Any]:
        return [SlotSet("memory", {"when": {1, 2}})]

    async def spoken(dispatcher: CollectingDispatcher, *_: Any) -> list[Any]:
        dispatcher.utter_message(text="一段\n\n二段", reply={"form": "entry", "key": "red_flags"})
        return [SlotSet("memory", {"topic": "fake"})]

    found._executor.actions |= {"reject": reject, "sleep": sleep, "no_json": no_json, "spoken": spoken}
    return found


def call(name: str, text: str = "", intent: str = "", memory: Any = None) -> dict[str, Any]:
    latest = {"text": text, "intent": {"name": intent, "confidence": 1.0}, "entities": [], "intent_ranking": []}
    tracker = {"sender_id": "web_x", "slots": {"memory": memory}, "latest_message": latest, "events": []}
    return {"next_action": name, "sender_id": "web_x", "tracker": tracker, "version": "3.6.21"}


def test_every_concern_has_its_action(endpoint: InProcessActions) -> None:
    """Registered by package, named as the domain names them."""
    assert {f"action_{concern}" for concern in DECIDERS} <= set(endpoint._executor.actions)


def test_only_the_needed_domain_is_sent(endpoint: InProcessActions) -> None:
    """Else every action is handed the live domain."""
    assert endpoint.kwargs["enable_selective_domain"] is True


async def test_success(endpoint: InProcessActions) -> None:
    """Events and responses as JSON, the reply's reference beside its text."""
    result = await endpoint.request(json=call("spoken"))
    assert [{"event": "slot", "timestamp": None, "name": "memory", "value": {"topic": "fake"}}] == result["events"]
    assert ["一段\n\n二段"] == [response["text"] for response in result["responses"]]
    assert ReplyRef("entry", "red_flags") == ReplyRef.from_json(result["responses"][0]["reply"])


async def test_a_real_action(endpoint: InProcessActions) -> None:
    """An entry comes back by reference, and is remembered."""
    result = await endpoint.request(json=call("action_answer", "山寨证书是什么", "fake_certificate_what"))
    assert "fake_certificate_what" == result["responses"][0]["reply"]["key"]
    assert "来源：" in result["responses"][0]["text"]
    assert "fake_certificate_what" == result["events"][0]["value"]["entry"]


@pytest.mark.parametrize("memory", [None, "x", [1], {"offered": 3}, {"concern": ["x"]}])
async def test_whatever_the_slot_holds_something_is_said(endpoint: InProcessActions, memory: Any) -> None:
    """A slot of an older version never silences the assistant."""
    result = await endpoint.request(json=call("action_answer", "电话", "fake_certificate_what", memory))
    assert result["responses"][0]["text"]


async def test_failure_inside_is_told(endpoint: InProcessActions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong in the core, the person hears a sentence with 12333."""

    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("actions.turn_action.respond", fail)
    result = await endpoint.request(json=call("action_answer", "山寨证书是什么", "fake_certificate_what"))
    assert "refuse_failed" == result["responses"][0]["reply"]["key"]
    assert "12333" in result["responses"][0]["text"]
    assert [] == result["events"]


@pytest.mark.parametrize(("name", "status"), [("reject", 400), ("action_no_such", 404)])
async def test_refusals(endpoint: InProcessActions, name: str, status: int) -> None:
    """The text is the JSON that Rasa reads back."""
    with pytest.raises(ClientResponseError) as caught:
        await endpoint.request(json=call(name))
    assert status == caught.value.status
    assert name == json.loads(caught.value.text)["action_name"]
    assert json.loads(caught.value.text)["error"]


async def test_timeout(endpoint: InProcessActions, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation's lock is not held by an action that hangs."""
    monkeypatch.setattr(in_process, "ACTION_SECONDS", 0.05)
    with pytest.raises(ClientResponseError) as caught:
        await endpoint.request(json=call("sleep"))
    assert 504 == caught.value.status


async def test_what_is_no_json_fails_at_once(endpoint: InProcessActions) -> None:
    """Not only when the conversation is saved, where the turn would be lost."""
    with pytest.raises(TypeError):
        await endpoint.request(json=call("no_json"))
