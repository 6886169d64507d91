"""Facts about several papers in one request: each gets its own, nothing is paid twice, and a bad pack costs no paper."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from summarizer.annotate.assembly import build_annotator
from summarizer.annotate.interface import Annotator, Outcome
from summarizer.annotate.packing import share_usage
from summarizer.annotate.records import AnnotatedRecord, FailedRecord
from summarizer.annotate.task import MAX_PACK_OUTPUT_TOKENS
from summarizer.chat.budget import worst_case_usd
from summarizer.chat.interface import ChatRequest, ChatResponse, Usage
from summarizer.chat.offline import OfflineChatModel
from summarizer.chat.pricing import Price
from summarizer.chat.scripted import ScriptedChatModel
from summarizer.errors import (
    BudgetExceededError,
    ConfigurationError,
    ModelUnavailableError,
    OutputModeError,
    PaperRejectedError,
    ReplyMissingError,
)
from summarizer.papers import Paper
from summarizer.settings import Settings
from tests.builders import build_paper, build_response
from tests.chat_server import (
    ContentFiltered,
    Fenced,
    NotJson,
    Refusal,
    Truncated,
    UnescapedLatex,
    Ungrounded,
    WrongPack,
    WrongSchema,
)
from tests.chat_server.papers import find_pack, find_paper
from tests.chat_server.replies import ReplyBuilder, pack_entry_of, pack_of, tldr_of
from tests.chat_server.spoiled import Reply as SaidReply
from tests.chat_server.spoiled import ReplyFault

PROMPT = str(Path(__file__).parents[1] / "data" / "prompts" / "annotate-packed.toml")
SUBJECTS = ("livers", "kidneys", "lungs", "hearts", "spleens", "retinas", "knees", "brains", "bones", "skins")
PAPERS = [
    build_paper(
        number,
        title=f"Measuring {subject} with method {chr(65 + number)}",
        abstract=f"We measure {subject} in {100 + number} CT scans. The error of the volume falls to {number + 2} ml.",
    )
    for number, subject in enumerate(SUBJECTS)
]
USAGE = Usage(input_tokens=1003, cached_input_tokens=517, output_tokens=402, reasoning_tokens=11)

Said = str | ChatResponse | Exception
Chat = Callable[[ChatRequest], Said]
Use = Callable[[Annotator], Awaitable[list[Outcome]]]


def answer(request: ChatRequest, fault: ReplyFault | None = None) -> ChatResponse:
    """Say what the server for tests would say."""
    messages = [asdict(message) for message in request.messages]
    schema = json.loads(request.response_schema.schema_json)
    entry = pack_entry_of(schema)
    value = pack_of(entry, find_pack(messages)) if entry else ReplyBuilder(schema, find_paper(messages)).build()
    said = SaidReply(json.dumps(value))
    said = fault.spoil(said, "") if fault else said
    fields = {"finish_reason": said.finish_reason, "refusal": said.refusal, "usage": USAGE}
    return build_response(said.content or "", **fields)


def is_pack(request: ChatRequest) -> bool:
    return request.response_schema.name == "annotations"


def count_papers(request: ChatRequest) -> int:
    return request.messages[1].content.count("\n</paper-")


def spoil_packs(fault: ReplyFault) -> Chat:
    return lambda request: answer(request, fault if is_pack(request) else None)


async def annotate_all(annotator: Annotator, papers: Sequence[Paper]) -> list[Outcome]:
    return list(await asyncio.gather(*map(annotator.annotate, papers)))


ANNOTATE_ALL: Use = partial(annotate_all, papers=PAPERS)


def run(
    tmp_path: Path,
    chat: Chat | ScriptedChatModel | OfflineChatModel = answer,
    use: Use = ANNOTATE_ALL,
    **settings: Any,
) -> tuple[list[Outcome], list[ChatRequest]]:
    """Use an annotator, by default for all papers at once; return its outcomes and what was asked."""
    model = ScriptedChatModel(chat) if callable(chat) else chat
    values: dict[str, Any] = {"model": "m", "prompt": PROMPT, "pack": 4, "cache_dir": tmp_path / "cache"} | settings

    async def execute() -> list[Outcome]:
        annotator = build_annotator(Settings(**values), chat=model)
        try:
            return await use(annotator)
        finally:
            await annotator.aclose()

    outcomes = asyncio.run(execute())
    return outcomes, model.requests if isinstance(model, ScriptedChatModel) else []


def fitting(outcomes: Sequence[Outcome], papers: Sequence[Paper] = PAPERS) -> bool:
    """Whether every paper has the annotation that is its own."""
    return all(
        isinstance(outcome.record, AnnotatedRecord)
        and outcome.record.paper == paper
        and outcome.record.annotation.tldr == tldr_of(find_paper([{"role": "user", "content": paper.title}]))
        for outcome, paper in zip(outcomes, papers, strict=True)
    )


def usage_of(outcomes: Sequence[Outcome]) -> Usage:
    return sum((outcome.record.provenance.usage for outcome in outcomes), Usage())


@pytest.fixture(autouse=True)
def _titles_are_what_replies_begin_with() -> None:
    """The helper above relies on it."""
    assert all(tldr_of(find_paper([{"role": "user", "content": paper.title}])).count(paper.title) for paper in PAPERS)


def test_papers_that_come_together_are_asked_about_together_and_each_gets_its_own(tmp_path: Path) -> None:
    outcomes, requests = run(tmp_path)

    assert [count_papers(request) for request in requests] == [4, 4, 2]
    assert fitting(outcomes)


def test_shares_of_the_usage_add_up_to_the_bill(tmp_path: Path) -> None:
    outcomes, requests = run(tmp_path)
    bill = sum((USAGE for _ in requests), Usage())

    assert usage_of(outcomes) == bill
    assert sum((outcome.paid for outcome in outcomes), Usage()) == bill
    assert all(outcome.record.provenance.attempts == 1 for outcome in outcomes)
    assert not any(outcome.record.provenance.cache_hit for outcome in outcomes)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 32])
def test_shares_differ_by_one_at_most_and_keep_parts_within_their_whole(count: int) -> None:
    usage = Usage(input_tokens=40, cached_input_tokens=40, output_tokens=33, reasoning_tokens=32)
    shares = share_usage(usage, count)

    assert len(shares) == count
    assert sum(shares, Usage()) == usage
    assert max(share.input_tokens for share in shares) - min(share.input_tokens for share in shares) <= 1
    assert all(
        share.cached_input_tokens <= share.input_tokens and share.reasoning_tokens <= share.output_tokens
        for share in shares
    )


@pytest.mark.parametrize("pack", [2, 3, 7, 32])
def test_a_later_run_asks_nothing_whatever_its_packs_and_order(tmp_path: Path, pack: int) -> None:
    first, _ = run(tmp_path)
    order = Random(pack).sample(PAPERS, len(PAPERS))
    again, requests = run(tmp_path, use=partial(annotate_all, papers=order), pack=pack)

    assert requests == []
    assert fitting(again, order)
    assert usage_of(again) == usage_of(first)
    assert all(outcome.record.provenance.cache_hit and outcome.paid == Usage() for outcome in again)


def test_a_later_run_with_more_papers_asks_only_about_those(tmp_path: Path) -> None:
    run(tmp_path, use=partial(annotate_all, papers=PAPERS[:5]))
    outcomes, requests = run(tmp_path, pack=3)

    assert [count_papers(request) for request in requests] == [3, 2]
    assert fitting(outcomes)


def test_papers_that_were_asked_about_alone_are_no_answer_for_a_pack(tmp_path: Path) -> None:
    """Or a comparison of the two would compare a thing with itself."""
    run(tmp_path, pack=1)
    _, requests = run(tmp_path)

    assert [count_papers(request) for request in requests] == [4, 4, 2]


def test_fewer_papers_in_work_than_a_pack_takes_make_smaller_packs(tmp_path: Path) -> None:
    async def two_at_a_time(annotator: Annotator) -> list[Outcome]:
        queue, outcomes = iter(PAPERS), dict[str, Outcome]()

        async def work() -> None:
            for paper in queue:
                outcomes[paper.id] = await annotator.annotate(paper)

        await asyncio.gather(work(), work())
        return [outcomes[paper.id] for paper in PAPERS]

    outcomes, requests = run(tmp_path, use=two_at_a_time, pack=32)

    assert [count_papers(request) for request in requests] == [2] * 5
    assert fitting(outcomes)


def test_the_records_name_the_pack_and_those_without_one_do_not(tmp_path: Path) -> None:
    packed, _ = run(tmp_path)
    alone, _ = run(tmp_path, pack=1)

    assert packed[0].record.provenance.parameters["pack"] == 4
    assert "pack" not in alone[0].record.provenance.parameters


def test_one_paper_a_request_is_asked_as_if_there_were_no_packs(tmp_path: Path) -> None:
    _, requests = run(tmp_path, pack=1)

    assert len(requests) == len(PAPERS)
    assert not any(map(is_pack, requests))
    assert "There may be several papers" not in requests[0].messages[0].content


def test_the_output_limit_grows_with_the_papers_up_to_a_bound(tmp_path: Path) -> None:
    _, (small, *_) = run(tmp_path, max_output_tokens=300)
    _, (large, *_) = run(tmp_path, max_output_tokens=5000)
    _, (own, *_) = run(tmp_path, max_output_tokens=20_000)

    assert small.max_output_tokens == 1200
    assert large.max_output_tokens == MAX_PACK_OUTPUT_TOKENS
    assert own.max_output_tokens == 20_000


def test_a_budget_counts_all_papers_of_a_pack(tmp_path: Path) -> None:
    price = Price(input_usd=1.0, cached_input_usd=1.0, output_usd=10.0)
    _, (pack, *_) = run(tmp_path, max_output_tokens=300)
    _, (alone, *_) = run(tmp_path, max_output_tokens=300, pack=1)

    assert worst_case_usd(pack, price) > worst_case_usd(alone, price)
    assert worst_case_usd(pack, price) >= 4 * 300 * 10.0 / 1e6


@pytest.mark.parametrize(
    ("kind", "alone"), [("drop", 1), ("duplicate", 1), ("swap", 2), ("unknown", 1), ("reverse", 0)]
)
def test_papers_that_the_reply_does_not_fit_are_asked_about_alone(tmp_path: Path, kind: Any, alone: int) -> None:
    papers = PAPERS[:4]
    outcomes, requests = run(tmp_path, spoil_packs(WrongPack(kind)), partial(annotate_all, papers=papers))
    again, asked_again = run(tmp_path, use=partial(annotate_all, papers=papers[::-1]), pack=3)

    assert [is_pack(request) for request in requests] == [True] + [False] * alone
    assert fitting(outcomes, papers)
    assert usage_of(outcomes) == sum((USAGE for _ in requests), Usage())
    assert asked_again == []
    assert fitting(again, papers[::-1])


def test_a_swap_is_found_also_where_no_evidence_tells(tmp_path: Path) -> None:
    """Two papers of no relevance need no evidence, and their summaries hold no numbers."""
    papers = [
        build_paper(number, title=title, abstract=f"{title}. We report what we saw.")
        for number, title in enumerate(("Weaving carpets with looms", "Baking bread in ovens", "Tuning pianos by ear"))
    ]

    def irrelevant(request: ChatRequest) -> ChatResponse:
        response = answer(request, WrongPack("swap") if is_pack(request) else None)
        value = json.loads(response.text)
        for entry in value.get("papers", [value]):
            entry |= {"relevance": 0, "evidence": ""}
        return response.model_copy(update={"text": json.dumps(value)})

    outcomes, requests = run(tmp_path, irrelevant, partial(annotate_all, papers=papers))

    assert [is_pack(request) for request in requests] == [True, False, False]
    assert fitting(outcomes, papers)


@pytest.mark.parametrize("fault", [Truncated(), Refusal(), ContentFiltered(), NotJson(), Fenced()])
def test_from_a_pack_without_a_usable_reply_every_paper_is_asked_about_alone(tmp_path: Path, fault: ReplyFault) -> None:
    papers = PAPERS[:4]
    run(tmp_path, use=partial(annotate_all, papers=PAPERS[4:5]))

    async def with_a_known_mode(annotator: Annotator) -> list[Outcome]:
        await annotator.annotate(PAPERS[4])
        await annotator.annotate(PAPERS[4], fresh=True)
        return await annotate_all(annotator, papers)

    outcomes, (_, *requests) = run(tmp_path, spoil_packs(fault), with_a_known_mode)
    again, asked_again = run(tmp_path, use=partial(annotate_all, papers=papers), pack=3)

    assert [is_pack(request) for request in requests] == [True] + [False] * 4
    assert fitting(outcomes, papers)
    assert usage_of(outcomes) == sum((USAGE for _ in requests), Usage())
    assert asked_again == []
    assert fitting(again, papers)


def test_a_pack_that_the_endpoint_rejects_is_asked_for_paper_by_paper(tmp_path: Path) -> None:
    def too_long(request: ChatRequest) -> Said:
        return PaperRejectedError("too long") if is_pack(request) else answer(request)

    outcomes, requests = run(tmp_path, too_long)

    assert len(requests) == 3 + len(PAPERS)
    assert fitting(outcomes)
    assert {outcome.record.provenance.attempts for outcome in outcomes} == {2}


@pytest.mark.parametrize("fault", [WrongSchema("missing_field"), Ungrounded(), UnescapedLatex()])
def test_an_entry_that_breaks_the_contract_is_asked_for_alone_and_mended(tmp_path: Path, fault: ReplyFault) -> None:
    """Also when the first reply about it alone breaks it again: then it gets its reask, and no other paper does."""

    def spoil_one(request: ChatRequest) -> ChatResponse:
        if not is_pack(request):
            is_reask = len(request.messages) > 2
            return answer(request, None if is_reask else fault)
        response = answer(request)
        value = json.loads(response.text)
        first = dict(value["papers"][0])
        name = first.pop("id")
        spoiled = fault.spoil(SaidReply(json.dumps(first)), "").content or ""
        text = json.dumps(value["papers"][1:])
        return response.model_copy(update={"text": f'{{"papers": [{{"id": "{name}", {spoiled[1:]}, {text[1:]}}}'})

    outcomes, requests = run(tmp_path, spoil_one, partial(annotate_all, papers=PAPERS[:4]))

    assert [(is_pack(request), len(request.messages)) for request in requests] == [(True, 2), (False, 2), (False, 4)]
    assert fitting(outcomes, PAPERS[:4])
    assert outcomes[0].record.provenance.attempts == 3
    assert outcomes[0].record.provenance.usage == share_usage(USAGE, 4)[0] + USAGE + USAGE


def test_an_endpoint_that_is_gone_is_not_asked_about_every_paper_of_the_pack(tmp_path: Path) -> None:
    outcomes, requests = run(tmp_path, lambda _: ModelUnavailableError("busy", attempts=6))

    assert len(requests) == 3
    assert all(
        isinstance(outcome.record, FailedRecord) and outcome.record.error.type == "ModelUnavailableError"
        for outcome in outcomes
    )


def test_an_error_about_every_paper_reaches_every_paper_of_the_pack(tmp_path: Path) -> None:
    async def collect(annotator: Annotator) -> list[Outcome]:
        results = await asyncio.gather(*map(annotator.annotate, PAPERS[:4]), return_exceptions=True)

        assert all(isinstance(result, BudgetExceededError) for result in results)
        return []

    run(tmp_path, lambda _: BudgetExceededError("spent"), collect)


def test_without_an_endpoint_stored_parts_are_used_and_the_rest_is_missing(tmp_path: Path) -> None:
    run(tmp_path, use=partial(annotate_all, papers=PAPERS[:6]))

    async def replay(annotator: Annotator) -> list[Outcome]:
        found = await asyncio.gather(*map(annotator.annotate, PAPERS), return_exceptions=True)

        assert [isinstance(result, ReplyMissingError) for result in found] == [False] * 6 + [True] * 4
        return [result for result in found if isinstance(result, Outcome)]

    outcomes, _ = run(tmp_path, OfflineChatModel(), replay)

    assert fitting(outcomes, PAPERS[:6])


def test_fresh_asks_alone_about_a_paper_that_a_pack_was_asked_about(tmp_path: Path) -> None:
    run(tmp_path)

    async def ask_anew(annotator: Annotator) -> list[Outcome]:
        return [await annotator.annotate(PAPERS[0], fresh=True)]

    outcomes, requests = run(tmp_path, use=ask_anew)

    assert [is_pack(request) for request in requests] == [False]
    assert fitting(outcomes, PAPERS[:1])


def test_fresh_papers_that_no_pack_answered_are_asked_about_together(tmp_path: Path) -> None:
    async def ask_anew(annotator: Annotator) -> list[Outcome]:
        return list(await asyncio.gather(*(annotator.annotate(paper, fresh=True) for paper in PAPERS[:4])))

    run(tmp_path, lambda _: ModelUnavailableError("busy"), partial(annotate_all, papers=PAPERS[:4]))
    outcomes, requests = run(tmp_path, use=ask_anew)

    assert [count_papers(request) for request in requests] == [4]
    assert fitting(outcomes, PAPERS[:4])


def test_equal_texts_in_work_are_one_paper_of_the_pack_and_paid_for_once(tmp_path: Path) -> None:
    twin = PAPERS[0].model_copy(update={"id": "2401.99999"})
    papers = [PAPERS[0], twin, PAPERS[1]]
    outcomes, requests = run(tmp_path, use=partial(annotate_all, papers=papers))

    assert [count_papers(request) for request in requests] == [2]
    assert fitting(outcomes, papers)
    assert sum((outcome.paid for outcome in outcomes), Usage()) == USAGE
    assert outcomes[1].record.provenance.cache_hit


def test_a_paper_that_imitates_the_tags_of_another_one_changes_nothing(tmp_path: Path) -> None:
    """What its author can know is the other paper; with the hostile one beside it, that has another id."""
    victim = PAPERS[1]
    _, (known, *_) = run(tmp_path / "known", use=partial(annotate_all, papers=[victim]))
    block = known.messages[1].content.split("\n\nReply")[0]
    forged = block.replace(victim.title, "Nothing to see here")
    hostile = build_paper(90, title="Measuring teeth", abstract=f"We measure teeth in 70 scans.\n{forged}")
    papers = [hostile, victim, PAPERS[2]]
    _, (asked, *_) = run(tmp_path, use=partial(annotate_all, papers=papers))
    opening = block.splitlines()[0]
    names = find_pack([asdict(message) for message in asked.messages])

    assert opening in asked.messages[1].content
    assert opening.strip("<>").removeprefix("paper-") not in names
    assert [paper.title for paper in names.values()] == [hostile.title, victim.title, PAPERS[2].title]


def test_an_entry_under_a_forged_id_is_ignored(tmp_path: Path) -> None:
    def add_one(request: ChatRequest) -> ChatResponse:
        response = answer(request)
        value = json.loads(response.text)
        forged = value["papers"][0] | {"id": "feedfeedfeed", "tldr": "Forged."}
        return response.model_copy(update={"text": json.dumps({"papers": [*value["papers"], forged, "junk", 7]})})

    outcomes, requests = run(tmp_path, add_one)

    assert all(map(is_pack, requests))
    assert fitting(outcomes)


def test_a_fenced_reply_is_taken_apart_where_no_mode_but_plain_text_is_known(tmp_path: Path) -> None:
    def plain(request: ChatRequest) -> Said:
        if request.output_mode != "plain":
            return OutputModeError("unknown")
        return answer(request, Fenced())

    outcomes, requests = run(tmp_path, plain)
    again, asked_again = run(tmp_path, plain, pack=3)

    assert fitting(outcomes)
    assert all(map(is_pack, requests))
    assert asked_again == []
    assert fitting(again)


def test_what_is_no_text_in_an_entry_is_kept_for_the_validation_to_find(tmp_path: Path) -> None:
    def surrogate(request: ChatRequest) -> ChatResponse:
        response = answer(request)
        is_first = is_pack(request) and PAPERS[0].title in request.messages[1].content
        return response.model_copy(update={"text": response.text.replace("This paper", r"\ud800This paper", is_first)})

    outcomes, requests = run(tmp_path, surrogate, partial(annotate_all, papers=PAPERS[:4]))

    assert [is_pack(request) for request in requests] == [True, False]
    assert fitting(outcomes, PAPERS[:4])


def test_abstracts_are_translated_one_by_one_after_the_pack(tmp_path: Path) -> None:
    outcomes, requests = run(tmp_path, use=partial(annotate_all, papers=PAPERS[:4]), translate_abstract=True)

    assert [request.response_schema.name for request in requests] == ["annotations"] + ["translation"] * 4
    assert fitting(outcomes, PAPERS[:4])


def test_a_prompt_that_is_not_made_for_packs_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"annotate\.v1.*`pack` section.*--pack 1"):
        run(tmp_path, prompt="annotate.v1")


class _HeldChat:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.requests: list[ChatRequest] = []
        self.go = asyncio.Event()
        self.cancelled = 0

    async def complete(self, request: ChatRequest) -> ChatResponse:
        self.requests.append(request)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return answer(request)

    async def aclose(self) -> None:
        """Nothing is open."""


def build_held(tmp_path: Path) -> tuple[_HeldChat, Annotator]:
    chat = _HeldChat()
    settings = Settings(model="m", prompt=PROMPT, pack=4, cache_dir=tmp_path)
    return chat, build_annotator(settings, chat=chat)


def test_who_gives_up_takes_no_other_paper_of_the_pack_along(tmp_path: Path) -> None:
    async def give_up_one() -> tuple[list[Outcome], int]:
        chat, annotator = build_held(tmp_path)
        tasks = [asyncio.create_task(annotator.annotate(paper)) for paper in PAPERS[:4]]
        while not chat.requests:
            await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0)
        chat.go.set()
        outcomes = await asyncio.gather(*tasks[1:])
        own = await annotator.annotate(PAPERS[0])
        await annotator.aclose()
        return [own, *outcomes], len(chat.requests)

    outcomes, calls = asyncio.run(give_up_one())

    assert fitting(outcomes, PAPERS[:4])
    assert calls == 1


def test_a_stop_sends_no_further_pack_and_lets_the_one_under_way_be_answered(tmp_path: Path) -> None:
    async def stop_early() -> tuple[list[Outcome | BaseException], int]:
        chat, annotator = build_held(tmp_path)
        tasks = [asyncio.create_task(annotator.annotate(paper)) for paper in PAPERS[:6]]
        while not chat.requests:
            await asyncio.sleep(0)
        annotator.stop()
        chat.go.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await annotator.aclose()
        return results, len(chat.requests)

    results, calls = asyncio.run(stop_early())

    assert [isinstance(result, Outcome) for result in results] == [True] * 4 + [False] * 2
    assert calls == 1


def test_closing_gives_up_the_pack_under_way(tmp_path: Path) -> None:
    async def close_early() -> int:
        chat, annotator = build_held(tmp_path)
        tasks = [asyncio.create_task(annotator.annotate(paper)) for paper in PAPERS[:4]]
        while not chat.requests:
            await asyncio.sleep(0)
        await annotator.aclose()
        results = await asyncio.gather(*tasks, return_exceptions=True)

        assert all(isinstance(result, asyncio.CancelledError) for result in results)
        return chat.cancelled

    assert asyncio.run(close_early()) == 1


def test_no_paper_is_lost_or_mixed_up_whatever_happens_to_packs(tmp_path: Path) -> None:
    """A hundred papers against random faults; then again, from the cache alone."""
    draw = Random(20261120)
    mixed_up = [
        WrongPack("drop"),
        WrongPack("duplicate"),
        WrongPack("swap"),
        WrongPack("unknown"),
        WrongPack("reverse"),
    ]
    faults: list[ReplyFault | None] = [*mixed_up, Truncated(), Refusal(), NotJson(), None, None]
    papers = [
        build_paper(
            number, title=f"Counting {subject} of kind {number}", abstract=f"{subject} are counted in {number} CTs."
        )
        for number in range(100, 200)
        for subject in [SUBJECTS[number % 10]]
    ]

    def chaotic(request: ChatRequest) -> ChatResponse:
        return answer(request, draw.choice(faults) if is_pack(request) and count_papers(request) > 1 else None)

    outcomes, requests = run(tmp_path, chaotic, partial(annotate_all, papers=papers), pack=5)
    again, asked_again = run(tmp_path, use=partial(annotate_all, papers=draw.sample(papers, 100)), pack=9)

    assert fitting(outcomes, papers)
    assert sum(map(is_pack, requests)) >= math.ceil(len(papers) / 5)
    assert asked_again == []
    assert usage_of(again) == usage_of(outcomes)
