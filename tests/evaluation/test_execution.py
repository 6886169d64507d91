"""Facts about asking for the replies of an evaluation."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from summarizer.annotate.assembly import build_annotator
from summarizer.chat.offline import OfflineChatModel
from summarizer.chat.scripted import ScriptedChatModel
from summarizer.errors import ModelRequestError, ModelUnavailableError
from summarizer.evaluation.execution import UNAVAILABLE_LIMIT, Answers, Side, ask
from summarizer.evaluation.gold import GoldPaper
from tests.chat_server import ChatServer, RateLimited, Status
from tests.evaluation.scripted_gold import build_settings, script_gold
from tests.evaluation.small_gold import small_gold

PAPERS = small_gold()


def ask_one(chat: Any, folder: Path, *, repeats: int = 1, **settings: Any) -> Answers:
    side = Side(build_settings(folder, **settings), chat)
    [answers], stop = ask([paper.to_paper() for paper in PAPERS], [side], repeats=repeats)

    assert stop is None
    return answers


def test_calls_of_both_sides_leave_interleaved(tmp_path: Path) -> None:
    log: list[str] = []

    def logging(name: str) -> ScriptedChatModel:
        def answer(_: GoldPaper, reply: dict[str, Any]) -> dict[str, Any]:
            log.append(name)
            return reply

        return script_gold(PAPERS, answer)

    sides = [
        Side(build_settings(tmp_path, model=name, concurrency=1), logging(name)) for name in ("model-a", "model-b")
    ]
    ask([paper.to_paper() for paper in PAPERS], sides, seed=3)
    pairs = list(zip(log[::2], log[1::2], strict=True))

    assert all(set(pair) == {"model-a", "model-b"} for pair in pairs)
    assert len(set(pairs)) == 2


def test_every_repeat_is_a_reply_of_its_own_and_a_second_run_asks_nothing(tmp_path: Path) -> None:
    chat = script_gold(PAPERS)
    first = ask_one(chat, tmp_path, repeats=3)
    again = script_gold(PAPERS)
    second = ask_one(again, tmp_path, repeats=3)

    assert len(chat.requests) == len(first.records) == 3 * len(PAPERS)
    assert (len(again.requests), second.calls, second.spent_usd) == (0, 0, 0.0)
    assert {key: record.annotation for key, record in first.records.items() if record.status == "annotated"} == {
        key: record.annotation for key, record in second.records.items() if record.status == "annotated"
    }


def test_what_was_answered_before_a_stop_is_not_asked_again(tmp_path: Path) -> None:
    """A key that is revoked half-way stops the work; the same call later asks for the rest alone."""
    replies: list[str] = []

    def run_out(paper: GoldPaper, reply: dict[str, Any]) -> Any:
        if len(replies) >= 5:
            return ModelRequestError("the key was revoked")
        replies.append(paper.id)
        return reply

    with pytest.raises(ModelRequestError, match="revoked"):
        ask_one(script_gold(PAPERS, run_out), tmp_path)
    chat = script_gold(PAPERS)
    answers = ask_one(chat, tmp_path)

    assert len(chat.requests) == len(PAPERS) - 5
    assert len(answers.records) == len(PAPERS)


def test_after_an_error_that_every_paper_would_meet_no_more_papers_are_asked(tmp_path: Path) -> None:
    revoked: list[str] = []

    def revoke_first(paper: GoldPaper, reply: dict[str, Any]) -> Any:
        revoked.append(paper.id)
        return reply if len(revoked) > 1 else ModelRequestError("the key was revoked")

    with pytest.raises(ModelRequestError):
        ask_one(script_gold(PAPERS, revoke_first), tmp_path, concurrency=3)
    assert len(revoked) <= 3


def test_nothing_is_tried_again_after_such_an_error(tmp_path: Path) -> None:
    with ChatServer(latency_seconds=0.05) as server:
        server.script([None, RateLimited(retry_after="100"), Status(401)])
        side = Side(build_settings(tmp_path, base_url=server.base_url, concurrency=3))
        with pytest.raises(ModelRequestError):
            ask([paper.to_paper() for paper in PAPERS], [side])

        assert server.calls in {3, 4}


def test_a_paper_that_found_no_endpoint_is_tried_once_more(tmp_path: Path) -> None:
    seen: set[str] = set()

    def fail_once(paper: GoldPaper, reply: dict[str, Any]) -> Any:
        if paper.id in seen or paper.id != "2501.00005":
            return reply
        seen.add(paper.id)
        return ModelUnavailableError("busy")

    answers = ask_one(script_gold(PAPERS, fail_once), tmp_path)

    assert len(answers.records) == len(PAPERS)
    assert answers.missing == []


def test_a_paper_that_finds_no_endpoint_is_missing_and_not_a_failure_of_the_prompt(tmp_path: Path) -> None:
    chat = script_gold(
        PAPERS, lambda paper, reply: ModelUnavailableError("busy") if paper.id == "2501.00005" else reply
    )
    answers = ask_one(chat, tmp_path)

    assert [(entry.id, entry.reason) for entry in answers.missing] == [("2501.00005", "busy")]
    assert len(answers.records) == len(PAPERS) - 1
    assert len(chat.requests) == len(PAPERS) + 1


def test_without_any_answer_the_other_papers_are_not_tried(tmp_path: Path) -> None:
    chat = ScriptedChatModel(lambda _: ModelUnavailableError("nobody there"))
    answers = ask_one(chat, tmp_path, concurrency=1)

    assert len(chat.requests) == UNAVAILABLE_LIMIT
    assert {entry.id for entry in answers.missing} == {paper.id for paper in PAPERS}


def test_a_reply_that_breaks_the_contract_is_a_record_and_not_missing(tmp_path: Path) -> None:
    answers = ask_one(script_gold(PAPERS, lambda _, reply: {**reply, "tags": ["no-such-tag"]}), tmp_path)

    assert {record.status for record in answers.records.values()} == {"failed"}
    assert answers.missing == []


def test_offline_every_paper_without_a_stored_reply_is_named(tmp_path: Path) -> None:
    half = {paper.id for paper in PAPERS[:6]}
    [first], _ = ask([paper.to_paper() for paper in PAPERS[:6]], [Side(build_settings(tmp_path), script_gold(PAPERS))])
    answers = ask_one(OfflineChatModel(), tmp_path)

    assert {name for name, _ in first.records} == half
    assert {name for name, _ in answers.records} == half
    assert {entry.id for entry in answers.missing} == {paper.id for paper in PAPERS} - half
    assert "no reply of test-model" in answers.missing[0].reason


def test_progress_counts_replies(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    side = Side(build_settings(tmp_path), script_gold(PAPERS))
    ask([paper.to_paper() for paper in PAPERS], [side], on_progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (len(PAPERS), len(PAPERS))


def test_no_side_asks_nothing() -> None:
    assert ask([], []) == ([], None)


def test_what_annotate_paid_for_is_not_paid_for_here(tmp_path: Path) -> None:
    first = script_gold(PAPERS)

    async def annotate() -> None:
        annotator = build_annotator(build_settings(tmp_path), chat=first)
        await annotator.annotate(PAPERS[0].to_paper())
        await annotator.aclose()

    asyncio.run(annotate())
    chat = script_gold(PAPERS)
    ask_one(chat, tmp_path)

    assert len(first.requests) == 1
    assert len(chat.requests) == len(PAPERS) - 1


def test_one_cap_is_for_both_sides_and_all_repeats(tmp_path: Path) -> None:
    """What the replies of one side leave, the other may spend; together they stay within the cap."""
    asked = [paper.to_paper() for paper in small_gold()[:4]]
    with ChatServer() as server:
        fields: dict[str, Any] = {"base_url": server.base_url, "concurrency": 1, "max_cost": 0.06}
        sides = [Side(build_settings(tmp_path, cache_dir=tmp_path / name, **fields)) for name in "ab"]
        first, stopped = ask(asked, sides[:1], repeats=2)
        both, also_stopped = ask(asked, sides, repeats=2)

    assert (stopped, also_stopped) == (None, None)
    assert [len(answers.records) for answers in (*first, *both)] == [8, 8, 8]
    assert sum(answers.spent_usd or 0.0 for answers in both) <= 0.06
