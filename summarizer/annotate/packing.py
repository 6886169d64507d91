"""Several papers in one request: gathered as they come, and the reply handed out to each.

Nothing is paid twice, whatever the packs of a later run: with the reply to a pack, in the same transaction, each paper's
part of it is stored as the reply to a request for that paper alone, good or bad, and looked for there before anything is
asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from summarizer.annotate.task import Task
from summarizer.chat.endpoint import Endpoint, Reply
from summarizer.chat.interface import ChatRequest, ChatResponse, Message, OutputMode, Usage
from summarizer.contract.packs import find_annotation, split_reply
from summarizer.papers.paper import Paper

LINGER_SECONDS = 0.5
"""How long a pack that is not full waits for another paper after the last one: little beside the time in which a pack is
answered, and enough to meet papers that were asked about alone meanwhile."""

_NOTHING = Usage()


@dataclass(frozen=True)
class Pack:
    """Papers that are asked about together."""

    task: Task
    papers: tuple[Paper, ...]
    """As they are sent; no two with the same text."""

    @cached_property
    def _rendered(self) -> tuple[str, tuple[str, ...]]:
        return self.task.prompt.render_pack(self.papers)

    @property
    def ids(self) -> tuple[str, ...]:
        """What the papers are called in the message."""
        return self._rendered[1]

    @cached_property
    def _alone(self) -> tuple[Pack, ...]:
        return tuple(Pack(self.task, (paper,)) for paper in self.papers)

    def build(self, mode: OutputMode) -> ChatRequest:
        """Return the request in one output mode."""
        return self.task.build(mode, (Message("user", self._rendered[0]),), papers=len(self.papers))

    def split(self, request: ChatRequest, response: ChatResponse) -> Sequence[tuple[ChatRequest, ChatResponse]]:
        """Return the part of each paper, as the reply to the request for it alone; nothing for a pack of one."""
        if len(self.papers) == 1:
            return ()
        parts = self._split(response, request.output_mode)
        return [(pack.build(request.output_mode), part) for pack, part in zip(self._alone, parts, strict=True)]

    def share(self, reply: Reply) -> tuple[Reply, ...]:
        """Return the reply of each paper: its part of the text, its share of the tokens, and all of the attempts."""
        if len(self.papers) == 1:
            return (reply,)
        parts = self._split(reply.response, reply.output_mode)
        paid = share_usage(reply.paid, len(parts))
        return tuple(replace(reply, response=part, paid=share) for part, share in zip(parts, paid, strict=True))

    def _split(self, response: ChatResponse, mode: OutputMode) -> tuple[ChatResponse, ...]:
        asked = dict(zip(self.ids, self.papers, strict=True))
        own_ids = [own_id for pack in self._alone for own_id in pack.ids]
        texts = split_reply(response.text, asked, own_ids, fenced=mode == "plain")
        usages = share_usage(response.usage, len(texts))
        return tuple(
            response.model_copy(update={"text": text, "usage": usage})
            for text, usage in zip(texts, usages, strict=True)
        )


def share_usage(usage: Usage, count: int) -> list[Usage]:
    """Divide tokens into `count` shares that differ by one at most and add up to the whole."""
    counts = usage.model_dump()
    return [
        Usage(**{name: total // count + (place < total % count) for name, total in counts.items()})
        for place in range(count)
    ]


@dataclass(eq=False)
class _Place:
    """One paper on its way, and who waits for its reply."""

    paper: Paper
    waiting: list[asyncio.Future[Reply]]

    @property
    def text(self) -> tuple[str, str]:
        return self.paper.title, self.paper.abstract

    @property
    def is_given_up(self) -> bool:
        return all(future.done() for future in self.waiting)

    def settle(self, outcome: Reply | Exception | None) -> None:
        """Hand out the reply, which only the first one pays for, or the error; None sends everybody away."""
        for future in self.waiting:
            if future.done():
                continue
            if outcome is None:
                future.cancel()
            elif isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
                outcome = replace(outcome, cached=True, paid=_NOTHING, attempts=0)


class Packer:
    """Asks an endpoint about up to `size` papers at once; a paper that is asked about already is asked about once.

    Never stands still: a pack goes when it is full, or when no paper has joined it for `LINGER_SECONDS`.
    """

    def __init__(self, endpoint: Endpoint, task: Task, size: int) -> None:
        """Take who answers, what is asked, and how many papers fit."""
        self._endpoint = endpoint
        self._task = task
        self._size = size
        self._places: dict[tuple[str, str], _Place] = {}
        """Every paper that has no reply yet, by title and abstract."""
        self._gathered: list[_Place] = []
        """Those of them that are not sent yet."""
        self._timer: asyncio.TimerHandle | None = None
        self._asking: set[asyncio.Task[None]] = set()

    def find(self, paper: Paper) -> Reply | None:
        """Return the stored part for `paper`, good or bad; None where there is none.

        Raises:
            StoreError: the cache can't be read.
        """
        return self._endpoint.find(Pack(self._task, (paper,)).build)

    async def ask(self, paper: Paper) -> Reply:
        """Return the part of a reply that belongs to `paper`: a stored one, or one of the next pack.

        Raises:
            SummarizerError: as `Endpoint.answer`, to each paper of a pack alike.
        """
        if stored := self.find(paper):
            return stored
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._join(paper, future)
        return await future

    def read(self, reply: Reply, paper: Paper) -> str:
        """Return the annotation of `paper` out of its part, as `validate_annotation` takes it without a fence.

        Raises:
            AnnotationInvalidError: there is not exactly one.
        """
        (own_id,) = Pack(self._task, (paper,)).ids
        return find_annotation(reply.response.text, own_id, fenced=reply.output_mode == "plain")

    def stop(self) -> None:
        """Send no further pack: who waits in one that is not sent yet is cancelled."""
        for place in self._take_gathered():
            self._settle(place, None)

    async def aclose(self) -> None:
        """Give up what nobody waits for any more."""
        self.stop()
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    def _join(self, paper: Paper, future: asyncio.Future[Reply]) -> None:
        place = _Place(paper, [future])
        known = self._places.get(place.text)
        if known and not known.is_given_up:
            known.waiting.append(future)
            return
        self._places[place.text] = place
        self._gathered.append(place)
        if len(self._gathered) >= self._size:
            self._send()
        else:
            self._wait_for_more()

    def _wait_for_more(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._send)

    def _take_gathered(self) -> list[_Place]:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        gathered, self._gathered = self._gathered, []
        return gathered

    def _send(self) -> None:
        places = [place for place in self._take_gathered() if not place.is_given_up]
        if places:
            task = asyncio.get_running_loop().create_task(self._ask(places))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask(self, places: Sequence[_Place]) -> None:
        pack = Pack(self._task, tuple(place.paper for place in places))
        outcomes: Sequence[Reply | Exception | None] = [None] * len(places)
        try:
            outcomes = pack.share(await self._endpoint.answer(pack.build, split=pack.split))
        except Exception as error:  # noqa: BLE001  # handed to everybody who waits, whatever it is
            outcomes = [error] * len(places)
        finally:  # cancelled: so is everybody who waits
            for place, outcome in zip(places, outcomes, strict=True):
                self._settle(place, outcome)

    def _settle(self, place: _Place, outcome: Reply | Exception | None) -> None:
        if self._places.get(place.text) is place:
            del self._places[place.text]
        place.settle(outcome)
