"""What one harvest asks for, checked before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import urlsplit

from summarizer.errors import ConfigurationError

ServiceName = Literal["arxiv-api", "oai-pmh", "announcements"]

ADDRESSES: Final[dict[ServiceName, str]] = {
    "arxiv-api": "https://export.arxiv.org/api/query",
    "oai-pmh": "https://oaipmh.arxiv.org/oai",
    "announcements": "https://rss.arxiv.org/atom",
}
_CATEGORY = re.compile(r"[a-z][a-z-]*(\.[A-Za-z][A-Za-z-]*)?")


@dataclass(frozen=True, slots=True)
class HarvestRequest:
    """Which papers are wanted.

    Raises:
        ConfigurationError: the parts do not fit together.
    """

    service: ServiceName = "arxiv-api"
    categories: tuple[str, ...] = ()
    """arXiv categories (`eess.IV`) or whole archives (`cs`), any of which a paper may have."""
    query: str | None = None
    """arXiv API query, for instance `ti:"lung nodule" OR abs:radiomics`."""
    since: date | Literal["last"] | None = None
    """First day: of submission for the API, of the last change for OAI-PMH. `last`: where the last harvest ended."""
    until: date | None = None
    """Last day; today when None."""
    address: str | None = None
    """Where the service is, if not at arXiv's own address."""

    def __post_init__(self) -> None:
        for category in self.categories:
            if not _CATEGORY.fullmatch(category):
                raise ConfigurationError(f"--category {category!r} is no arXiv category; expected one such as eess.IV")
        if self.service != "arxiv-api" and self.query:
            raise ConfigurationError("--query works with the arXiv API only; drop --oai or --today")
        if self.service != "oai-pmh" and not (self.categories or self.query):
            raise ConfigurationError("nothing to look for; name a --category, for instance --category eess.IV")
        self._check_days()

    def _check_days(self) -> None:
        if self.service == "announcements":
            if self.since or self.until:
                raise ConfigurationError("--today takes no --since or --until; drop one or the other")
        elif self.since is None:
            raise ConfigurationError("the first day is missing; give --since 2026-11-13, or --since last")

    @property
    def target(self) -> str:
        """The address that requests go to."""
        return self.address or ADDRESSES[self.service]

    @property
    def key(self) -> str:
        """What is looked for, whatever the days: harvests with the same key go on from each other."""
        return " ".join((self.service, ",".join(sorted(set(self.categories))), self.query or "")).rstrip()

    @property
    def is_local(self) -> bool:
        """Whether the service runs on this machine."""
        host = urlsplit(self.target).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"
