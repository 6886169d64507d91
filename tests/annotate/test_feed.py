"""Facts about records that are read in a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from summarizer.annotate.feed import BackgroundFeed, PaperOrSkipped
from summarizer.errors import SourceError
from summarizer.papers import SkippedRecord

SIZE = 4


def build(count: int) -> list[PaperOrSkipped]:
    return [SkippedRecord("file", number, "not JSON") for number in range(1, count + 1)]


async def take_all(feed: BackgroundFeed) -> list[PaperOrSkipped]:
    taken: list[PaperOrSkipped] = []
    while (record := await feed.take()) is not None:
        taken.append(record)
    return taken


@pytest.mark.parametrize("count", [0, 1, SIZE, SIZE + 1, 1000])
def test_every_record_comes_once_and_in_order(count: int) -> None:
    async def run() -> list[PaperOrSkipped]:
        return await take_all(BackgroundFeed(iter(build(count)), SIZE))

    assert asyncio.run(run()) == build(count)


def test_several_who_ask_share_the_records_and_all_see_the_end() -> None:
    async def run() -> list[list[PaperOrSkipped]]:
        feed = BackgroundFeed(iter(build(1000)), SIZE)
        return await asyncio.gather(*(take_all(feed) for _ in range(8)))

    shares = asyncio.run(run())

    numbers = sorted(record.line for share in shares for record in share if isinstance(record, SkippedRecord))
    assert numbers == list(range(1, 1001))


def test_the_reader_waits_when_nobody_takes() -> None:
    read: list[int] = []
    is_ahead = threading.Event()

    def records() -> Iterator[PaperOrSkipped]:
        for record in build(100):
            read.append(1)
            if len(read) > SIZE:
                is_ahead.set()
            yield record

    async def run() -> int:
        feed = BackgroundFeed(records(), SIZE)
        await asyncio.to_thread(is_ahead.wait)
        await asyncio.sleep(0.05)
        first = len(read)
        assert len(await take_all(feed)) == 100
        return first

    assert asyncio.run(run()) == SIZE + 1  # the last one is in the reader's hand


def test_an_error_goes_to_the_first_who_asks_after_the_records_before_it() -> None:
    def records() -> Iterator[PaperOrSkipped]:
        yield from build(2)
        raise SourceError("file: cut off")

    async def run() -> tuple[int, str, PaperOrSkipped | None]:
        feed = BackgroundFeed(records(), SIZE)
        before = [await feed.take() for _ in range(2)]
        with pytest.raises(SourceError) as raised:
            await feed.take()
        return len(before), str(raised.value), await feed.take()

    assert asyncio.run(run()) == (2, "file: cut off", None)


def test_a_record_that_comes_late_reaches_who_waits_for_it() -> None:
    arrival = threading.Event()

    def records() -> Iterator[PaperOrSkipped]:
        for record in build(3):
            arrival.wait()
            arrival.clear()
            yield record

    async def run() -> list[PaperOrSkipped | None]:
        feed = BackgroundFeed(records(), SIZE)
        taken = []
        for _ in range(3):
            waiting = asyncio.create_task(feed.take())
            await asyncio.sleep(0)
            arrival.set()
            taken.append(await waiting)
        return taken

    assert asyncio.run(run()) == build(3)


def test_stopping_wakes_up_all_who_wait() -> None:
    never = threading.Event()

    def records() -> Iterator[PaperOrSkipped]:
        never.wait()
        yield from build(1)

    async def run() -> list[PaperOrSkipped | None]:
        feed = BackgroundFeed(records(), SIZE)
        waiting = [asyncio.create_task(feed.take()) for _ in range(3)]
        await asyncio.sleep(0)
        feed.stop()
        return await asyncio.gather(*waiting)

    assert asyncio.run(run()) == [None, None, None]

    never.set()
