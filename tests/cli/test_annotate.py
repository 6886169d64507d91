"""Facts about `summarizer annotate`, end to end against a real local server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from summarizer.annotate.records import AnnotatedRecord, FailedRecord
from summarizer.contract.prompts import load_prompt
from tests.chat_server import (
    MODES,
    ChatServer,
    ContentFiltered,
    EchoKey,
    Fault,
    Fenced,
    KeyInError,
    MalformedBody,
    Mode,
    NotJson,
    QuotaExceeded,
    RateLimited,
    Refusal,
    Reset,
    ServerError,
    Stall,
    Status,
    Truncated,
    UnescapedLatex,
    Ungrounded,
    WrongSchema,
    http_date,
)
from tests.cli.conftest import KEY, SAMPLE_WEEK, Cli, Result, read_lines, write_day


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    with ChatServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "test-model")
        yield server


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return write_day(tmp_path / "day.txt", 12)


def annotate(cli: Cli, source: Path, *options: str | Path) -> Result:
    return cli("annotate", source, "-o", "out.jsonl", "--json", *options)


def test_a_week_is_annotated_and_a_second_run_makes_no_call(cli: Cli, server: ChatServer) -> None:
    first = annotate(cli, SAMPLE_WEEK)
    calls = server.calls
    before = Path("out.jsonl").read_bytes()
    second = annotate(cli, SAMPLE_WEEK)

    assert (first.exit_code, first.report["annotated"], first.report["calls"]) == (0, 40, 40)
    assert (second.exit_code, second.report["annotated"], second.report["resumed"], second.report["calls"]) == (
        0,
        40,
        40,
        0,
    )
    assert calls == server.calls == 40
    assert Path("out.jsonl").read_bytes() == before


def test_a_new_output_is_filled_from_the_cache_at_no_cost(cli: Cli, server: ChatServer) -> None:
    annotate(cli, SAMPLE_WEEK)
    report = cli("annotate", SAMPLE_WEEK, "-o", "other.jsonl", "--json").report

    assert (report["annotated"], report["cache_hits"], report["calls"], report["cost_usd"]) == (40, 40, 0, 0.0)
    assert server.calls == 40
    assert all(record.provenance.cache_hit for record in read_lines(Path("other.jsonl")))


def test_each_paper_gets_its_own_reply(cli: Cli, server: ChatServer) -> None:
    server.jitter_seconds = 0.03
    annotate(cli, SAMPLE_WEEK, "--concurrency", "40")

    for record in read_lines():
        assert isinstance(record, AnnotatedRecord)
        first_words = record.paper.title.split()[0]
        assert first_words.strip("'\"") in record.annotation.tldr
        assert record.annotation.evidence in f"{record.paper.title}\n{record.paper.abstract}"


def test_a_line_says_how_it_came_about(cli: Cli, server: ChatServer, day: Path) -> None:
    annotate(cli, day, "--temperature", "0", "--limit", "1")
    line = json.loads(Path("out.jsonl").read_text())
    provenance = line["provenance"]

    assert list(line) == ["provenance", "status", "paper", "annotation"]
    assert line["status"] == "annotated"
    assert set(line["annotation"]) == {"tldr", "tags", "relevance", "evidence", "translations"}
    assert (line["paper"]["id"], line["paper"]["version"]) == ("2402.00000", 1)
    assert provenance["annotator"] == "chat"
    assert provenance["prompt"]["name"] == load_prompt("annotate").name
    assert provenance["taxonomy"]["name"] == "taxonomy.v1"
    assert provenance["criterion"]["name"] == "criterion.medical-imaging.v1"
    assert all(len(provenance[name]["fingerprint"]) == 64 for name in ("prompt", "taxonomy", "criterion"))
    assert provenance["languages"] == ["zh-Hans"]
    assert (provenance["requested_model"], provenance["served_model"]) == ("test-model", "test-model-served")
    assert provenance["parameters"] == {"max_output_tokens": 4096, "temperature": 0.0}
    assert provenance["usage"]["input_tokens"] > 1000
    assert (provenance["attempts"], provenance["cache_hit"], provenance["truncated"]) == (1, False, False)
    assert provenance["cost_usd"] is None
    assert provenance["run_id"]


def test_prices_given_as_flags_become_the_cost_of_each_record_and_of_the_run(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    report = annotate(cli, day, "--price-in", "1", "--price-out", "2").report
    usage = report["usage"]

    assert report["cost_usd"] == pytest.approx((usage["input_tokens"] + 2 * usage["output_tokens"]) / 1e6)
    assert report["cost_usd"] == pytest.approx(sum(record.provenance.cost_usd or 0 for record in read_lines()))


def test_whole_abstracts_are_translated_in_a_second_call_that_provenance_names(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    report = annotate(cli, day, "--translate-abstract").report

    assert (report["annotated"], report["calls"]) == (12, 24)
    for record in read_lines():
        assert isinstance(record, AnnotatedRecord)
        assert record.annotation.translations["zh-Hans"].abstract
        assert record.provenance.translation_prompt is not None
        assert record.provenance.attempts == 2


def test_languages_are_chosen_by_flag(cli: Cli, server: ChatServer, day: Path) -> None:
    annotate(cli, day, "--lang", "ja,zh-TW", "--limit", "2")
    japanese = annotate(cli, day, "--lang", "none", "--overwrite").report

    assert japanese["annotated"] == 12
    assert all(isinstance(record, AnnotatedRecord) and not record.annotation.translations for record in read_lines())


@pytest.mark.parametrize(
    "fault",
    [
        RateLimited("0"),
        RateLimited(retry_after=None, retry_after_ms="20"),
        ServerError(500),
        ServerError(502, "html"),
        Status(408),
        Status(425),
        Reset(),
        Reset(mid_body=True),
        MalformedBody("cut"),
        MalformedBody("html"),
        MalformedBody("empty"),
        MalformedBody("no_choices"),
    ],
    ids=str,
)
def test_a_passing_fault_costs_one_more_attempt_and_no_paper(
    cli: Cli, server: ChatServer, day: Path, fault: Fault
) -> None:
    annotate(cli, day, "--limit", "1")
    server.script([fault])
    report = annotate(cli, day, "--limit", "2").report

    assert (report["annotated"], report["resumed"], report["calls"]) == (2, 1, 2)


def test_a_retry_date_is_waited_for(cli: Cli, server: ChatServer, day: Path) -> None:
    server.script([RateLimited(http_date(1))])
    report = annotate(cli, day, "--limit", "1").report

    assert (report["annotated"], report["calls"]) == (1, 2)


def test_a_stalled_call_is_given_up_and_tried_again(cli: Cli, server: ChatServer, day: Path) -> None:
    server.script([Stall(600)])
    report = annotate(cli, day, "--limit", "1", "--timeout", "2").report

    assert (report["annotated"], report["calls"]) == (1, 2)


@pytest.mark.parametrize(
    ("fault", "error", "calls"),
    [
        (Refusal(), "RefusalError", 1),
        (ContentFiltered(), "RefusalError", 1),
        (Truncated(), "IncompleteOutputError", 2),
        (WrongSchema(), "AnnotationInvalidError", 2),
        (UnescapedLatex(), "AnnotationInvalidError", 2),
        (Ungrounded(), "AnnotationInvalidError", 2),
        (NotJson(), "AnnotationInvalidError", 2),
        (Fenced(), "AnnotationInvalidError", 2),
        (Status(400, "context_length_exceeded"), "PaperRejectedError", 1),
        (Status(400, "content_filter"), "PaperRejectedError", 1),
        (Status(413), "PaperRejectedError", 1),
        (ServerError(503), "ModelUnavailableError", 2),
        (MalformedBody("html"), "ModelUnavailableError", 2),
    ],
    ids=str,
)
def test_a_lasting_fault_of_one_paper_is_its_failure_and_nobody_elses(
    cli: Cli, server: ChatServer, day: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault, error: str, calls: int
) -> None:
    monkeypatch.setenv("SUMMARIZER_MAX_ATTEMPTS", "2")
    annotate(cli, day, "--limit", "1")
    server.fault_for("of 205 patients", fault)
    result = annotate(cli, day)
    (failed,) = [record for record in read_lines() if isinstance(record, FailedRecord)]

    assert result.exit_code == 1
    assert (result.report["annotated"], result.report["failed"]) == (11, 1)
    assert failed.error.type == error
    assert failed.provenance.attempts == calls
    assert "--retry-failed" in result.stderr


def test_a_bad_reply_is_kept_raw_and_a_reask_that_quotes_the_issues_mends_it(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    annotate(cli, day, "--limit", "1")
    server.script([Ungrounded()])
    report = annotate(cli, day, "--limit", "2").report
    first, reask = (request.body["messages"] for request in server.requests[-2:])

    assert report["annotated"] == 2
    assert reask[: len(first)] == first
    assert [message["role"] for message in reask[len(first) :]] == ["assistant", "user"]
    assert "evidence" in reask[-1]["content"]
    assert read_lines()[-1].provenance.attempts == 2


def test_a_failure_keeps_the_raw_reply_and_is_repeated_free_until_asked_for_anew(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    server.fault_for("of 205 patients", WrongSchema(), times=2)
    annotate(cli, day)
    calls = server.calls
    again = annotate(cli, day).report
    failed = read_lines()[-1]
    anew = annotate(cli, day, "--retry-failed").report

    assert isinstance(failed, FailedRecord)
    assert failed.error.raw_text.startswith("{")
    assert (again["failed"], again["calls"]) == (1, 0)
    assert (anew["annotated"], anew["failed"]) == (12, 0)
    assert server.calls == calls + 1


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (Status(401), "OPENAI_API_KEY"),
        (Status(402), ""),
        (Status(403), ""),
        (Status(404, "model_not_found"), "test-model"),
        (QuotaExceeded(), "quota"),
    ],
    ids=str,
)
def test_a_fault_that_every_paper_would_meet_stops_the_run_with_exit_3(
    cli: Cli, server: ChatServer, day: Path, fault: Fault, named: str
) -> None:
    annotate(cli, day, "--limit", "3")
    server.fault_for("finds liver lesions", fault)
    result = annotate(cli, day, "--concurrency", "2")

    assert result.exit_code == 3
    assert (result.report["annotated"], result.report["pending"]) == (3, 2)
    assert named in result.stderr
    assert "Traceback" not in result.stderr


def test_a_server_that_is_not_there_is_named(cli: Cli, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZER_MAX_ATTEMPTS", "1")
    result = annotate(cli, day, "--model", "m", "--base-url", "http://127.0.0.1:9/v1")

    assert result.exit_code == 3
    assert "http://127.0.0.1:9/v1" in result.stderr
    assert "summarizer doctor" in result.stderr


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ignores_modes", [False, True])
def test_the_output_mode_is_found_once_and_remembered(
    cli: Cli, server: ChatServer, day: Path, mode: Mode, ignores_modes: bool
) -> None:
    server.modes = [mode, "plain"]
    server.ignores_modes = ignores_modes
    first = annotate(cli, day).report
    calls = server.calls
    second = cli("annotate", day, "-o", "second.jsonl", "--json").report
    remembered = json.loads(Path("cache/endpoints.json").read_text())

    assert (first["annotated"], second["annotated"], second["calls"]) == (12, 12, 0)
    assert server.calls == calls
    assert [entry["output_mode"] for entry in remembered.values()] == [mode]


def test_an_endpoint_with_the_old_name_of_the_token_limit_is_served(cli: Cli, server: ChatServer, day: Path) -> None:
    server.rejects_max_completion_tokens = True
    annotate(cli, day)
    remembered = json.loads(Path("cache/endpoints.json").read_text())

    assert server.requests[-1].body["max_tokens"] == 4096
    assert [entry["token_limit_parameter"] for entry in remembered.values()] == ["max_tokens"]


def test_sampling_parameters_are_sent_only_when_set(cli: Cli, server: ChatServer, day: Path) -> None:
    annotate(cli, day, "--limit", "1")
    bare = server.requests[-1].body
    options = ("--temperature", "0.5", "--seed", "7", "--reasoning-effort", "low", "--overwrite")
    annotate(cli, day, "--limit", "1", *options)
    full = server.requests[-1].body

    assert not {"temperature", "seed", "reasoning_effort"} & set(bare)
    assert (full["temperature"], full["seed"], full["reasoning_effort"]) == (0.5, 7, "low")


@pytest.mark.parametrize("fault", [None, EchoKey(), KeyInError(), KeyInError(500)], ids=str)
def test_the_key_appears_nowhere(
    cli: Cli, server: ChatServer, day: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: Fault | None
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SUMMARIZER_MAX_ATTEMPTS", "2")
    server.api_key = KEY
    if fault:
        server.fault_for("finds liver lesions", fault)
    result = annotate(cli, day)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert server.calls
    assert KEY not in result.stdout + result.stderr
    assert KEY.encode() not in written
    assert KEY[8:].encode() not in written


def test_the_key_does_not_appear_in_a_traceback(
    server: ChatServer, day: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    import traceback  # noqa: PLC0415

    from summarizer.cli import main  # noqa: PLC0415
    from summarizer.errors import ModelRequestError  # noqa: PLC0415

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.fault_for("finds liver lesions", KeyInError())
    with pytest.raises(ModelRequestError) as caught:
        main(["--debug", "annotate", str(day), "-o", "out.jsonl"])
    captured = capsys.readouterr()

    assert KEY not in "".join(traceback.format_exception(caught.value)) + captured.out + captured.err


def test_a_missing_key_is_asked_for_only_where_one_is_needed(cli: Cli, day: Path) -> None:
    result = cli("annotate", day, "-o", "out.jsonl", "--model", "m")

    assert result.exit_code == 2
    assert "set OPENAI_API_KEY" in result.stderr
    assert "--model extractive" in result.stderr
    assert not Path("out.jsonl").exists()


def test_no_model_is_never_chosen_silently(cli: Cli, day: Path) -> None:
    result = cli("annotate", day, "-o", "out.jsonl")

    assert result.exit_code == 2
    assert "--model NAME" in result.stderr
    assert "--model extractive" in result.stderr


def test_results_of_another_model_are_kept_apart_unless_told_otherwise(cli: Cli, server: ChatServer, day: Path) -> None:
    annotate(cli, day)
    before = Path("out.jsonl").read_bytes()
    refused = cli("annotate", day, "-o", "out.jsonl", "--model", "extractive")
    untouched = Path("out.jsonl").read_bytes() == before
    allowed = cli("annotate", day, "-o", "out.jsonl", "--model", "extractive", "--overwrite")

    assert refused.exit_code == 2
    assert "made with another" in refused.stderr
    assert untouched
    assert allowed.exit_code == 0
    assert {record.provenance.annotator for record in read_lines()} == {"extractive"}


def test_records_go_to_standard_output_for_a_pipe(cli: Cli, server: ChatServer, day: Path) -> None:
    result = cli("annotate", day, "-o", "-")

    assert [json.loads(line)["status"] for line in result.stdout.splitlines()] == ["annotated"] * 12
    assert "12 read = 12 annotated" in result.stderr


def test_records_and_report_can_not_share_standard_output(cli: Cli, server: ChatServer, day: Path) -> None:
    result = cli("annotate", day, "-o", "-", "--json")

    assert result.exit_code == 2
    assert "standard output" in result.stderr
    assert server.calls == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02", "not a text file"),
        (b"Dear colleagues", "in no known format"),
    ],
)
def test_bad_input_is_exit_2_with_one_clear_line(cli: Cli, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "input").write_bytes(content)
    result = cli("annotate", "input", "-o", "out.jsonl", "--model", "extractive")

    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_record_that_is_not_utf8_is_skipped_and_counted(cli: Cli, day: Path) -> None:
    day.write_bytes(day.read_bytes().replace("Ana Díaz".encode(), b"Ana D\xedaz", 1))
    result = annotate(cli, day, "--model", "extractive")
    strict = annotate(cli, day, "--model", "extractive", "--strict")

    assert (result.exit_code, result.report["skipped"], result.report["annotated"]) == (0, 1, 11)
    assert strict.exit_code == 1
    assert sum(record.status == "skipped" for record in read_lines()) == 1


def test_an_output_that_can_not_be_written_is_exit_2(cli: Cli, day: Path, tmp_path: Path) -> None:
    folder = cli("annotate", day, "-o", tmp_path, "--model", "extractive")
    below_a_file = cli("annotate", day, "-o", day / "out.jsonl", "--model", "extractive")

    assert (folder.exit_code, below_a_file.exit_code) == (2, 2)
    assert "is a folder" in folder.stderr
    assert "choose another file with -o" in below_a_file.stderr


def test_an_output_that_is_an_input_is_refused(cli: Cli, day: Path) -> None:
    before = day.read_bytes()
    result = cli("annotate", day, "-o", day, "--model", "extractive", "--overwrite")

    assert result.exit_code == 2
    assert "is read as an input" in result.stderr
    assert day.read_bytes() == before


def test_a_folder_of_days_counts_its_duplicates(cli: Cli, shared: Path) -> None:
    report = annotate(cli, shared / "corpus" / "arxiv-daily", "--model", "extractive").report

    assert (report["read"], report["annotated"], report["duplicate"]) == (1708, 914, 794)


@pytest.mark.parametrize(
    ("source", "count"), [("seeds/004_126af9eaec7cd56a.txt", 90), ("corpus/kaggle-snapshot-sample.json", 60)]
)
def test_real_files_are_annotated_whole(cli: Cli, shared: Path, source: str, count: int) -> None:
    report = annotate(cli, shared / source, "--model", "extractive").report

    assert (report["read"], report["annotated"], report["cost_usd"]) == (count, count, 0.0)


def test_an_unknown_language_or_prompt_is_refused_before_anything_is_sent(
    cli: Cli, server: ChatServer, day: Path
) -> None:
    language = annotate(cli, day, "--lang", "klingon")
    prompt = annotate(cli, day, "--prompt", "no-such-prompt")

    assert (language.exit_code, prompt.exit_code, server.calls) == (2, 2, 0)
    assert "zh-Hans" in language.stderr
    assert "annotate.v1" in prompt.stderr
