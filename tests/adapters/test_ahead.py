"""Understanding ahead of Rasa's graph: the encoder works beside the event loop, and the graph finds the result."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from bot.nlu import ahead
from bot.nlu.classifier import EntryClassifier
from bot.server.warm_up import warm_up
from bot.understanding import encoder

#: Short, and nothing that words alone could be sure of.
DOUBTFUL = "隔壁老王那个本本到底作不作数哟"


async def test_the_encoder_never_runs_on_the_loop(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs the encoder waits in a thread; the parse that follows encodes nothing."""
    threads: list[str] = []
    fresh = encoder._fresh

    def noted(text: str) -> Any:
        threads.append(threading.current_thread().name)
        return fresh(text)

    monkeypatch.setattr(encoder, "_fresh", noted)
    encoder._remembered.clear()
    await ahead.understand_ahead(DOUBTFUL)
    assert threads
    assert all(name.startswith("encoder") for name in threads)
    before = len(threads)
    await engine.parse(DOUBTFUL)
    assert before == len(threads)


async def test_ahead_changes_nothing(engine: Any) -> None:
    """Understood ahead or not, the parse is the same, and a second one too."""
    EntryClassifier.serving._short.clear()  # type: ignore[union-attr]
    plain = await engine.parse(DOUBTFUL)
    EntryClassifier.serving._short.clear()  # type: ignore[union-attr]
    await ahead.understand_ahead(DOUBTFUL)
    assert plain == await engine.parse(DOUBTFUL) == await engine.parse(DOUBTFUL)


async def test_a_changed_parse_harms_no_later_one(engine: Any) -> None:
    """Rasa and actions may write into a parse: it is made anew from what is remembered."""
    first = await engine.parse("山寨证书是什么")
    first["intent"]["name"] = "x"
    first["intent_ranking"].clear()
    assert "fake_certificate_what" == (await engine.parse("山寨证书是什么"))["intent"]["name"]


async def test_without_a_model_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The channel's own failing turn tells the person."""
    monkeypatch.setattr(EntryClassifier, "serving", None)
    await ahead.understand_ahead("你好")


def test_warmed_up_the_encoder_is_loaded(engine: Any) -> None:
    """What is read and made only once is there before the first person asks; without a model nothing happens."""
    encoder._remembered.clear()
    ahead.warm_up()
    assert len(encoder._remembered) == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EntryClassifier, "serving", None)
        encoder._remembered.clear()
        ahead.warm_up()
        assert not encoder._remembered


async def test_warmed_up_rasa_has_predicted(engine: Any) -> None:
    """The rules are in their tables; nothing of it is stored, and without an agent only the encoder is loaded."""
    predicted: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        processor = type(engine.agent.processor)
        predict = processor.predict_next_with_tracker
        patch.setattr(
            processor,
            "predict_next_with_tracker",
            lambda self, tracker, *rest: predicted.append(predict(self, tracker, *rest)["scores"][0]["action"]),
        )
        await warm_up(engine.agent)
        assert 1 == len(predicted)
        await warm_up(None)
        assert 1 == len(predicted)
    assert await engine.agent.tracker_store.retrieve("warm-up") is None
