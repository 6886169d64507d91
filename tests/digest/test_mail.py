from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from summarizer.annotate.records import AnnotatedRecord
from summarizer.contract.schema import Translation
from summarizer.digest import Digest
from summarizer.digest.mail import MOST_PAPERS, MailAddresses, build_mail, read_address
from summarizer.errors import ConfigurationError
from tests.digest.document import Document
from tests.digest.hostile import HOSTILE
from tests.digest.sample_records import annotated, digest, paper, weekly_digest

SENT = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)
ADDRESSES = MailAddresses("Reading group <digest@example.org>", "ada@example.org")
SITE = "https://reading.example.org/2026-W46/"


def mail(built: Digest, addresses: MailAddresses = ADDRESSES, page_url: str | None = SITE) -> EmailMessage:
    """Return the message as it arrives."""
    message = message_from_bytes(bytes(build_mail(built, addresses, sent_at=SENT, page_url=page_url)), policy=SMTP)

    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def part(message: EmailMessage, subtype: str) -> str:
    """Return the text of one of the two parts."""
    body = message.get_body((subtype,))

    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_both_parts_are_the_golden_ones(golden: Callable[[str, str], None]) -> None:
    message = mail(weekly_digest())

    golden("mail.html", part(message, "html"))
    golden("mail.txt", part(message, "plain"))


def test_the_headers_say_who_what_and_how_to_leave() -> None:
    message = mail(weekly_digest())

    assert message["Subject"] == "Week 46, 2026-W46: 2 to read first, 5 papers"
    assert (message["From"], message["To"]) == ("Reading group <digest@example.org>", "ada@example.org")
    assert message["Date"] == "Mon, 16 Nov 2026 06:30:00 +0000"
    assert message["List-Unsubscribe"] == "<mailto:digest@example.org?subject=unsubscribe>"
    assert message.get_content_type() == "multipart/alternative"
    assert [piece.get_content_type() for piece in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_html_needs_no_script_no_image_and_nothing_from_elsewhere() -> None:
    html = Document(part(mail(weekly_digest()), "html"))

    assert {element.tag for element in html.elements}.isdisjoint({"script", "img", "link", "style", "iframe", "form"})
    assert "url(" not in part(mail(weekly_digest()), "html")


@pytest.mark.parametrize("subtype", ["html", "plain"])
def test_each_part_has_papers_counts_failures_provenance_and_the_way_to_the_page(subtype: str) -> None:
    text = part(mail(weekly_digest()), subtype)

    for expected in (
        "The outline of the liver",
        "肝脏的轮廓",
        "8 records read = 5 annotated + 1 failed + 1 skipped + 1 duplicate",
        "A paper that failed",
        "Knees, again",
        "The liver is outlined in 40 patients.",
        "small-model",
        "1 paper below the threshold",
        SITE,
        "mailto:digest@example.org?subject=unsubscribe",
    ):
        assert expected in text


def test_papers_that_do_not_fit_are_counted() -> None:
    records = [annotated(paper(f"2611.{number:05}"), relevance=4) for number in range(MOST_PAPERS + 3)]
    message = mail(digest(*records))

    assert "3 papers more at or above the threshold did not fit" in part(message, "html")
    assert part(message, "plain").count("[4] Title of") == MOST_PAPERS
    assert "43 to read first, 43 papers" in message["Subject"]
    assert len(bytes(message)) < 100_000


def test_an_empty_digest_is_a_mail_that_says_so() -> None:
    message = mail(digest(window=weekly_digest().window))

    assert message["Subject"] == "Week 46, 2026-W46: 0 to read first, 0 papers"
    assert "No paper was annotated." in part(message, "plain")


def test_the_same_digest_for_the_same_reader_has_the_same_identity() -> None:
    first, again = (
        mail(weekly_digest()),
        build_mail(weekly_digest(), ADDRESSES, sent_at=datetime(2027, 1, 1, tzinfo=UTC)),
    )
    other = mail(weekly_digest(), MailAddresses(ADDRESSES.sender, "bo@example.org"))

    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@example.org>")


def test_another_way_to_leave_can_be_named() -> None:
    addresses = MailAddresses(ADDRESSES.sender, ADDRESSES.recipient, "https://example.org/leave?list=1")

    assert mail(weekly_digest(), addresses)["List-Unsubscribe"] == "<https://example.org/leave?list=1>"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "http://example.org",
        "https://a\r\nBcc: b@example.org",
        "https://example.org/=?utf-8?q?=0D=0ABcc=3A_a=40b.example?=",
    ],
)
def test_a_way_to_leave_that_is_neither_mail_nor_https_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="mail_unsubscribe"):
        mail(weekly_digest(), MailAddresses(ADDRESSES.sender, ADDRESSES.recipient, address))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example.org, bo@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\nSubject: Free money",
        "Ada\x00 <ada@example.org>",
        "ada@example.org <bo@example.org> eve@example.org",
        "ada@example.org>",
        "=?utf-8?q?=0D=0ABcc=3A_eve=40example=2Eorg?= <ada@example.org>",
        "Ada: bo@example.org;",
    ],
)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="expected one address"):
        read_address(address)


def test_an_address_may_have_a_name() -> None:
    assert (read_address("Zoë's group <a.b+c@example.org>").display_name, read_address("a@localhost").domain) == (
        "Zoë's group",
        "localhost",
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_title_adds_no_header(text: str) -> None:
    message = mail(digest(title=text))

    assert message.keys() == mail(digest()).keys()


def test_hostile_texts_are_inert_in_both_parts() -> None:
    texts, size = [*HOSTILE], MOST_PAPERS
    for place in range(0, len(texts), size):
        some = texts[place : place + size]
        message, harmless = mail(digest(*_papers(some))), mail(digest(*_papers(["plain"] * len(some))))

        assert len(list(message.iter_parts())) == 2
        assert _structure(message) == _structure(harmless)
        assert part(message, "plain").count("\n") == part(harmless, "plain").count("\n")


def test_a_summary_cannot_pass_for_another_entry_or_a_heading_of_the_plain_text() -> None:
    forged = ["[5] A forged paper", "== Forged =="]
    text = part(
        mail(digest(*(annotated(paper(str(number)), tldr=line) for number, line in enumerate(forged)))), "plain"
    )

    assert not set(forged) & set(text.splitlines())
    assert all(f"    {line}" in text.splitlines() for line in forged)


def _papers(texts: list[str]) -> list[AnnotatedRecord]:
    return [
        annotated(
            paper(f"2611.{number:05}", title=text, venue=text),
            tldr=text,
            evidence=text,
            translations={"zh-Hans": Translation(title=text, tldr=text)},
        )
        for number, text in enumerate(f"x {text}" for text in texts)
    ]


def _structure(message: EmailMessage) -> list[tuple[str, ...]]:
    return [(element.tag, *element.attributes) for element in Document(part(message, "html")).elements]
