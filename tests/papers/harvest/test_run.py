"""Facts about a harvest as a whole: everything once, whatever happens in between."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError, StoreError
from summarizer.papers.harvest import Harvest, HarvestError, PoliteClient
from summarizer.papers.harvest.state import state_path
from tests.papers.harvest.conftest import TODAY, Fetch, ask, read_ids, read_papers
from tests.papers.harvest.stand_in import ArxivStandIn, make_records, oai_page, revise
from tests.replay_server import Answer, ReplayServer

SERVICES = pytest.mark.parametrize("service", ["arxiv-api", "oai-pmh"])


def all_ids(arxiv: ArxivStandIn) -> list[str]:
    return [record.id for record in arxiv.records]


@SERVICES
def test_every_paper_of_the_days_is_fetched_once_and_in_order(
    service: str, fetch: Fetch, arxiv: ArxivStandIn, output: Path
) -> None:
    report = fetch(service=service)

    assert read_ids(output) == all_ids(arxiv)
    assert (report.papers, report.new, report.pages, report.skipped) == (70, 70, 7, [])
    assert report.is_complete


def test_the_facts_of_a_paper_come_back_without_loss(fetch: Fetch, arxiv: ArxivStandIn, output: Path) -> None:
    fetch()
    record, paper = arxiv.records[0], read_papers(output)[0]

    assert (paper.id, paper.arxiv_id, paper.version) == (record.id, record.id, 1)
    assert paper.title == f"Lesions < 5 mm in CT, study {record.id}"
    assert paper.abstract == f"We find $\\alpha_{{{record.id}}}$ & more. A second line of <b>{record.id}</b>."
    assert paper.authors == ("Ana Díaz", "Wei Li")
    assert paper.categories == ("eess.IV", "cs.CV")
    assert paper.published == paper.updated == record.published
    assert (paper.comment, paper.journal) == ("7 pages", "Imaging Letters 3 (2026) 14")
    assert paper.doi == f"10.5555/{record.id}"
    assert paper.links["pdf"] == f"https://arxiv.org/pdf/{record.id}v1"


def test_oai_pmh_knows_the_version(fetch: Fetch, arxiv: ArxivStandIn, output: Path) -> None:
    arxiv.records = [replace(arxiv.records[0], version=3)]
    fetch(service="oai-pmh")

    assert [(paper.version, paper.published) for paper in read_papers(output)] == [(3, arxiv.records[0].published)]


def test_todays_announcements_are_one_page(
    fetch: Fetch, arxiv: ArxivStandIn, server: ReplayServer, output: Path
) -> None:
    report = fetch(service="announcements", categories=("eess.IV", "cs.CV"))

    assert read_ids(output) == all_ids(arxiv)
    assert [request.path for request in server.requests] == ["/atom/eess.IV+cs.CV"]
    assert (report.days, report.missing_days) == (1, [])


def test_a_second_harvest_of_the_same_days_adds_what_is_new(fetch: Fetch, arxiv: ArxivStandIn, output: Path) -> None:
    fetch()
    late = replace(arxiv.records[0], id="2611.77777")
    arxiv.records = [late, revise(arxiv.records[0]), *arxiv.records[1:]]
    report = fetch()

    assert (report.papers, report.new, report.known) == (71, 2, 69)
    assert read_ids(output)[70:] == ["2611.77777", arxiv.records[1].id]
    assert read_papers(output)[71].version == 2


def test_the_last_minute_of_a_day_belongs_to_it(fetch: Fetch, arxiv: ArxivStandIn, output: Path) -> None:
    """The API compares minutes, as the stand-in does: the range has to go on to midnight, and not beyond."""
    midnight = arxiv.records[0].published.replace(hour=0) + timedelta(days=1)
    arxiv.records = [
        replace(arxiv.records[0], id="2611.00001", published=midnight - timedelta(seconds=1)),
        replace(arxiv.records[0], id="2611.00002", published=midnight),
    ]
    fetch(until=date(2026, 11, 2))

    assert read_ids(output) == ["2611.00001"]


def test_a_window_with_too_many_results_is_read_in_smaller_ones(
    fetch: Fetch, arxiv: ArxivStandIn, server: ReplayServer, output: Path
) -> None:
    arxiv.total = lambda found: 6_000 if found == 70 else found
    fetch()
    ranges = [request.query["search_query"].partition("submittedDate:")[2] for request in server.requests]

    assert read_ids(output) == all_ids(arxiv)
    assert list(dict.fromkeys(ranges)) == [
        "[202611020000 TO 202611210000]",
        "[202611020000 TO 202611080000]",
        "[202611080000 TO 202611140000]",
        "[202611140000 TO 202611210000]",
    ]


def test_results_that_change_between_two_pages_are_read_again_from_the_start(
    fetch: Fetch, arxiv: ArxivStandIn, server: ReplayServer, output: Path
) -> None:
    """A paper that comes in before the offset moves all others: the next page alone would repeat one and lose one."""
    everything = list(arxiv.records)
    arxiv.records = everything[1:]
    calls = 0

    def grow(found: int) -> int:
        nonlocal calls
        calls += 1
        if calls == 3:
            arxiv.records = everything
            return 70
        return found

    arxiv.total = grow
    report = fetch()

    assert sorted(read_ids(output)) == [record.id for record in everything]
    assert report.restarts == 1


def test_results_that_never_stand_still_end_the_harvest(fetch: Fetch, arxiv: ArxivStandIn) -> None:
    calls = 0

    def grow(found: int) -> int:
        nonlocal calls
        calls += 1
        return found + calls

    arxiv.total = grow

    with pytest.raises(HarvestError, match="again and again"):
        fetch()


RESUMPTION = "from=2026-11-02&until=2026-11-20&skip=30"


def test_an_expired_token_restarts_its_window_and_repeats_no_record(
    fetch: Fetch, arxiv: ArxivStandIn, output: Path
) -> None:
    arxiv.expired_tokens = {RESUMPTION}
    report = fetch(service="oai-pmh")

    assert read_ids(output) == all_ids(arxiv)
    assert (report.new, report.known, report.restarts, report.pages) == (70, 30, 1, 10)


def test_a_token_that_expired_between_two_harvests_restarts_its_window_too(
    fetch: Fetch, arxiv: ArxivStandIn, output: Path
) -> None:
    fetch(service="oai-pmh", limit=30)
    arxiv.expired_tokens = {RESUMPTION}
    report = fetch(service="oai-pmh")

    assert read_ids(output) == all_ids(arxiv)
    assert (report.is_resumed, report.restarts, report.new) == (True, 1, 40)


def test_a_token_that_leads_back_to_its_own_page_does_not_go_round_for_ever(
    fetch: Fetch, server: ReplayServer, arxiv: ArxivStandIn
) -> None:
    server.script([Answer(oai_page(arxiv.records[:10], "the same"))] * 20)

    with pytest.raises(HarvestError, match="a page that leads back to itself"):
        fetch(service="oai-pmh")


def test_a_long_oai_harvest_goes_month_by_month(fetch: Fetch, server: ReplayServer) -> None:
    fetch(service="oai-pmh", since=date(2026, 9, 1))
    windows = [(r.query["from"], r.query["until"]) for r in server.requests if "from" in r.query]

    assert windows == [("2026-09-01", "2026-09-27"), ("2026-09-28", "2026-10-24"), ("2026-10-25", "2026-11-20")]


def test_several_categories_are_several_sets_without_repeats(
    fetch: Fetch, arxiv: ArxivStandIn, server: ReplayServer, output: Path
) -> None:
    report = fetch(service="oai-pmh", categories=("eess.IV", "cs.CV"))

    assert {request.query.get("set") for request in server.requests} == {"eess:eess:IV", "cs:cs:CV", None}
    assert read_ids(output) == all_ids(arxiv)
    assert (report.new, report.known) == (70, 70)


@SERVICES
def test_a_limit_stops_early_and_the_next_harvest_goes_on(
    service: str, fetch: Fetch, arxiv: ArxivStandIn, output: Path
) -> None:
    first = fetch(service=service, limit=25)
    held = read_ids(output)
    second = fetch(service=service)

    assert held == all_ids(arxiv)[:25]
    assert not first.is_complete
    assert (second.is_resumed, second.is_complete, second.new) == (True, True, 45)
    assert read_ids(output) == all_ids(arxiv)


@SERVICES
def test_a_resumed_harvest_does_not_ask_again_for_pages_it_has(
    service: str, fetch: Fetch, server: ReplayServer
) -> None:
    fetch(service=service, limit=40)
    before = len(server.requests)
    fetch(service=service)

    assert (before, len(server.requests)) == (4, 7)


def test_a_harvest_that_is_resumed_days_later_covers_the_days_between(
    fetch: Fetch, arxiv: ArxivStandIn, output: Path
) -> None:
    fetch(limit=10, today=date(2026, 11, 10))
    fetch()

    assert sorted(read_ids(output)) == all_ids(arxiv)


def test_other_days_than_those_of_an_unfinished_harvest_start_a_new_one(fetch: Fetch, output: Path) -> None:
    fetch(limit=10)
    report = fetch(since=date(2026, 11, 18))

    assert not report.is_resumed
    assert (report.since, report.new) == (date(2026, 11, 18), 10)


def test_since_last_goes_on_where_the_last_harvest_ended_and_finds_late_papers(
    fetch: Fetch, arxiv: ArxivStandIn, output: Path
) -> None:
    """A moderator may hold a paper back for days; its day of submission stays."""
    everything = list(arxiv.records)
    arxiv.records = [record for record in everything if record.published.day < 13 and record.id != "2611.00033"]
    fetch(today=date(2026, 11, 13))
    arxiv.records = everything
    report = fetch(since="last")

    assert report.since == date(2026, 10, 30)
    assert sorted(read_ids(output)) == [record.id for record in everything]


def test_since_last_goes_over_days_between_two_harvests(fetch: Fetch, caplog: pytest.LogCaptureFixture) -> None:
    fetch(since=date(2026, 9, 1), today=date(2026, 10, 1))
    fetch(since=date(2026, 11, 1), today=date(2026, 11, 5))
    last = fetch(since="last", today=date(2026, 11, 10))
    after = fetch(since="last", today=date(2026, 11, 20))

    assert "2026-10-01 to 2026-10-31: not harvested yet" in caplog.text
    assert (last.since, after.since) == (date(2026, 9, 17), date(2026, 10, 27))


def test_since_last_goes_over_days_before_an_unfinished_harvest_too(
    fetch: Fetch, arxiv: ArxivStandIn, output: Path
) -> None:
    fetch(since=date(2026, 10, 1), until=date(2026, 10, 31), today=date(2026, 11, 1))
    fetch(since=date(2026, 11, 10), limit=5)
    last = fetch(since="last")

    assert (last.is_resumed, last.since) == (True, date(2026, 10, 18))
    assert sorted(read_ids(output)) == all_ids(arxiv)
    assert fetch(since="last").since == date(2026, 11, 6)


def test_a_day_that_was_not_over_is_asked_for_again(fetch: Fetch) -> None:
    fetch(since=date(2026, 11, 2), today=date(2026, 11, 5), service="oai-pmh")
    fetch(since=date(2026, 11, 6), today=date(2026, 11, 20), service="oai-pmh")

    assert fetch(since="last", service="oai-pmh").since == date(2026, 11, 4)


def test_a_harvest_of_earlier_days_does_not_move_since_last_back(fetch: Fetch) -> None:
    fetch(since=date(2026, 11, 2))
    fetch(since=date(2025, 1, 1), until=date(2025, 2, 1))

    assert fetch(since="last").since == date(2026, 11, 6)


def test_harvests_that_adjoin_move_since_last_on(fetch: Fetch) -> None:
    fetch(since=date(2026, 9, 1), until=date(2026, 9, 30))
    fetch(since=date(2026, 10, 1), until=date(2026, 10, 31))

    assert fetch(since="last").since == date(2026, 10, 18)


def test_an_unfinished_harvest_that_is_given_up_is_said(fetch: Fetch, caplog: pytest.LogCaptureFixture) -> None:
    fetch(limit=10)
    fetch(since=date(2026, 11, 18))

    assert "with 2026-11-02 to 2026-11-20 not read; --since 2026-11-02 starts it again" in caplog.text


def test_an_unfinished_harvest_within_a_longer_one_is_not_given_up(
    fetch: Fetch, caplog: pytest.LogCaptureFixture
) -> None:
    fetch(limit=10)
    fetch(since=date(2026, 11, 1))

    assert caplog.text == ""


def test_since_last_needs_a_finished_harvest_of_the_same_papers(fetch: Fetch) -> None:
    fetch(limit=10, categories=("cs.CV",))
    fetch()

    with pytest.raises(ConfigurationError, match="no finished harvest of the same categories"):
        fetch(since="last", categories=("cs.LG",))


def test_since_last_finishes_an_unfinished_harvest(fetch: Fetch, arxiv: ArxivStandIn, output: Path) -> None:
    fetch(limit=10)
    report = fetch(since="last")

    assert report.is_resumed
    assert read_ids(output) == all_ids(arxiv)


def test_two_harvests_of_one_file_do_not_disturb_each_other(fetch: Fetch, arxiv: ArxivStandIn, output: Path) -> None:
    fetch(limit=15)
    fetch(limit=20, service="oai-pmh")
    fetch()
    fetch(service="oai-pmh")

    assert sorted(read_ids(output)) == all_ids(arxiv)


def test_days_without_papers_are_named_with_their_reason(fetch: Fetch, arxiv: ArxivStandIn) -> None:
    arxiv.records = [record for record in arxiv.records if record.published.day != 11]
    report = fetch()

    assert [(day.date.day, day.reason) for day in report.missing_days] == [
        (7, "weekend"),
        (8, "weekend"),
        (11, "no papers"),
        (14, "weekend"),
        (15, "weekend"),
        (20, "too recent"),
    ]


def test_a_resumed_harvest_remembers_which_days_had_papers(fetch: Fetch) -> None:
    fetch(limit=35)
    report = fetch()

    assert [day.date.day for day in report.missing_days] == [7, 8, 14, 15, 20]


def test_an_empty_page_in_the_middle_is_asked_for_again(
    fetch: Fetch, server: ReplayServer, arxiv: ArxivStandIn, output: Path
) -> None:
    empty = Answer(b'<feed xmlns="http://www.w3.org/2005/Atom"><totalResults>70</totalResults></feed>')
    server.script([None, empty, empty])
    report = fetch()

    assert read_ids(output) == all_ids(arxiv)
    assert (report.pages, report.requests) == (7, 9)


NOTHING = Answer(b'<feed xmlns="http://www.w3.org/2005/Atom"><totalResults>0</totalResults></feed>')


def test_no_results_are_believed_only_when_they_are_said_twice(
    fetch: Fetch, server: ReplayServer, arxiv: ArxivStandIn, output: Path
) -> None:
    server.script([NOTHING])
    fetch()

    assert read_ids(output) == all_ids(arxiv)


def test_results_that_vanish_between_two_pages_are_asked_for_again(
    fetch: Fetch, server: ReplayServer, arxiv: ArxivStandIn, output: Path
) -> None:
    server.script([None, NOTHING, NOTHING, NOTHING])
    report = fetch()

    assert read_ids(output) == all_ids(arxiv)
    assert (report.requests, report.restarts) == (10, 0)


def test_a_page_that_stays_empty_is_reported_and_the_harvest_can_go_on_later(
    fetch: Fetch, server: ReplayServer, arxiv: ArxivStandIn, output: Path
) -> None:
    empty = Answer(b'<feed xmlns="http://www.w3.org/2005/Atom"><totalResults>70</totalResults></feed>')
    server.script([None, *[empty] * 6])
    with pytest.raises(HarvestError, match="an empty page at result 11 of 70 for 2026-11-02 to 2026-11-20, 6 attempts"):
        fetch()
    fetch()

    assert read_ids(output) == all_ids(arxiv)


@SERVICES
def test_a_cut_connection_costs_no_paper(
    service: str, fetch: Fetch, server: ReplayServer, arxiv: ArxivStandIn, output: Path
) -> None:
    server.script([None, Answer(oai_page(arxiv.records, ""), is_cut=True)])
    report = fetch(service=service)

    assert read_ids(output) == all_ids(arxiv)
    assert report.requests == 8


def test_a_document_that_ends_early_is_asked_for_again(
    fetch: Fetch, server: ReplayServer, arxiv: ArxivStandIn, output: Path
) -> None:
    page = oai_page(arxiv.records[:10], "")
    server.script([Answer(page[: len(page) // 2]), Answer(b"<html><body>busy</body></html>"), Answer()])
    fetch(service="oai-pmh")

    assert read_ids(output) == all_ids(arxiv)


def test_a_deleted_record_is_counted_as_skipped(fetch: Fetch, server: ReplayServer, arxiv: ArxivStandIn) -> None:
    deleted = (
        b"<record><header status='deleted'><identifier>oai:arXiv.org:1</identifier>"
        b"<datestamp>2026-11-03</datestamp></header></record>"
    )
    page = oai_page(arxiv.records[:2], "").replace(b"</ListRecords>", deleted + b"</ListRecords>")
    server.script([Answer(page)])
    report = fetch(service="oai-pmh")

    assert (report.new, len(report.skipped)) == (2, 1)


def test_an_error_of_the_api_is_told_in_its_own_words(fetch: Fetch, server: ReplayServer, shared: Path) -> None:
    page = next((shared / "corpus" / "arxiv-api").glob("id_abc_*.xml")).read_bytes()
    server.script([Answer(page, status=400)])

    with pytest.raises(HarvestError, match="refused: incorrect id format for abc"):
        fetch()


def test_an_error_of_oai_pmh_is_told_in_its_own_words(fetch: Fetch, server: ReplayServer) -> None:
    error = (
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badArgument">no such set</error></OAI-PMH>'
    )
    server.script([Answer(error)])

    with pytest.raises(HarvestError, match="refused: badArgument no such set"):
        fetch(service="oai-pmh")


def test_an_error_of_the_feed_is_told_in_its_own_words(fetch: Fetch, server: ReplayServer) -> None:
    feed = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed error for query: x</title>'
        b"<subtitle>Bad archive 'xx'.</subtitle></feed>"
    )
    server.script([Answer(feed, status=400)])

    with pytest.raises(HarvestError, match="refused: Bad archive 'xx'"):
        fetch(service="announcements")


def test_recorded_pages_of_the_api_are_read_without_their_overlap(
    fetch: Fetch, server: ReplayServer, output: Path, shared: Path
) -> None:
    """Results 1 to 15 and 11 to 20 of one query, made to be all that there are."""
    pages = [next((shared / "corpus" / "arxiv-api").glob(name)).read_bytes() for name in ("q_*_s0_*", "q_*_s10_*")]
    server.script([Answer(page.replace(b">214881<", b">25<")) for page in pages])
    report = fetch(since=date(1991, 8, 14))
    expected = re.findall(rb"<id>http://arxiv.org/abs/(.+?)v(\d+)</id>", b"".join(pages))
    papers = read_papers(output)

    assert [paper.id for paper in papers] == [name.decode() for name, _ in dict.fromkeys(expected)]
    assert (report.papers, report.new, report.requests) == (25, len(set(expected)), 2)
    assert all(paper.abstract and paper.authors and paper.categories and paper.published for paper in papers)


def test_a_recorded_page_without_results_is_no_error(fetch: Fetch, server: ReplayServer, shared: Path) -> None:
    page = next((shared / "corpus" / "arxiv-api").glob("id_0000*.xml")).read_bytes()
    server.script([Answer(page)] * 2)
    report = fetch()

    assert (report.is_complete, report.papers, report.requests) == (True, 0, 2)


def test_no_results_are_no_error(fetch: Fetch, arxiv: ArxivStandIn, output: Path) -> None:
    arxiv.records = []

    assert fetch().is_complete
    assert fetch(service="oai-pmh").is_complete
    assert read_ids_or_nothing(output) == []


def read_ids_or_nothing(path: Path) -> list[str]:
    return read_ids(path) if path.stat().st_size else []


def test_an_output_that_lost_papers_is_not_gone_on_with(fetch: Fetch, output: Path) -> None:
    fetch(limit=30)
    output.write_bytes(b"")

    with pytest.raises(ConfigurationError, match="would leave a gap"):
        fetch()


def test_overwrite_starts_output_and_state_anew(fetch: Fetch, arxiv: ArxivStandIn, output: Path) -> None:
    fetch(limit=30)
    report = fetch(overwrite=True)

    assert not report.is_resumed
    assert read_ids(output) == all_ids(arxiv)


@SERVICES
def test_a_page_on_disk_whose_state_was_never_written_is_not_repeated(
    service: str, fetch: Fetch, arxiv: ArxivStandIn, output: Path
) -> None:
    """What a kill between the two leaves behind."""
    fetch(service=service, limit=20)
    before = state_path(output).read_bytes()
    fetch(service=service, limit=20)
    state_path(output).write_bytes(before)
    report = fetch(service=service)

    assert (report.known, report.new) == (20, 30)
    assert read_ids(output) == all_ids(arxiv)


@SERVICES
@pytest.mark.parametrize("left", [1, 40, 300])
def test_a_page_that_was_torn_while_it_was_written_is_completed(
    service: str, left: int, fetch: Fetch, arxiv: ArxivStandIn, output: Path
) -> None:
    fetch(service=service, limit=20)
    size, before = output.stat().st_size, state_path(output).read_bytes()
    fetch(service=service, limit=10)
    state_path(output).write_bytes(before)
    output.write_bytes(output.read_bytes()[: size + left])
    fetch(service=service)

    assert read_ids(output) == all_ids(arxiv)


def test_a_damaged_state_is_an_error_that_names_the_way_out(fetch: Fetch, output: Path) -> None:
    fetch(limit=30)
    state_path(output).write_text("{")

    with pytest.raises(StoreError, match="delete it to start the harvest again"):
        fetch()


def test_the_report_counts_up_to_an_error(server: ReplayServer, client: PoliteClient, output: Path) -> None:
    server.script([None, None, Answer(status=403)])
    harvest = Harvest(ask(server), output, client, today=TODAY)
    with pytest.raises(HarvestError, match="HTTP 403"):
        harvest.execute()

    assert (harvest.report.new, harvest.report.pages, harvest.report.requests) == (20, 2, 3)
    assert not harvest.report.is_complete


def test_made_up_papers_do_not_fall_on_weekends() -> None:
    assert {record.published.weekday() for record in make_records(70)} == {0, 1, 2, 3, 4}
