"""The harvests of a weekly run: each of them once, whoever reads it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from summarizer.cli.harvest import Progress, describe_harvest
from summarizer.cli.output import say
from summarizer.cli.profiles import ReaderProfile
from summarizer.digest.contents import Window
from summarizer.errors import SummarizerError
from summarizer.papers.harvest import Harvest, HarvestRequest, PoliteClient

_DIGEST_CHARACTERS = 8


def build_request(profile: ReaderProfile, window: Window, address: str | None = None) -> HarvestRequest | None:
    """Return what a reader wants fetched; None where nothing is.

    Raises:
        ConfigurationError: a category is none.
    """
    if not (profile.harvest or profile.query):
        return None
    return HarvestRequest(
        categories=profile.harvest, query=profile.query, since=window.first, until=window.last, address=address
    )


class Fetcher:
    """Fetches papers into one folder, over one polite client, for a `with` block."""

    def __init__(self, folder: Path, *, is_local: bool) -> None:
        """Take where papers go, and whether the service is on this machine and needs no politeness."""
        self._folder = folder
        self._client = PoliteClient(spacing_seconds=0, trust_env=False) if is_local else PoliteClient()
        self._outcomes: dict[str, Path | SummarizerError] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.__exit__(kind, error, traceback)

    def fetch(self, request: HarvestRequest) -> Path | None:
        """Return the file of what `request` asks for, fetched unless it was before; None where there are no papers.

        Raises:
            ConfigurationError: the days are yet to come.
            HarvestError: the service refuses or stays out of reach; the same command goes on later.
            StoreError: the papers can't be written.
        """
        if request.key not in self._outcomes:
            self._outcomes[request.key] = self._execute(request)
        outcome = self._outcomes[request.key]
        if isinstance(outcome, SummarizerError):
            raise outcome
        return outcome if outcome.stat().st_size else None

    def _execute(self, request: HarvestRequest) -> Path | SummarizerError:
        path = self._folder / f"{_name(request)}.jsonl"
        run = Harvest(request, path, self._client, on_progress=Progress().update)
        try:
            run.execute()
        except SummarizerError as error:  # the error of every reader of these papers, and of no other
            return error
        finally:
            if run.report.requests:
                say(describe_harvest(run.report, path))
        return path


def _name(request: HarvestRequest) -> str:
    digest = sha256(request.key.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return "-".join(["+".join(sorted(set(request.categories))) or "query", digest])
