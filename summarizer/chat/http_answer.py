"""What came back to one HTTP request, or did not."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from summarizer.errors import ModelRequestError


class FileGoneError(ModelRequestError):
    """There is nothing to download at this path, or not any more."""


class BatchGoneError(ModelRequestError):
    """The endpoint knows no such batch, or shows it to the key of another account only."""


class HttpAnswer(NamedTuple):
    """A complete answer, whatever its status. Body and text are free of the key, the headers are not."""

    status: int
    headers: Mapping[str, str]
    """Looked up without regard to case."""
    raw_text: str
    """The beginning of the body."""
    body: object
    """Decoded JSON, or the text where it is none."""

    @property
    def is_success(self) -> bool:
        """Whether the status says so."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def location(self) -> str | None:
        """Where a redirect points to."""
        is_redirect = HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST
        return self.headers.get("location") if is_redirect else None
