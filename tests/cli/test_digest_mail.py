"""Facts about `summarizer digest --email`."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from tests.cli.conftest import SAMPLE_WEEK, Cli
from tests.digest.mail_server import PASSWORD, run_server


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch, authority: trustme.CA, tmp_path: Path) -> None:
    """Everything that mail needs but the server's port."""
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SUMMARIZER_SMTP_HOST", "localhost")
    monkeypatch.setenv("SUMMARIZER_SMTP_USER", "digest")
    monkeypatch.setenv("SUMMARIZER_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("SUMMARIZER_MAIL_FROM", "Reading group <digest@example.org>")
    monkeypatch.setenv("SUMMARIZER_MAIL_TO", "ada@example.org, bo@example.org")


def send(cli: Cli, *flags: str) -> tuple[int, str]:
    result = cli("digest", SAMPLE_WEEK, "-m", "extractive", "-o", "digest", "--email", *flags)
    return result.exit_code, result.stdout + result.stderr


def test_each_recipient_of_the_settings_gets_a_mail_of_their_own(
    cli: Cli, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_server("starttls", authority) as post:
        monkeypatch.setenv("SUMMARIZER_SMTP_PORT", str(post.server.port))
        exit_code, output = send(cli)

    assert exit_code == 0
    assert "mail sent to ada@example.org, bo@example.org" in output
    assert [message["To"] for message in post.mailbox.messages] == ["ada@example.org", "bo@example.org"]
    assert PASSWORD not in output + "".join(path.read_text() for path in Path("digest").iterdir())


def test_recipients_of_the_command_line_come_instead(
    cli: Cli, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_server("tls", authority) as post:
        monkeypatch.setenv("SUMMARIZER_SMTP_PORT", str(post.server.port))
        monkeypatch.setenv("SUMMARIZER_SMTP_SECURITY", "tls")
        exit_code, _ = send(cli, "--to", "eve@example.org", "--site-url", "https://example.org/d")
    (message,) = post.mailbox.messages
    text = message.get_body(("plain",))

    assert exit_code == 0
    assert message["To"] == "eve@example.org"
    assert text is not None
    assert "The whole digest: https://example.org/d/" in text.get_content()


def test_a_refused_login_is_exit_3_after_the_pages_are_written_and_hides_the_password(
    cli: Cli, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMARIZER_SMTP_PASSWORD", "hunter2-hunter2")
    with run_server("starttls", authority) as post:
        monkeypatch.setenv("SUMMARIZER_SMTP_PORT", str(post.server.port))
        exit_code, output = send(cli)

    assert exit_code == 3
    assert "refused the login" in output
    assert "hunter2" not in output
    assert Path("digest/index.html").is_file()


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("SUMMARIZER_SMTP_HOST", "", "smtp_host: not set"),
        ("SUMMARIZER_MAIL_FROM", "", "mail_from: not set"),
        ("SUMMARIZER_MAIL_TO", "", "mail_to: nobody"),
        ("SUMMARIZER_SMTP_PASSWORD", "", "smtp_password: not set"),
        ("SUMMARIZER_MAIL_TO", "ada", "expected one address"),
        ("SUMMARIZER_MAIL_FROM", "a@example.org\r\nBcc: b@example.org", "expected one address"),
        ("SUMMARIZER_MAIL_UNSUBSCRIBE", "javascript:alert(1)", "mail_unsubscribe: expected"),
    ],
)
def test_what_mail_lacks_is_found_before_anything_is_written(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, complaint: str
) -> None:
    monkeypatch.setenv(variable, value)
    exit_code, output = send(cli)

    assert exit_code == 2
    assert complaint in output
    assert not Path("digest").exists()


def test_the_threshold_that_evaluation_chose_is_taken_on_request(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = cli("digest", SAMPLE_WEEK, "-m", "extractive", "-o", "digest", "--min-relevance", "auto")
    Path("summarizer.toml").write_text("min_relevance = 2\n")
    found = cli("digest", SAMPLE_WEEK, "-m", "extractive", "-o", "digest", "--min-relevance", "auto")

    assert (missing.exit_code, found.exit_code) == (2, 0)
    assert "eval threshold" in missing.stderr
    assert '"threshold": 2' in Path("digest/digest.json").read_text()
