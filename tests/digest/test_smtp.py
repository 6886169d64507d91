"""Mail goes to a real server on this machine, with a certificate of an authority made for the test."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme

from summarizer.digest.mail import MailAddresses, build_mail
from summarizer.digest.smtp import MailServer, Security, send_mail
from summarizer.errors import DeliveryError
from tests.digest.mail_server import LocalController, Mailbox, Post, run_server
from tests.digest.sample_records import weekly_digest
from tests.digest.test_mail import ADDRESSES, SENT, part


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    made = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "authority.pem"
    made.cert_pem.write_to_path(path)
    return made, path


@pytest.fixture(params=["starttls", "tls"])
def post(
    request: pytest.FixtureRequest, authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Post]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))
    with run_server(request.param, authority[0]) as post:
        yield post


def message_to(recipient: str) -> EmailMessage:
    return build_mail(weekly_digest(), MailAddresses(ADDRESSES.sender, recipient), sent_at=SENT)


def test_a_message_arrives_with_both_parts_intact(post: Post) -> None:
    sent = message_to("ada@example.org")
    send_mail([sent], post.server)
    (arrived,) = post.mailbox.messages

    assert post.mailbox.envelopes[0].rcpt_tos == ["ada@example.org"]
    assert arrived["Subject"] == sent["Subject"]
    for subtype in ("plain", "html"):
        assert part(arrived, subtype) == part(sent, subtype)


def test_a_login_is_made_before_anything_is_sent(post: Post) -> None:
    send_mail([message_to("ada@example.org")], post.server)

    assert post.mailbox.logins == [True]


def test_a_wrong_password_is_told_without_showing_it(post: Post) -> None:
    wrong = replace(post.server, password="hunter2-hunter2")
    with pytest.raises(DeliveryError, match="refused the login") as caught:
        send_mail([message_to("ada@example.org")], wrong)

    told = "".join(traceback.format_exception(caught.value)) + repr(wrong)

    assert told.count("********") == 3
    assert not any(form in told for form in ("hunter2", "aHVudGVyMi1odW50ZXIy", "AGh1bnRlcjItaHVudGVyMg"))
    assert not post.mailbox.envelopes


def test_a_password_that_no_login_can_send_is_told_without_showing_it(post: Post) -> None:
    foreign = replace(post.server, password="gehéimnis")
    with pytest.raises(DeliveryError, match="ASCII") as caught:
        send_mail([message_to("ada@example.org")], foreign)

    assert "imnis" not in "".join(traceback.format_exception(caught.value))
    assert not post.mailbox.envelopes


def test_a_refused_reader_does_not_keep_the_others_from_their_mail(post: Post) -> None:
    messages = [message_to(name) for name in ("nobody@example.org", "ada@example.org")]
    with pytest.raises(DeliveryError, match=r"refused nobody@example.org .*no such reader.*1 of 2 sent"):
        send_mail(messages, post.server)

    assert [envelope.rcpt_tos for envelope in post.mailbox.envelopes] == [["ada@example.org"]]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_an_unknown_authority_is_not_trusted(
    security: Security, authority: tuple[trustme.CA, Path]
) -> None:
    with run_server(security, authority[0]) as post:
        with pytest.raises(DeliveryError, match=r"certificate of localhost:[0-9]+ is not trusted"):
            send_mail([message_to("ada@example.org")], post.server)

        assert (post.mailbox.logins, post.mailbox.envelopes) == ([], [])


def test_a_server_without_tls_gets_neither_password_nor_mail() -> None:
    mailbox = Mailbox()
    controller = LocalController(mailbox, authenticator=mailbox.authenticate, auth_require_tls=False)
    controller.start()
    try:
        with pytest.raises(DeliveryError, match="offers no starttls"):
            send_mail([message_to("ada@example.org")], MailServer("127.0.0.1", controller.port, "starttls", "u", "p"))
    finally:
        controller.stop()

    assert (mailbox.logins, mailbox.envelopes) == ([], [])


def test_a_server_that_is_not_there_is_named(silent_port: int) -> None:
    with pytest.raises(DeliveryError, match=rf"no mail through 127\.0\.0\.1:{silent_port} .*refused"):
        send_mail([message_to("ada@example.org")], MailServer("127.0.0.1", silent_port))
