"""The oldest goes on first, one in a round of the loop; nobody who gave up keeps others back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.channels.pace import Pace


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


class Rounds:
    """Counts the rounds of the loop."""

    def __init__(self) -> None:
        self.count = 0
        self._again()

    def _again(self) -> None:
        self.count += 1
        asyncio.get_running_loop().call_soon(self._again)


async def test_alone_nobody_waits() -> None:
    """The first to come goes on in the same round."""
    pace = Pace()
    with pytest.raises(StopIteration):
        pace.my_turn(pace.arrive()).send(None)


async def test_the_oldest_goes_first_and_one_in_a_round() -> None:
    """However they queue up; the one that finds nobody before it goes at once."""
    pace, went = Pace(), list[tuple[int, int]]()
    places = [pace.arrive() for _ in range(5)]
    rounds = Rounds()

    async def go(place: int) -> None:
        await pace.my_turn(place)
        went.append((place, rounds.count))

    await asyncio.gather(*(go(place) for place in reversed(places)))
    assert [4, 0, 1, 2, 3] == [place for place, _ in went]
    assert 5 == len({number for _, number in went})


async def test_whoever_gives_up_keeps_nobody_back() -> None:
    """A cancelled turn is passed over."""
    pace = Pace()
    first, second, given_up, last = (asyncio.create_task(pace.my_turn(pace.arrive())) for _ in range(4))
    asyncio.get_running_loop().call_soon(given_up.cancel)
    await asyncio.wait_for(asyncio.gather(first, second, last), 5)
    assert given_up.cancelled()
    await asyncio.wait_for(pace.my_turn(pace.arrive()), 5)


async def test_back_from_a_thread_before_those_that_came_later(threads: ThreadPoolExecutor) -> None:
    """What was done beside the loop loses no place by it."""
    pace, went, may_end = Pace(), list[str](), threading.Event()
    old, *places = (pace.arrive() for _ in range(5))

    async def beside() -> None:
        assert await pace.beside(old, threads, lambda: may_end.wait(5))
        went.append("old")

    async def go(name: str, place: int) -> None:
        await pace.my_turn(place)
        went.append(name)
        if name == "first":
            may_end.set()
            threads.submit(lambda: None).result()  # the loop is kept until the thread has reported

    await asyncio.gather(beside(), *map(go, ("first", "second", "third", "fourth"), places))
    assert ["first", "second", "third", "fourth"] == [name for name in went if name != "old"]
    assert went.index("old") <= 2


async def test_what_the_thread_raises_comes_out(threads: ThreadPoolExecutor) -> None:
    """As if it had been done here; and the next goes on."""
    pace = Pace()
    with pytest.raises(ZeroDivisionError):
        await pace.beside(pace.arrive(), threads, lambda: 1 // 0)
    assert 2 == await pace.beside(pace.arrive(), threads, lambda: 2)


async def test_given_up_in_a_thread(threads: ThreadPoolExecutor) -> None:
    """What has not begun is not done; what has is nobody's any more."""
    pace, may_end, done = Pace(), threading.Event(), list[int]()
    first = asyncio.create_task(pace.beside(pace.arrive(), threads, lambda: may_end.wait(5)))
    second = asyncio.create_task(pace.beside(pace.arrive(), threads, lambda: done.append(2)))
    await asyncio.sleep(0)
    for task in (first, second):
        task.cancel()
    await asyncio.wait({first, second}, timeout=5)
    assert first.cancelled()
    assert second.cancelled()
    may_end.set()
    assert 3 == await pace.beside(pace.arrive(), threads, lambda: 3)
    assert [] == done


def test_a_loop_that_ended_in_between_keeps_nobody_waiting() -> None:
    """It gave a turn and ended before it could look who is next; the loop after it begins anew."""
    pace, ended = Pace(), asyncio.new_event_loop()

    def give_a_turn_and_end() -> None:
        with pytest.raises(StopIteration):
            pace.my_turn(pace.arrive()).send(None)
        ended.stop()

    ended.call_soon(give_a_turn_and_end)
    ended.run_forever()
    ended.close()
    asyncio.run(asyncio.wait_for(pace.my_turn(pace.arrive()), 5))
