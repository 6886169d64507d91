"""A real mail server on this machine that asks for TLS and a login."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from summarizer.digest.smtp import MailServer, Security

PASSWORD = "a secret of the mail server"  # noqa: S105  # of a server that lives for one test
START_SECONDS = 60


@dataclass
class Mailbox:
    """A server's memory."""

    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such reader"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any
    ) -> AuthResult:
        """Accept one password, and repeat a wrong one as careless servers do."""
        is_right = login.password == PASSWORD.encode()
        self.logins.append(is_right)
        sent = login.password, b64encode(login.password), b64encode(b"\0%b\0%b" % (login.login, login.password))
        return AuthResult(success=is_right, handled=False, message=None if is_right else f"535 not {sent!r}")

    @property
    def messages(self) -> list[EmailMessage]:
        parsed = [message_from_bytes(envelope.content or b"", policy=POLICY) for envelope in self.envelopes]  # type: ignore[arg-type]

        assert all(isinstance(message, EmailMessage) and not message.defects for message in parsed)
        return parsed


@dataclass
class Post:
    """A running server and how to reach it."""

    mailbox: Mailbox
    server: MailServer


class LocalController(Controller):
    """A server on 127.0.0.1, on whichever port the system gives it; `port` is right once it has started."""

    def __init__(self, mailbox: Mailbox, **options: Any) -> None:
        super().__init__(mailbox, hostname="127.0.0.1", port=0, ready_timeout=START_SECONDS, **options)

    def _trigger_server(self) -> None:
        """Learn the port; the first connection, which aiosmtpd makes to see whether the server works, needs it."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class run_server:  # noqa: N801  # used as a context manager
    """Run a server that asks for TLS and a login."""

    def __init__(self, security: Security, authority: trustme.CA) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(context)
        self._mailbox, self._security = Mailbox(), security
        is_tls = security == "tls"
        self._controller = LocalController(
            self._mailbox,
            ssl_context=context if is_tls else None,
            tls_context=None if is_tls else context,
            require_starttls=not is_tls,
            authenticator=self._mailbox.authenticate,
            auth_require_tls=not is_tls,
            auth_required=not is_tls,  # it knows TLS only when it was asked for after connecting
        )

    def __enter__(self) -> Post:
        self._controller.start()
        server = MailServer("localhost", self._controller.port, self._security, "digest", PASSWORD)
        return Post(self._mailbox, server)

    def __exit__(self, *error: object) -> None:
        self._controller.stop()
