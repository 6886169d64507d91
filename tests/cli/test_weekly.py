"""Facts about `summarizer weekly`: from harvest to mail, twice, against local stand-ins for arXiv, chat model and mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest
import trustme

from tests.chat_server import ChatServer, Refusal
from tests.cli.conftest import KEY, Cli, Result
from tests.cli.overviews import SENTENCES, SaysOverview, asks_for_overview
from tests.digest.mail_server import PASSWORD, Post, run_server
from tests.papers.harvest.stand_in import ArxivStandIn, make_records
from tests.replay_server import Answer, ReplayServer

WEEK, PAPERS = "2026-W45", 30
FORMS = ("index.html", "digest.md", "feed.xml", "digest.json")


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with ChatServer(api_key=KEY) as server:
        server.fault_for(asks_for_overview, SaysOverview())
        yield server


@pytest.fixture
def arxiv() -> Iterator[ReplayServer]:
    with ReplayServer(ArxivStandIn(make_records(PAPERS, date(2026, 11, 2), per_day=5))) as server:
        yield server


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SUMMARIZER_SMTP_PASSWORD", PASSWORD)
    with run_server("starttls", authority) as server:
        yield server


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def write_settings(chat: ChatServer, *profiles: str, settings: str = "") -> None:
    lines = [
        'model = "m"\nprice_in = 1.0\nprice_out = 2.0\nlanguages = ["zh-Hans"]',
        f'base_url = "{chat.base_url}"\n{settings}',
    ]
    Path("summarizer.toml").write_text("\n".join([*lines, *profiles]))


def describe(name: str, rest: str = "") -> str:
    return f'[profile.{name}]\nharvest = ["eess.IV"]\n{rest}\n'


def mail_settings(post: Post) -> str:
    return (
        f'smtp_host = "localhost"\nsmtp_port = {post.server.port}\nsmtp_user = "digest"\nmail_from = "me@example.org"\n'
    )


def run(cli: Cli, arxiv: ReplayServer, *arguments: str, week: str = WEEK) -> Result:
    return cli("weekly", "--week", week, "--address", f"{arxiv.address}/api", *arguments)


def read_files(folder: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def test_a_week_goes_from_harvest_to_mail_and_a_second_run_does_nothing_again(
    cli: Cli, chat: ChatServer, arxiv: ReplayServer, post: Post
) -> None:
    write_settings(chat, describe("ct", 'mail_to = ["ada@example.org"]'), settings=mail_settings(post))
    first = run(cli, arxiv)
    calls, pages = chat.calls, read_files("digests")
    again = run(cli, arxiv)
    page = Path(f"digests/ct/{WEEK}/index.html").read_text()

    assert (first.exit_code, again.exit_code) == (0, 0), first.stderr + again.stderr
    assert first.stdout.startswith(f"{WEEK} ct: 25 papers, ")
    assert calls == 26
    assert chat.calls == calls
    assert read_files("digests") == pages
    assert all(sentence in page for sentence in SENTENCES)
    assert [envelope.rcpt_tos for envelope in post.mailbox.envelopes] == [["ada@example.org"]]
    assert "mailed to 1" in first.stdout
    assert "mailed to 0" in again.stdout


def test_what_is_published_holds_no_path_process_or_key(cli: Cli, chat: ChatServer, arxiv: ReplayServer) -> None:
    write_settings(chat, describe("ct"))
    run(cli, arxiv)
    published = read_files("digests")
    names = {Path(name).name for name in published}

    assert names == {*FORMS, "shown.jsonl", ".shown.lock"}
    for content in published.values():
        assert str(Path.cwd()).encode() not in content
        assert KEY.encode() not in content


def test_the_next_week_repeats_no_paper(cli: Cli, chat: ChatServer, arxiv: ReplayServer) -> None:
    write_settings(chat, describe("ct"))
    run(cli, arxiv)
    run(cli, arxiv, week="2026-W46")
    shown = [orjson.loads(line) for line in Path("digests/ct/shown.jsonl").read_bytes().splitlines()]

    assert [len(digest["papers"]) for digest in shown] == [25, 5]
    assert not set(shown[0]["papers"]) & set(shown[1]["papers"])


def test_readers_who_want_the_same_share_harvest_and_annotations(
    cli: Cli, chat: ChatServer, arxiv: ReplayServer
) -> None:
    chinese, german = describe("zh"), describe("de", 'languages = ["de"]\nmatch = ["26110000?"]')
    write_settings(chat, chinese, describe("two", 'categories = ["eess.*"]\nformats = ["md"]'), german)
    result = run(cli, arxiv)

    assert result.exit_code == 0, result.stderr
    assert len(arxiv.requests) == 3
    assert "25 papers, " in result.stdout.splitlines()[1]
    assert "0 calls for annotations" in result.stdout.splitlines()[1]
    assert [path.name for path in sorted(Path(f"digests/two/{WEEK}").iterdir())] == ["digest.md"]


def test_a_profile_that_fails_does_not_stop_the_others(cli: Cli, chat: ChatServer, arxiv: ReplayServer) -> None:
    broken = describe("broken", 'criterion = "nowhere.toml"')
    missing = '[profile.missing]\ninputs = ["nowhere/*.jsonl"]\n'
    write_settings(chat, broken, missing, describe("sound"))
    result = run(cli, arxiv)

    assert result.exit_code == 2
    assert "error: broken: " in result.stderr
    assert "error: missing: " in result.stderr
    assert f"{WEEK} sound: 25 papers" in result.stdout


def test_a_harvest_that_fails_fails_its_readers_alone(cli: Cli, chat: ChatServer, arxiv: ReplayServer) -> None:
    Path("extra.jsonl").write_text(
        '{"id": "x", "title": "A paper on CT", "abstract": "We look at CT.", "update_date": "2026-11-03"}\n'
    )
    write_settings(chat, describe("one"), describe("two"), '[profile.files]\ninputs = ["extra.jsonl"]\n')
    arxiv.script([Answer(status=429, headers={"Retry-After": "86400"})])
    result = run(cli, arxiv)

    assert result.exit_code == 3
    assert len(arxiv.requests) == 1
    assert result.stderr.count("throttled (HTTP 429)") == 2
    assert "files: " in result.stdout


def test_a_budget_stop_publishes_what_is_annotated_says_so_and_mails_later(
    cli: Cli, chat: ChatServer, arxiv: ReplayServer, post: Post
) -> None:
    write_settings(
        chat,
        describe("ct", 'mail_to = ["ada@example.org"]'),
        settings=mail_settings(post) + "concurrency = 1\nmax_output_tokens = 1000\n",
    )
    stopped = run(cli, arxiv, "--max-cost", "0.05")
    page = Path(f"digests/ct/{WEEK}/index.html").read_text()
    sent = len(post.mailbox.envelopes)
    whole = run(cli, arxiv)

    assert stopped.exit_code == 6
    assert "budget reached" in stopped.stderr
    assert "This digest is not whole" in page
    assert sent == 0
    assert "not mailed: the digest is not whole" in stopped.stdout
    assert (whole.exit_code, len(post.mailbox.envelopes)) == (0, 1)
    assert "not whole" not in Path(f"digests/ct/{WEEK}/index.html").read_text()


def test_one_cap_holds_for_all_profiles_together(cli: Cli, chat: ChatServer, arxiv: ReplayServer) -> None:
    settings = "concurrency = 1\nmax_output_tokens = 1000\nmax_cost = 0.1"
    write_settings(
        chat, describe("a"), describe("b", 'languages = ["de"]'), describe("c", 'languages = ["fr"]'), settings=settings
    )
    result = run(cli, arxiv)
    spent = chat.usage.prompt_tokens * 1e-6 + chat.usage.completion_tokens * 2e-6

    assert result.exit_code == 6
    assert 0.05 < spent <= 0.1


def test_papers_that_fail_are_exit_1_and_the_mail_is_sent(
    cli: Cli, chat: ChatServer, arxiv: ReplayServer, post: Post
) -> None:
    chat.fault_for("study 2611.00003", Refusal())
    write_settings(chat, describe("ct", 'mail_to = ["ada@example.org"]'), settings=mail_settings(post))
    result = run(cli, arxiv)

    assert result.exit_code == 1
    assert "24 papers, " in result.stdout
    assert len(post.mailbox.envelopes) == 1


def test_a_recipient_who_is_refused_is_tried_again_and_the_others_are_not(
    cli: Cli, chat: ChatServer, arxiv: ReplayServer, post: Post
) -> None:
    recipients = 'mail_to = ["ada@example.org", "nobody@example.org", "bob@example.org"]'
    write_settings(chat, describe("ct", recipients), settings=mail_settings(post))
    results = [run(cli, arxiv), run(cli, arxiv)]

    assert [result.exit_code for result in results] == [3, 3]
    assert [envelope.rcpt_tos for envelope in post.mailbox.envelopes] == [["ada@example.org"], ["bob@example.org"]]
    assert "mailed to 2, 1 failed" in results[0].stdout


def test_a_dry_run_checks_everything_and_touches_nothing(cli: Cli, chat: ChatServer, arxiv: ReplayServer) -> None:
    write_settings(chat, describe("ct", 'site_url = "https://example.org/ct"'), settings="max_cost = 2.5")
    result = run(cli, arxiv, "--dry-run")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == f"ct: {WEEK}, 2026-11-02 to 2026-11-08"
    assert "at most $2.50 in all" in result.stdout
    assert not arxiv.requests
    assert chat.calls == 0
    assert [path.name for path in Path().iterdir()] == ["summarizer.toml"]


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        (describe("ct", 'mail_to = ["ada@example.org"]'), "smtp_host: not set"),
        (describe("ct", 'site_url = "example"'), "site-url: expected an address"),
        (describe("ct", 'min_relevance = "auto"'), "min_relevance: not set"),
        (describe("ct").replace("eess.IV", "medical imaging"), "is no arXiv category"),
    ],
)
def test_a_dry_run_finds_what_would_fail(
    cli: Cli, chat: ChatServer, arxiv: ReplayServer, profile: str, message: str
) -> None:
    write_settings(chat, profile)
    result = run(cli, arxiv, "--dry-run")

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_missing_key_is_found_before_anything_is_fetched(
    cli: Cli, arxiv: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    Path("summarizer.toml").write_text(f'model = "m"\n{describe("ct")}')
    result = run(cli, arxiv)

    assert result.exit_code == 2
    assert "OPENAI_API_KEY: not set" in result.stderr
    assert not arxiv.requests


def test_without_profiles_there_is_a_hint(cli: Cli, arxiv: ReplayServer) -> None:
    result = run(cli, arxiv)

    assert result.exit_code == 2
    assert "`summarizer init` writes one" in result.stderr


def test_profiles_are_chosen_by_name(cli: Cli, chat: ChatServer, arxiv: ReplayServer) -> None:
    write_settings(chat, describe("one"), describe("two"))
    chosen, unknown = run(cli, arxiv, "--dry-run", "--profile", "two"), run(cli, arxiv, "--profile", "tow")

    assert chosen.stdout.startswith("two: ")
    assert "one: " not in chosen.stdout
    assert unknown.exit_code == 2
    assert "there are: one, two" in unknown.stderr


def test_a_week_without_papers_gives_an_empty_digest_and_no_mail(
    cli: Cli, chat: ChatServer, arxiv: ReplayServer, post: Post
) -> None:
    write_settings(chat, describe("ct", 'mail_to = ["ada@example.org"]'), settings=mail_settings(post))
    result = run(cli, arxiv, week="2026-W40")

    assert result.exit_code == 0
    assert "0 papers, " in result.stdout
    assert not post.mailbox.envelopes


def test_a_profile_that_was_changed_in_the_middle_of_a_week_starts_anew_on_request(
    cli: Cli, chat: ChatServer, arxiv: ReplayServer
) -> None:
    write_settings(chat, describe("ct"))
    run(cli, arxiv)
    write_settings(chat, describe("ct", 'languages = ["de"]'))
    refused, anew = run(cli, arxiv), run(cli, arxiv, "--overwrite")

    assert (refused.exit_code, anew.exit_code) == (2, 0)
    assert "--overwrite" in refused.stderr


def test_papers_that_failed_are_asked_for_anew_on_request(cli: Cli, chat: ChatServer, arxiv: ReplayServer) -> None:
    chat.fault_for("study 2611.00003", Refusal(), times=1)
    write_settings(chat, describe("ct"))
    codes = [run(cli, arxiv).exit_code, run(cli, arxiv).exit_code, run(cli, arxiv, "--retry-failed").exit_code]

    assert codes == [1, 1, 0]
