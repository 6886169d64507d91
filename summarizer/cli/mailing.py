"""The mail that `digest` sends, planned from the settings before anything is paid for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from summarizer.digest import Digest
from summarizer.digest.mail import MailAddresses, build_mail, check_addresses
from summarizer.digest.smtp import MailServer, send_mail
from summarizer.errors import ConfigurationError
from summarizer.settings import Settings


@dataclass(frozen=True, slots=True)
class MailPlan:
    """Who sends to whom through which server."""

    server: MailServer
    sender: str
    recipients: tuple[str, ...]
    unsubscribe: str | None

    def send(self, digest: Digest, page_url: str | None) -> str:
        """Send one message to each recipient, and return what to say about it.

        Raises:
            DeliveryError: the server can't be reached or refuses; the message says for whom.
        """
        now = datetime.now(UTC)
        messages = [
            build_mail(digest, MailAddresses(self.sender, recipient, self.unsubscribe), sent_at=now, page_url=page_url)
            for recipient in self.recipients
        ]
        send_mail(messages, self.server)
        return f"mail sent to {', '.join(self.recipients)}"


def plan_mail(settings: Settings, to: Sequence[str] | None) -> MailPlan:
    """Return the plan for the recipients named, or else those of the settings.

    Raises:
        ConfigurationError: a setting is missing, or an address is none.
    """
    recipients = tuple(to or settings.mail_to)
    if not settings.smtp_host:
        raise ConfigurationError("smtp_host: not set; name the mail server in summarizer.toml or SUMMARIZER_SMTP_HOST")
    if not settings.mail_from:
        raise ConfigurationError("mail_from: not set; name the sender in summarizer.toml or SUMMARIZER_MAIL_FROM")
    if not recipients:
        raise ConfigurationError("mail_to: nobody to send to; add --to, or mail_to in summarizer.toml")
    if settings.smtp_user and not settings.smtp_password:
        raise ConfigurationError("smtp_password: not set; SUMMARIZER_SMTP_PASSWORD in the environment is the place")
    for recipient in recipients:
        check_addresses(MailAddresses(settings.mail_from, recipient, settings.mail_unsubscribe))
    server = MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password.get_secret_value() if settings.smtp_password else None,
    )
    return MailPlan(server, settings.mail_from, recipients, settings.mail_unsubscribe)
