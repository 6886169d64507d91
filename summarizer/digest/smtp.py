"""Sending mail by SMTP, encrypted or not at all."""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from summarizer.digest.visible import visible
from summarizer.errors import DeliveryError

Security = Literal["starttls", "tls"]
_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465}
_TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes mail. `repr` leaves out the password."""

    host: str
    port: int | None = None
    """587 for STARTTLS and 465 for TLS when None."""
    security: Security = "starttls"
    """`starttls` turns to TLS after connecting, `tls` starts with it; without TLS nothing is sent."""
    user: str | None = None
    """None where the server asks for no login."""
    password: str | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """Host and port, as errors name them."""
        return f"{self.host}:{self.port or _PORTS[self.security]}"


def send_mail(messages: Sequence[EmailMessage], server: MailServer) -> None:
    """Send messages over one connection, each to its `To`.

    A message that is refused does not keep the others from being sent.

    Raises:
        DeliveryError: the server can't be reached or trusted, refuses the login, or refuses some of the messages;
            the message never holds the password.
    """
    refused: list[str] = []
    with _errors_told(server), _connect(server) as connection:
        for message in messages:
            try:
                connection.send_message(message)
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
                refused.append(f"{message['To']} ({_describe(error, server)})")
    if refused:
        sent = len(messages) - len(refused)
        raise DeliveryError(f"mail: {server.address} refused {', '.join(refused)}; {sent} of {len(messages)} sent")


@contextmanager
def _connect(server: MailServer) -> Iterator[smtplib.SMTP]:
    context, port = ssl.create_default_context(), server.port or _PORTS[server.security]
    connection = (
        smtplib.SMTP_SSL(server.host, port, timeout=_TIMEOUT_SECONDS, context=context)
        if server.security == "tls"
        else smtplib.SMTP(server.host, port, timeout=_TIMEOUT_SECONDS)
    )
    with connection:
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password or "")
        yield connection


@contextmanager
def _errors_told(server: MailServer) -> Iterator[None]:
    """Turn what can go wrong into an error without a cause: the cause may hold what was sent to log in."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(
            f"smtp_user: {server.address} refused the login ({_describe(error, server)}); check SUMMARIZER_SMTP_PASSWORD"
        ) from None
    except UnicodeEncodeError:
        raise DeliveryError(
            "smtp_user: name and password for a login must be of ASCII characters; check SUMMARIZER_SMTP_PASSWORD"
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError(
            f"smtp_security: {server.address} offers no {server.security} or no login ({_describe(error, server)}); "
            "nothing was sent"
        ) from None
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(
            f"smtp_host: the certificate of {server.address} is not trusted ({error.verify_message})"
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"smtp_host: no mail through {server.address} ({_describe(error, server)})") from None


def _describe(error: Exception, server: MailServer) -> str:
    """Return what the server said, on one line and without the password in any form in which it was sent."""
    text = visible(str(error))
    for secret in _secret_forms(server):
        text = text.replace(secret, "********")
    return text


def _secret_forms(server: MailServer) -> list[str]:
    if not server.password:
        return []
    login = f"\0{server.user}\0{server.password}"
    encoded = [base64.b64encode(text.encode()).decode() for text in (server.password, login)]
    return [*encoded, server.password]
