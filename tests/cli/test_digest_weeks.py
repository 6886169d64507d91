"""Facts about `summarizer digest` for one week after another."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import feedparser
import pytest

from summarizer.digest.shown import read_shown
from tests.chat_server import ChatServer
from tests.cli.conftest import Cli, write_day
from tests.cli.test_digest import FORMS


def write_papers(path: Path, papers: Iterable[tuple[int, str | None, int]]) -> Path:
    """Write papers as JSON lines: number, day of the version, version; all are first announced on version 1's day."""
    lines = []
    for number, day, version in papers:
        line: dict[str, Any] = {
            "id": f"2611.{number:05}v{version}",
            "title": f"Finding lesion type {number} in abdominal CT",
            "abstract": f"A network finds liver lesions in abdominal CT of {number + 200} patients.",
            "authors": ["Ana Díaz"],
            "categories": ["eess.IV"],
        }
        lines.append(line | ({"published": f"{day}T01:02:03Z"} if day else {}))
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def document(folder: str) -> Any:
    """Return the JSON form of a digest."""
    return json.loads(Path(folder, "digest.json").read_text())


def shown_ids(folder: str) -> list[str]:
    return [paper["id"] for section in document(folder)["sections"] for paper in section["papers"]]


def build(cli: Cli, *arguments: str | Path, week: str = "2026-W46") -> Any:
    return cli("digest", *arguments, "--week", week, "-m", "extractive", "-o", "digests")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Two papers of week 45, two of week 46, one without a date."""
    days = ["2026-11-03", "2026-11-08", "2026-11-09", "2026-11-15", None]
    return write_papers(tmp_path / "papers.jsonl", ((number, day, 1) for number, day in enumerate(days)))


def test_a_week_has_its_own_folder_under_an_archive_and_a_feed(cli: Cli, papers: Path) -> None:
    result = build(cli, papers)

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        *(f"digests/2026-W46/{name}" for name in FORMS),
        "digests/index.html",
        "digests/feed.xml",
    ]
    assert "2 records of other days left out" in result.stderr
    assert sorted(shown_ids("digests/2026-W46")) == ["2611.00002", "2611.00003", "2611.00004"]
    assert document("digests/2026-W46")["undated"] == 1
    assert "2026-W46/index.html" in Path("digests/index.html").read_text()


def test_nothing_is_paid_for_papers_of_other_days(cli: Cli, papers: Path) -> None:
    with ChatServer() as server:
        arguments = ("--week", "2026-W46", "-m", "m", "--base-url", server.base_url, "--lang", "none", "-o", "digests")
        result = cli("digest", papers, *arguments)

        assert result.exit_code == 0
        assert len(server.requests) == 3


def test_two_weeks_are_listed_with_no_paper_twice(cli: Cli, papers: Path) -> None:
    build(cli, papers, week="2026-W45")
    second = build(cli, papers, week="2026-W46")
    first_ids, second_ids = shown_ids("digests/2026-W45"), shown_ids("digests/2026-W46")
    feed = feedparser.parse(Path("digests/feed.xml").read_bytes())

    assert "1 paper left out that another digest showed" in second.stderr
    assert sorted(first_ids + second_ids) == [f"2611.{number:05}" for number in range(5)]
    assert document("digests/2026-W46")["earlier"] == 1
    assert document("digests/2026-W46")["past"] == [{"label": "2026-W45", "url": "../2026-W45/index.html"}]
    assert [digest.label for digest in read_shown(Path("digests"))] == ["2026-W45", "2026-W46"]
    assert (feed.bozo, len(feed.entries)) == (False, 2)


def test_building_a_week_again_gives_the_same_bytes(cli: Cli, papers: Path) -> None:
    build(cli, papers, week="2026-W45")
    build(cli, papers, week="2026-W46")
    before = {path: path.read_bytes() for path in Path("digests").rglob("*.*") if path.name != "runs.jsonl"}
    build(cli, papers, week="2026-W45")
    build(cli, papers, week="2026-W46")

    assert {path: path.read_bytes() for path in Path("digests").rglob("*.*") if path.name != "runs.jsonl"} == before


def test_repeat_shows_what_an_earlier_digest_showed(cli: Cli, papers: Path) -> None:
    build(cli, papers, week="2026-W45")
    build(cli, papers, "--repeat")

    assert "2611.00004" in shown_ids("digests/2026-W46")
    assert document("digests/2026-W46")["earlier"] == 0


def test_a_newer_version_of_a_shown_paper_has_a_section_of_its_own(cli: Cli, tmp_path: Path) -> None:
    build(cli, write_papers(tmp_path / "2026-11-03.jsonl", [(1, "2026-11-03", 1)]), week="2026-W45")
    newer = write_papers(tmp_path / "2026-11-10.jsonl", [(1, "2026-11-03", 2), (2, "2026-11-10", 1)])
    build(cli, newer)
    built = document("digests/2026-W46")

    assert shown_ids("digests/2026-W46") == ["2611.00002"]
    assert [(paper["id"], paper["version"]) for paper in built["new_versions"]] == [("2611.00001", 2)]
    assert built["counts"]["annotated"] == 2


def test_results_can_be_shown_by_week_too(cli: Cli, papers: Path) -> None:
    cli("annotate", papers, "-m", "extractive", "-o", "out.jsonl")
    results = cli("digest", "out.jsonl", "--week", "2026-W46", "-o", "digests")

    assert results.exit_code == 0
    assert "2 records of other days left out" in results.stderr
    assert sorted(shown_ids("digests/2026-W46")) == ["2611.00002", "2611.00003", "2611.00004"]


@pytest.mark.parametrize(
    ("flags", "label"),
    [
        (("--since", "2026-11-09", "--until", "2026-11-15"), "2026-W46"),
        (("--since", "2026-11-03", "--until", "2026-11-09"), "2026-11-03..2026-11-09"),
    ],
)
def test_since_and_until_name_the_days(cli: Cli, papers: Path, flags: tuple[str, ...], label: str) -> None:
    result = cli("digest", papers, *flags, "-m", "extractive", "-o", "digests")

    assert result.exit_code == 0
    assert Path("digests", label, "index.html").is_file()


def test_last_week_is_a_week(cli: Cli, papers: Path) -> None:
    result = cli("digest", papers, "--last-week", "-m", "extractive", "-o", "digests")
    (digest,) = read_shown(Path("digests"))

    assert result.exit_code == 0
    assert (digest.last - digest.first).days == 6


def test_a_week_without_papers_is_a_digest_that_says_so(cli: Cli, tmp_path: Path) -> None:
    papers = write_papers(tmp_path / "papers.jsonl", [(1, "2026-11-03", 1)])
    result = build(cli, papers)

    assert result.exit_code == 0
    assert document("digests/2026-W46")["headline"] == "No paper was annotated."


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (("--week", "46"), "expected a week such as 2026-W46"),
        (("--week", "2026-W46", "--last-week"), "give one of"),
        (("--week", "2026-W46", "--since", "2026-11-09"), "give one of"),
        (("--until", "2026-11-09"), "needs its first day"),
        (("--since", "2026-11-10", "--until", "2026-11-09"), "no day is between"),
        (("--since", "soon"), "expected a day such as"),
        (("--repeat",), "everything is shown anyway"),
        (("--format", "pdf"), "expected some of html, md, atom, json, found pdf"),
        (("--format", ","), "found none"),
        (("--min-relevance", "6"), "expected 0 to 5 or auto"),
        (("--min-relevance", "-1"), "expected 0 to 5 or auto"),
        (("--site-url", "example.org"), "expected an address such as"),
    ],
)
def test_flags_that_make_no_sense_are_exit_2_before_anything_is_written(
    cli: Cli, papers: Path, flags: tuple[str, ...], complaint: str
) -> None:
    result = cli("digest", papers, *flags, "-m", "extractive", "-o", "digests")

    assert result.exit_code == 2
    assert complaint in result.stderr
    assert not Path("digests").exists()


def test_a_folder_of_weeks_is_not_overwritten_by_a_page_of_everything(cli: Cli, papers: Path) -> None:
    build(cli, papers)
    result = cli("digest", papers, "-m", "extractive", "-o", "digests")

    assert result.exit_code == 2
    assert "an archive above them" in result.stderr


def test_the_forms_asked_for_are_written_and_no_others(cli: Cli, papers: Path) -> None:
    result = build(cli, papers, "--format", "json,md")

    assert sorted(path.name for path in Path("digests/2026-W46").iterdir() if path.suffix != ".jsonl") == [
        "digest.json",
        "digest.md",
    ]
    assert "2026-W46/digest.md" in Path("digests/index.html").read_text()
    assert result.exit_code == 0


def test_the_threshold_moves_papers_between_topics_and_the_rest(cli: Cli, papers: Path) -> None:
    build(cli, papers, "--min-relevance", "0")

    assert document("digests/2026-W46")["threshold"] == 0
    assert all(section["kind"] != "rest" for section in document("digests/2026-W46")["sections"])


def test_the_address_of_the_site_stands_in_the_feeds(cli: Cli, papers: Path) -> None:
    build(cli, papers, "--site-url", "https://example.org/reading")
    above = feedparser.parse(Path("digests/feed.xml").read_bytes())
    feed = feedparser.parse(Path("digests/2026-W46/feed.xml").read_bytes())

    assert above.entries[0].link == "https://example.org/reading/2026-W46/index.html"
    assert feed.feed.link == "https://example.org/reading/2026-W46/index.html"


def test_languages_of_results_can_be_chosen(cli: Cli, tmp_path: Path) -> None:
    write_day(tmp_path / "day.txt", 2)
    with ChatServer() as server:
        cli("annotate", "day.txt", "-o", "out.jsonl", "-m", "m", "--base-url", server.base_url)
    cli("digest", "out.jsonl", "-o", "with")
    cli("digest", "out.jsonl", "-o", "without", "--lang", "none")

    assert document("with")["languages"] == ["zh-Hans"]
    assert document("without")["languages"] == []


def test_a_broken_state_is_exit_2_and_stays_as_it_is(cli: Cli, papers: Path) -> None:
    Path("digests").mkdir()
    Path("digests/shown.jsonl").write_text("{\n")
    result = build(cli, papers)

    assert result.exit_code == 2
    assert "shown.jsonl, line 1: damaged" in result.stderr
    assert Path("digests/shown.jsonl").read_text() == "{\n"
