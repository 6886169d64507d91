"""Render a digest as an e-mail: HTML as mail clients show it, and plain text, in one message.

One message goes to one recipient, so that nobody learns who else reads the digest. Header values are checked and made one
line; the `email` package refuses what still holds a line break.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from markupsafe import Markup

from summarizer.digest import wording
from summarizer.digest.contents import Digest, Entry, Section
from summarizer.digest.links import safe_url
from summarizer.digest.templates import load_template
from summarizer.digest.visible import visible
from summarizer.errors import ConfigurationError

MOST_PAPERS = 40
"""Papers in one mail: some clients cut messages of more than 100 kB."""
# What RFC 5322 calls a dot-atom on both sides of the sign. Quoted users and address literals are not for newsletters.
_SPEC = r"[\w!#$%&'*+/^`{|}~-]+(?:\.[\w!#$%&'*+/^`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_ADDRESS = re.compile(rf"(?P<bare>{_SPEC})|(?P<name>[^<>@,;:=?\"\\]+) <(?P<boxed>{_SPEC})>", re.ASCII)
_ENCODED = "=?"
"""What opens an encoded word (RFC 2047), which the `email` package decodes into a header's value, line breaks included."""
_NAMESPACE = uuid.UUID("b3f8d3a6-7d1c-5f0e-8a3f-9d2c4e6b1a70")


@dataclass(frozen=True, slots=True)
class MailAddresses:
    """Who writes to whom."""

    sender: str
    recipient: str
    unsubscribe: str | None = None
    """Address, `mailto:` or https, that ends the subscription; None for a mail to the sender."""


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """The papers that fit into a mail."""

    sections: tuple[Section, ...]
    """Those to read first and the topics, with all their papers."""
    shown: frozenset[str]
    """Ids of the papers that are in the mail."""
    left_out: int
    """Papers at or above the threshold that are not."""
    below: int
    """Papers below the threshold, which are in no mail."""

    def entries(self, section: Section) -> list[Entry]:
        """Return the papers of a section that are in the mail."""
        return [entry for entry in section.entries if entry.paper.id in self.shown]


def build_mail(
    digest: Digest, addresses: MailAddresses, *, sent_at: datetime, page_url: str | None = None
) -> EmailMessage:
    """Return the message. The same arguments give the same bytes.

    Args:
        digest: shown from the most relevant paper down, as far as `MOST_PAPERS` go; the rest is counted.
        addresses: of one recipient.
        sent_at: the date of the message, with time zone.
        page_url: folder where the digest is published, with a slash at its end; None when it is not.

    Raises:
        ConfigurationError: an address is none.
    """
    sender, recipient = read_address(addresses.sender), read_address(addresses.recipient)
    unsubscribe = _unsubscribe_url(addresses)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _subject(digest)
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<{_identify(digest, recipient)}@{sender.domain}>"
    message["List-Unsubscribe"] = f"<{unsubscribe}>"
    context = {
        "digest": digest,
        "excerpt": _excerpt(digest),
        "page_url": page_url,
        "unsubscribe": unsubscribe,
        "subject": _subject(digest),
        "wording": wording,
    }
    message.set_content(load_template("mail.txt.j2", escape=_plain).render(context))
    message.add_alternative(load_template("mail.html.j2").render(context), subtype="html")
    message.set_boundary(f"digest-{_identify(digest, recipient)}")
    return message


def read_address(text: str) -> Address:
    """Return one mail address, with or without a name: `ada@example.org`, `Ada <ada@example.org>`.

    Raises:
        ConfigurationError: it is none, or more than one, or holds a line break.
    """
    match = _ADDRESS.fullmatch(text)
    if not match or visible(text) != text:
        raise ConfigurationError(f"mail: expected one address such as ada@example.org, found {visible(text)!r}")
    user, _, domain = (match["boxed"] or match["bare"]).partition("@")
    return Address(match["name"] or "", user, domain)


def check_addresses(addresses: MailAddresses) -> None:
    """Find what is wrong with addresses before a digest is built for them.

    Raises:
        ConfigurationError: one of them is no address.
    """
    read_address(addresses.recipient)
    _unsubscribe_url(addresses)


def _subject(digest: Digest) -> str:
    label = f", {digest.window.label}" if digest.window else ""
    must_read = sum(len(section.entries) for section in digest.sections if section.kind == "must_read")
    text = f"{digest.title}{label}: {must_read} to read first, {wording.say_papers(digest.counts.annotated)}"
    return visible(text).replace(_ENCODED, "= ?")


def _unsubscribe_url(addresses: MailAddresses) -> str:
    sender = read_address(addresses.sender)
    if addresses.unsubscribe is None:
        return f"mailto:{quote(sender.addr_spec, safe='@')}?subject=unsubscribe"
    given = addresses.unsubscribe
    is_mail = given.startswith("mailto:")
    url = f"mailto:{quote(given.removeprefix('mailto:'), safe='@?=&%')}" if is_mail else safe_url(given)
    if url is None or not url.startswith(("https://", "mailto:")) or _ENCODED in url or visible(given) != given:
        raise ConfigurationError(f"mail_unsubscribe: expected mailto:… or https://…, found {visible(given)!r}")
    return url


def _excerpt(digest: Digest) -> _Excerpt:
    sections = tuple(section for section in digest.sections if section.kind != "rest")
    entries = [entry for section in sections for entry in section.entries]
    return _Excerpt(
        sections=sections,
        shown=frozenset(entry.paper.id for entry in entries[:MOST_PAPERS]),
        left_out=len(entries[MOST_PAPERS:]),
        below=sum(len(section.entries) for section in digest.sections if section.kind == "rest"),
    )


def _identify(digest: Digest, recipient: Address) -> uuid.UUID:
    """Return what is the same whenever the same digest goes to the same reader: a repeated mail is known as one."""
    papers = [entry.paper.id for entry in digest.entries]
    facts = [_subject(digest), digest.generated_at.isoformat(), recipient.addr_spec, *papers]
    return uuid.uuid5(_NAMESPACE, "\0".join(facts))


def _plain(value: object) -> Markup:
    return Markup(str(value))  # noqa: S704 - plain text has no markup to escape
