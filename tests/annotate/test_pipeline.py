"""Facts about a run: conservation, resuming, stopping early. The annotator is a fake of our own protocol."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.annotate.interface import Outcome, Spending
from summarizer.annotate.pipeline import Run, RunOptions
from summarizer.annotate.records import AnnotatedRecord, FailedRecord, Record
from summarizer.annotate.report import RunReport
from summarizer.annotate.results import read_results
from summarizer.annotate.store import ResultFile, Results
from summarizer.chat.interface import Usage
from summarizer.errors import ConservationError, ModelRequestError, ModelUnavailableError, SourceError, StoreError
from summarizer.papers import Paper, SkippedRecord
from tests.builders import PROFILE, build_annotated, build_failed, build_paper


class FakeAnnotator:
    """Annotates at once, or does what `act` says."""

    profile = PROFILE

    def __init__(self, act: Callable[[Paper], AnnotatedRecord | FailedRecord] = build_annotated) -> None:
        self.act = act
        self.asked: list[str] = []
        self.fresh: list[str] = []
        self.in_work = 0
        self.most_in_work = 0
        self.spending = Spending()

    async def annotate(self, paper: Paper, *, fresh: bool = False) -> Outcome:
        self.asked.append(paper.id)
        self.fresh += [paper.id] if fresh else []
        self.in_work += 1
        self.most_in_work = max(self.most_in_work, self.in_work)
        await asyncio.sleep(0)
        self.in_work -= 1
        self.spending = Spending(
            self.spending.calls + 1, self.spending.usage + Usage(input_tokens=10, output_tokens=2), None
        )
        return Outcome(self.act(paper), Usage(input_tokens=10, output_tokens=2))

    def stop(self) -> None:
        self.is_stopped = True

    async def aclose(self) -> None:
        pass


class ListResults:
    """Keeps records in memory."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def append(self, record: Record) -> None:
        self.records.append(record)

    def holds(self, record: Record) -> bool:
        return False

    def is_annotated(self, paper: Paper) -> bool:
        return False

    def has_failed(self, paper: Paper) -> bool:
        return False

    def close(self) -> None:
        pass


def build_run(
    records: Iterable[Paper | SkippedRecord],
    annotator: FakeAnnotator | None = None,
    results: Results | None = None,
    *,
    retry_failed: bool = False,
    concurrency: int = 4,
) -> Run:
    options = RunOptions("run", concurrency=concurrency, retry_failed=retry_failed)
    return Run(iter(records), annotator or FakeAnnotator(), results or ListResults(), options)


def assert_conserved(report: RunReport) -> None:
    outcomes = report.annotated + report.failed + report.skipped + report.duplicate + report.pending

    assert report.read == outcomes


def run_on_file(
    path: Path, records: Iterable[Paper | SkippedRecord], annotator: FakeAnnotator, **options: bool
) -> RunReport:
    results = ResultFile(path, PROFILE)
    report = asyncio.run(build_run(records, annotator, results, **options).execute())
    results.close()
    assert_conserved(report)
    return report


ANY_RECORD = st.one_of(
    st.integers(1, 6).map(build_paper),
    st.integers(1, 6).map(lambda number: build_paper(number, abstract="")),
    st.integers(1, 6).map(lambda number: SkippedRecord("week.txt", number, "broken")),
)


@given(st.lists(ANY_RECORD, max_size=30), st.sets(st.integers(1, 6)))
def test_every_record_leaves_as_exactly_one_line(records: list[Paper | SkippedRecord], failing: set[int]) -> None:
    results = ListResults()
    annotator = FakeAnnotator(lambda paper: (build_failed if paper.position in failing else build_annotated)(paper))
    report = asyncio.run(build_run(records, annotator, results).execute())

    assert report.read == len(records) == len(results.records)
    for status in ("annotated", "failed", "skipped", "duplicate"):
        assert getattr(report, status) == sum(record.status == status for record in results.records)
    assert report.pending == 0
    assert_conserved(report)


def test_the_first_record_of_a_paper_is_annotated_and_later_ones_are_duplicates() -> None:
    results = ListResults()
    asyncio.run(
        build_run([build_paper(1, version=2), build_paper(1), build_paper(1, version=2)], results=results).execute()
    )

    assert sorted(record.status for record in results.records) == ["annotated", "duplicate", "duplicate"]


def test_a_newer_version_is_annotated_too_and_names_the_one_it_supersedes() -> None:
    results = ListResults()
    asyncio.run(build_run([build_paper(1), build_paper(1, version=3, title="New title")], results=results).execute())

    assert [record.paper.supersedes for record in results.records if record.paper] == [None, 1]


def test_a_paper_without_abstract_does_not_hide_a_later_one_that_has_it() -> None:
    report = asyncio.run(build_run([build_paper(1, abstract=""), build_paper(1)]).execute())

    assert (report.skipped, report.annotated, report.duplicate) == (1, 1, 0)


def test_a_second_run_appends_nothing_and_asks_for_nothing(tmp_path: Path) -> None:
    records: list[Paper | SkippedRecord] = [
        build_paper(1),
        build_paper(1),
        SkippedRecord("week.txt", 9, "broken"),
        build_paper(2),
    ]
    path = tmp_path / "results.jsonl"
    run_on_file(path, records, FakeAnnotator())
    before = path.read_bytes()
    annotator = FakeAnnotator()
    report = run_on_file(path, records, annotator)

    assert path.read_bytes() == before
    assert annotator.asked == []
    assert (report.annotated, report.resumed, report.duplicate, report.skipped) == (2, 2, 1, 1)
    assert report.usage == Usage()


def test_a_paper_that_failed_is_tried_again_and_its_last_line_counts(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    run_on_file(path, [build_paper(1)], FakeAnnotator(build_failed))
    annotator = FakeAnnotator()
    report = run_on_file(path, [build_paper(1)], annotator)

    assert [record.status for record in read_results(path)] == ["failed", "annotated"]
    assert (report.annotated, report.resumed) == (1, 0)
    assert annotator.fresh == []


def test_retry_failed_goes_past_the_cache_for_failed_papers_only(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    run_on_file(path, [build_paper(1)], FakeAnnotator(build_failed))
    annotator = FakeAnnotator()
    run_on_file(path, [build_paper(1), build_paper(2)], annotator, retry_failed=True)

    assert annotator.fresh == ["2401.00001"]


@pytest.mark.parametrize("concurrency", [1, 3, 8])
def test_no_more_papers_are_in_work_than_allowed(concurrency: int) -> None:
    annotator = FakeAnnotator()
    asyncio.run(build_run(map(build_paper, range(50)), annotator, concurrency=concurrency).execute())

    assert annotator.most_in_work == concurrency


def test_the_input_is_read_only_as_fast_as_it_is_worked_on() -> None:
    taken = 0

    def papers() -> Iterable[Paper]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield build_paper(number)

    annotator = FakeAnnotator()
    run = build_run(papers(), annotator, concurrency=2)

    async def look() -> None:
        task = asyncio.create_task(run.execute())
        while len(annotator.asked) < 10:
            await asyncio.sleep(0)
        run.stop()
        await task

    asyncio.run(look())

    assert taken <= 12


def test_a_stopped_run_finishes_what_is_in_work_and_leaves_nothing_pending() -> None:
    annotator = FakeAnnotator()
    run = build_run(map(build_paper, range(1000)), annotator)

    async def stop_early() -> RunReport:
        task = asyncio.create_task(run.execute())
        while len(annotator.asked) < 10:
            await asyncio.sleep(0)
        run.stop()
        return await task

    report = asyncio.run(stop_early())

    assert 10 <= report.annotated < 20
    assert report.pending == 0
    assert_conserved(report)


def test_a_cancelled_run_counts_what_it_left_as_pending() -> None:
    class Stuck(FakeAnnotator):
        async def annotate(self, paper: Paper, *, fresh: bool = False) -> Outcome:
            self.asked.append(paper.id)
            await asyncio.sleep(3600)
            raise AssertionError

    annotator = Stuck()
    run = build_run(map(build_paper, range(1000)), annotator, concurrency=4)

    async def cancel() -> None:
        task = asyncio.create_task(run.execute())
        while len(annotator.asked) < 4:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())

    assert (run.report.read, run.report.pending) == (4, 4)
    assert_conserved(run.report)


def test_an_error_that_is_everybodys_stops_the_run_and_is_raised() -> None:
    def act(paper: Paper) -> AnnotatedRecord:
        if paper.position == 10:
            raise ModelRequestError("the key was revoked")
        return build_annotated(paper)

    run = build_run(map(build_paper, range(1, 1000)), FakeAnnotator(act))
    with pytest.raises(ModelRequestError, match="revoked"):
        asyncio.run(run.execute())

    assert 9 <= run.report.annotated < 20
    assert run.report.pending == 1
    assert_conserved(run.report)


def test_replies_under_way_are_booked_when_the_key_is_revoked() -> None:
    class Slow(FakeAnnotator):
        async def annotate(self, paper: Paper, *, fresh: bool = False) -> Outcome:
            if paper.position == 4:
                raise ModelRequestError("the key was revoked")
            await asyncio.sleep(0.05)
            return await super().annotate(paper, fresh=fresh)

    run = build_run(map(build_paper, range(1, 100)), Slow(), concurrency=4)
    with pytest.raises(ModelRequestError, match="revoked"):
        asyncio.run(run.execute())

    assert (run.report.read, run.report.annotated, run.report.pending) == (4, 3, 1)


def test_a_full_disk_stops_the_run_with_the_unwritten_paper_pending() -> None:
    class FullDisk(ListResults):
        def append(self, record: Record) -> None:
            if len(self.records) == 5:
                raise StoreError("no space left")
            super().append(record)

    run = build_run(map(build_paper, range(100)), results=FullDisk(), concurrency=2)
    with pytest.raises(StoreError):
        asyncio.run(run.execute())

    assert run.report.annotated == 5
    assert run.report.pending >= 1
    assert_conserved(run.report)


def test_an_input_that_breaks_off_stops_the_run_after_what_was_read() -> None:
    def papers() -> Iterable[Paper]:
        yield from map(build_paper, range(5))
        raise SourceError("disk error")

    run = build_run(papers())
    with pytest.raises(SourceError):
        asyncio.run(run.execute())

    assert run.report.annotated == 5
    assert_conserved(run.report)


def test_papers_before_the_place_where_an_input_breaks_off_are_still_sent() -> None:
    class Sending(FakeAnnotator):
        is_stopped = False

        async def annotate(self, paper: Paper, *, fresh: bool = False) -> Outcome:
            await asyncio.sleep(0)
            if self.is_stopped:
                raise asyncio.CancelledError
            return await super().annotate(paper, fresh=fresh)

    def papers() -> Iterable[Paper]:
        yield from map(build_paper, range(5))
        raise SourceError("disk error")

    run = build_run(papers(), Sending(), concurrency=10)
    with pytest.raises(SourceError):
        asyncio.run(run.execute())

    assert (run.report.annotated, run.report.pending) == (5, 0)


def test_an_endpoint_that_never_answered_stops_the_run_after_three_papers() -> None:
    annotator = FakeAnnotator(lambda paper: build_failed(paper, "ModelUnavailableError"))
    run = build_run(map(build_paper, range(1000)), annotator, concurrency=1)
    with pytest.raises(ModelUnavailableError, match="3 papers in a row"):
        asyncio.run(run.execute())

    assert run.report.failed == 3
    assert_conserved(run.report)


def test_an_endpoint_that_went_away_stops_the_run_before_the_dump_is_a_list_of_failures() -> None:
    annotator = FakeAnnotator(
        lambda paper: build_failed(paper, "ModelUnavailableError") if paper.position > 20 else build_annotated(paper)
    )
    run = build_run(map(build_paper, range(1, 1000)), annotator, concurrency=2)
    with pytest.raises(ModelUnavailableError):
        asyncio.run(run.execute())

    assert run.report.annotated == 20
    assert 6 <= run.report.failed <= 8


def test_single_outages_do_not_stop_the_run() -> None:
    annotator = FakeAnnotator(
        lambda paper: build_failed(paper, "ModelUnavailableError") if paper.position % 2 else build_annotated(paper)
    )
    report = asyncio.run(build_run(map(build_paper, range(100)), annotator).execute())

    assert (report.annotated, report.failed) == (50, 50)


def test_counts_that_do_not_add_up_are_an_error() -> None:
    with pytest.raises(ConservationError):
        RunReport(read=2, annotated=1).check_conservation()


def test_what_was_spent_on_a_paper_without_outcome_is_reported_too() -> None:
    """A reask may meet a revoked key after the first reply was paid for."""

    class HalfWay(FakeAnnotator):
        async def annotate(self, paper: Paper, *, fresh: bool = False) -> Outcome:
            self.spending = Spending(1, Usage(input_tokens=1000), 0.01)
            raise ModelRequestError("the key was revoked")

    run = build_run([build_paper(1)], HalfWay(), concurrency=1)
    with pytest.raises(ModelRequestError):
        asyncio.run(run.execute())

    assert (run.report.calls, run.report.usage.input_tokens, run.report.cost_usd) == (1, 1000, 0.01)


def test_a_skipped_record_that_can_not_be_written_is_pending() -> None:
    class FullDisk(ListResults):
        def append(self, record: Record) -> None:
            raise StoreError("no space left")

    for records in ([SkippedRecord("week.txt", 1, "broken")], [build_paper(1, abstract="")]):
        run = build_run(records, results=FullDisk(), concurrency=1)
        with pytest.raises(StoreError):
            asyncio.run(run.execute())

        assert (run.report.read, run.report.skipped, run.report.pending) == (1, 0, 1)


@pytest.mark.parametrize("steps", range(8))
def test_a_run_that_is_cancelled_at_any_moment_adds_up(steps: int) -> None:
    run = build_run(map(build_paper, range(100)), concurrency=3)

    async def cancel() -> None:
        task = asyncio.create_task(run.execute())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert_conserved(run.report)


def test_an_endpoint_that_is_down_on_resume_stops_the_run_early(tmp_path: Path) -> None:
    """Papers that were there from an earlier run say nothing about the endpoint of today."""
    path = tmp_path / "results.jsonl"
    run_on_file(path, map(build_paper, range(40)), FakeAnnotator())
    results = ResultFile(path, PROFILE)
    down = FakeAnnotator(lambda paper: build_failed(paper, "ModelUnavailableError"))
    run = build_run(map(build_paper, range(100)), down, results, concurrency=4)
    with pytest.raises(ModelUnavailableError):
        asyncio.run(run.execute())
    results.close()

    assert run.report.failed < 10


def test_replies_from_the_cache_say_nothing_about_an_endpoint_that_is_down() -> None:
    def answer(paper: Paper) -> AnnotatedRecord | FailedRecord:
        if paper.position % 2:
            return build_failed(paper, "ModelUnavailableError")
        record = build_annotated(paper)
        provenance = record.provenance.model_copy(update={"attempts": 0, "cache_hit": True})
        return record.model_copy(update={"provenance": provenance})

    run = build_run(map(build_paper, range(100)), FakeAnnotator(answer), concurrency=4)
    with pytest.raises(ModelUnavailableError, match="in a row could not be sent"):
        asyncio.run(run.execute())

    assert run.report.failed < 10


def test_a_pipe_that_pauses_holds_up_neither_replies_nor_the_stop() -> None:
    pause = threading.Event()

    def papers() -> Iterator[Paper]:
        yield build_paper(1)
        yield build_paper(2)
        pause.wait(10)
        yield build_paper(3)

    options = RunOptions("run", concurrency=2, may_wait=True)
    run = Run(papers(), FakeAnnotator(), ListResults(), options)

    async def stop_while_waiting() -> RunReport:
        task = asyncio.create_task(run.execute())
        while run.report.annotated < 2:
            await asyncio.sleep(0.01)
        run.stop()
        return await asyncio.wait_for(task, timeout=5)

    report = asyncio.run(stop_while_waiting())
    pause.set()

    assert (report.read, report.annotated, report.pending) == (2, 2, 0)


def test_a_pipe_is_read_to_its_end_and_its_error_raised() -> None:
    def papers() -> Iterator[Paper]:
        yield from map(build_paper, range(50))
        raise SourceError("broken pipe")

    run = Run(papers(), FakeAnnotator(), ListResults(), RunOptions("run", concurrency=3, may_wait=True))
    with pytest.raises(SourceError):
        asyncio.run(run.execute())

    assert run.report.annotated == 50
    assert_conserved(run.report)
