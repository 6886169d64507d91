"""A harvest: window after window, page after page, each page on disk before the next one is asked for."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, assert_never

from summarizer.errors import HarvestError
from summarizer.papers.harvest.announcements import Announcements
from summarizer.papers.harvest.arxiv_api import ArxivApi
from summarizer.papers.harvest.interface import Page, Service, StaleCursorError
from summarizer.papers.harvest.oai_pmh import OaiPmh
from summarizer.papers.harvest.output import HarvestFile
from summarizer.papers.harvest.plan import find_complete_until, plan
from summarizer.papers.harvest.politeness import PoliteClient
from summarizer.papers.harvest.report import HarvestReport
from summarizer.papers.harvest.request import HarvestRequest
from summarizer.papers.harvest.state import HarvestState, Progress, forget_state, load_state, save_state
from summarizer.papers.harvest.windows import Window, find_missing_days

logger = logging.getLogger(__name__)

MAX_RESTARTS: Final = 5
"""Of one window; results that keep changing are not worth more."""


class Harvest:
    """One harvest into one file. `report` says how far it is, also after an error."""

    def __init__(
        self,
        request: HarvestRequest,
        output: Path,
        client: PoliteClient,
        *,
        overwrite: bool = False,
        limit: int | None = None,
        today: date | None = None,
        on_progress: Callable[[HarvestReport], None] | None = None,
    ) -> None:
        """Prepare a harvest; nothing is read or written yet.

        Args:
            request: which papers.
            output: JSON lines file that they are appended to; its state is kept beside it.
            client: fetches the pages.
            overwrite: start output and state anew.
            limit: stop after this many new papers, to go on another time.
            today: the day that it is in UTC, if not that of the clock.
            on_progress: called after each page.
        """
        self.report = HarvestReport(request.service)
        self._request = request
        self._output = output
        self._client = client
        self._service = _open_service(request, client)
        self._overwrite = overwrite
        self._limit = limit
        self._today = today or datetime.now(UTC).date()
        self._on_progress = on_progress
        self._restarts: Counter[Window] = Counter()

    def execute(self) -> None:
        """Fetch everything that is wanted and not there yet.

        Raises:
            ConfigurationError: there is nothing to go on from, or the output is no harvest.
            HarvestError: the service refuses or stays out of reach; the same command goes on later.
            StoreError: output or state can't be read or written.
        """
        started, requests = time.monotonic(), self._client.requests
        try:
            with HarvestFile(self._output, overwrite=self._overwrite) as file:
                if self._overwrite:
                    forget_state(self._output)
                self._read_all(file, load_state(self._output, file.size))
        finally:
            self.report.restarts = self._restarts.total()
            self.report.requests = self._client.requests - requests
            self.report.seconds = time.monotonic() - started

    def _read_all(self, file: HarvestFile, state: HarvestState) -> None:
        key = self._request.key
        progress, self.report.is_resumed = plan(self._request, self._service, state.harvests.get(key), self._today)
        state.harvests[key] = progress
        self.report.since, self.report.until = progress.since, progress.until
        self.report.days = (progress.until - progress.since).days + 1
        while progress.pending and not self._is_full:
            page = self._fetch(progress)
            if self._keep(page, file):
                _advance(progress, page)
            self._save(file, state)
            if self._on_progress:
                self._on_progress(self.report)
        if not progress.pending:
            if self._request.since:  # the feed has no days to go on from
                progress.complete_until = find_complete_until(progress, self._today)
            self._save(file, state)
            self.report.is_complete = True
            missing = find_missing_days(progress.since, progress.until, progress.days, self._today)
            self.report.missing_days = list(missing)

    def _fetch(self, progress: Progress) -> Page:
        """Fetch the next page; read its window from the start again if the cursor leads nowhere any more."""
        while True:
            try:
                return self._service.fetch(progress.pending[0], progress.cursor)
            except StaleCursorError as error:
                self._restarts[progress.pending[0]] += 1
                if self._restarts[progress.pending[0]] > MAX_RESTARTS:
                    raise HarvestError(f"{self._request.target}: {error}, again and again; try later") from error
                logger.warning("%s; reading %s from its start again", error, progress.pending[0])
                progress.cursor = None

    def _keep(self, page: Page, file: HarvestFile) -> bool:
        """Write what is new, up to the limit; return whether that was all of the page."""
        new = file.select_new(page.papers)
        known = len(page.papers) - len(new)
        room = len(new) if self._limit is None else self._limit - self.report.new
        file.append(new[:room])
        self.report.pages += 1
        self.report.papers += known + len(new[:room])
        self.report.new += len(new[:room])
        if room < len(new):
            return False
        self.report.skipped += page.skipped
        return True

    @property
    def _is_full(self) -> bool:
        return self._limit is not None and self.report.new >= self._limit

    def _save(self, file: HarvestFile, state: HarvestState) -> None:
        state.output_bytes = file.size
        save_state(self._output, state)


def _advance(progress: Progress, page: Page) -> None:
    progress.days |= page.days
    progress.cursor = page.cursor
    if page.cursor is None:
        progress.pending[:1] = page.split


def _open_service(request: HarvestRequest, client: PoliteClient) -> Service:
    match request.service:
        case "arxiv-api":
            return ArxivApi(client, request.target, request.categories, request.query)
        case "oai-pmh":
            return OaiPmh(client, request.target, request.categories)
        case "announcements":
            return Announcements(client, request.target, request.categories)
    assert_never(request.service)
