"""Facts about the overview of `summarizer digest`: written once, kept, left out with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chat_server import ChatServer, Refusal, Status
from tests.chat_server.faults import Fault
from tests.cli.conftest import SAMPLE_WEEK, Cli, Result, write_day
from tests.cli.overviews import SENTENCES, SaysOverview, asks_for_overview

FORMS = ("index.html", "digest.md", "feed.xml", "digest.json")


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server


def digest(cli: Cli, chat: ChatServer, *arguments: str, output: str = "digest") -> Result:
    return cli("digest", "day.txt", "-o", output, "-m", "m", "--base-url", chat.base_url, *arguments)


def read_digest(folder: str = "digest") -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Path(folder, "digest.json").read_text())
    return data


def test_an_overview_stands_on_every_form_with_its_papers_and_its_origin(
    cli: Cli, chat: ChatServer, tmp_path: Path
) -> None:
    write_day(tmp_path / "day.txt", 20)
    chat.fault_for(asks_for_overview, SaysOverview())
    result = digest(cli, chat, "--price-in", "1", "--price-out", "2")
    overview = read_digest()["overview"]

    assert result.exit_code == 0
    assert [line["text"] for line in overview["statements"]] == list(SENTENCES)
    assert all(line["paper_ids"][0].startswith("2402.") for line in overview["statements"])
    assert overview["origin"]["prompt"]["name"] == "overview.v1"
    assert overview["origin"]["cost_usd"] > 0
    assert all(sentence in Path("digest", form).read_text() for sentence in SENTENCES for form in FORMS[:2])
    assert f"from {overview['origin']['shown']} of " in Path("digest/index.html").read_text()


def test_a_second_build_and_one_from_the_results_ask_nobody_and_give_the_same_bytes(
    cli: Cli, chat: ChatServer, tmp_path: Path
) -> None:
    write_day(tmp_path / "day.txt", 20)
    chat.fault_for(asks_for_overview, SaysOverview())
    digest(cli, chat)
    calls, pages = chat.calls, [Path("digest", form).read_bytes() for form in FORMS]
    digest(cli, chat)
    cli("digest", "digest/results.jsonl", "-o", "again")
    Path("digest/overview.json").unlink()
    digest(cli, chat)

    assert chat.calls == calls
    assert [Path("again", form).read_bytes() for form in FORMS] == pages
    assert read_digest()["overview"]["statements"]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (SaysOverview(("Lesions are found in 7,777 patients.", *SENTENCES[1:])), "does not hold up against the papers"),
        (SaysOverview(SENTENCES[:1]), "does not hold up against the papers"),
        (Refusal(), "the chat model declined to write it"),
        (Status(401, "invalid"), "the chat model did not answer"),
    ],
    ids=["wrong number", "too few statements", "refusal", "revoked key"],
)
def test_without_an_overview_that_can_be_trusted_the_page_says_why(
    fault: Fault, reason: str, cli: Cli, chat: ChatServer, tmp_path: Path
) -> None:
    write_day(tmp_path / "day.txt", 20)
    chat.fault_for(asks_for_overview, fault)
    result = digest(cli, chat)

    assert result.exit_code == 0
    assert read_digest()["overview"] is None
    assert reason in read_digest()["overview_absence"]
    assert reason in Path("digest/index.html").read_text()
    assert not Path("digest/overview.json").exists()


def test_a_bad_overview_is_asked_for_twice_and_never_again(cli: Cli, chat: ChatServer, tmp_path: Path) -> None:
    write_day(tmp_path / "day.txt", 20)
    chat.fault_for(asks_for_overview, SaysOverview(("Too short.",) * 3))
    digest(cli, chat)
    calls = chat.calls
    digest(cli, chat)

    assert calls == 22
    assert chat.calls == calls


def test_the_extractive_annotator_and_too_few_papers_have_none(cli: Cli, chat: ChatServer, tmp_path: Path) -> None:
    write_day(tmp_path / "day.txt", 2)
    digest(cli, chat)
    cli("digest", SAMPLE_WEEK, "-o", "extractive", "-m", "extractive")

    assert chat.calls == 2
    assert read_digest()["overview_absence"] == "No overview: fewer than 3 papers are worth a look."
    assert "the extractive annotator is none" in read_digest("extractive")["overview_absence"]


def test_results_without_an_overview_get_one_only_when_a_model_is_named(
    cli: Cli, chat: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_day(tmp_path / "day.txt", 20)
    monkeypatch.setenv("SUMMARIZER_BASE_URL", chat.base_url)
    monkeypatch.setenv("SUMMARIZER_MODEL", "m")
    chat.fault_for(asks_for_overview, SaysOverview())
    cli("annotate", "day.txt", "-o", "results.jsonl")
    cli("digest", "results.jsonl", "-o", "free")
    calls = chat.calls
    cli("digest", "results.jsonl", "-o", "asked", "-m", "m")

    assert (calls, chat.calls) == (20, 21)
    assert "shown as they are" in read_digest("free")["overview_absence"]
    assert read_digest("asked")["overview"]


def test_a_budget_stop_publishes_what_is_annotated_and_says_so(cli: Cli, chat: ChatServer, tmp_path: Path) -> None:
    write_day(tmp_path / "day.txt", 30)
    prices = ("--price-in", "1", "--price-out", "2", "--max-output-tokens", "1000", "--concurrency", "1")
    stopped = digest(cli, chat, *prices, "--max-cost", "0.05")
    page, data = Path("digest/index.html").read_text(), read_digest()
    whole = digest(cli, chat, *prices)

    assert (stopped.exit_code, whole.exit_code) == (6, 0)
    assert "budget reached" in stopped.stderr
    assert 0 < data["counts"]["annotated"] < 30
    assert "This digest is not whole: the run behind it stopped at its budget" in page
    assert data["overview_absence"] == "No overview: this digest is not whole."
    assert read_digest()["notes"] == []


def test_a_budget_too_small_for_the_first_paper_publishes_nothing(cli: Cli, chat: ChatServer, tmp_path: Path) -> None:
    write_day(tmp_path / "day.txt", 3)
    result = digest(cli, chat, "--price-in", "1", "--price-out", "2", "--max-cost", "0.001")

    assert result.exit_code == 6
    assert not Path("digest/index.html").exists()


def test_a_damaged_overview_file_is_named(cli: Cli, chat: ChatServer, tmp_path: Path) -> None:
    write_day(tmp_path / "day.txt", 20)
    Path("digest").mkdir()
    Path("digest/overview.json").write_text("{")
    result = digest(cli, chat)

    assert result.exit_code == 2
    assert "digest/overview.json: can't be read as an overview; delete it" in result.stderr
