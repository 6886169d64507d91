"""Where a harvest starts: anew, where an earlier one was cut off, or where the last one ended."""

from __future__ import annotations

from datetime import date, timedelta

from summarizer.errors import ConfigurationError
from summarizer.papers.harvest.interface import Service
from summarizer.papers.harvest.request import HarvestRequest
from summarizer.papers.harvest.state import Progress


def plan(request: HarvestRequest, service: Service, earlier: Progress | None, today: date) -> tuple[Progress, bool]:
    """Return what there is to read, and whether an unfinished harvest goes on with it.

    Raises:
        ConfigurationError: there was no last harvest to go on from, or the days are the wrong way round.
    """
    until = min(request.until or today, today)
    if earlier and earlier.pending and _is_continued(request, earlier, until):
        return _extend(earlier, service, until), True
    since = _first_day(request, service, earlier, until)
    if since > until:
        raise ConfigurationError(f"--since {since} is after {until}, the last day to look at")
    complete_until = earlier.complete_until if earlier else None
    windows = service.windows(since, until)
    return Progress(since=since, until=until, pending=windows, complete_until=complete_until), False


def _is_continued(request: HarvestRequest, earlier: Progress, until: date) -> bool:
    return request.since == "last" or ((request.since or until) == earlier.since and until >= earlier.until)


def _extend(earlier: Progress, service: Service, until: date) -> Progress:
    """Add the days that have passed since, and those before them whose papers may have come out late."""
    if until <= earlier.until:
        return earlier
    since = max(earlier.since, earlier.until - timedelta(days=service.overlap_days))
    pending = [*earlier.pending, *service.windows(since, until)]
    return earlier.model_copy(update={"pending": pending, "until": until})


def _first_day(request: HarvestRequest, service: Service, earlier: Progress | None, until: date) -> date:
    if request.since is None:
        return until
    if request.since != "last":
        return request.since
    if earlier is None or earlier.complete_until is None:
        raise ConfigurationError(
            "--since last: this output has no finished harvest of the same categories and query; name a first day, "
            "for instance --since 2026-11-13"
        )
    return earlier.complete_until - timedelta(days=service.overlap_days)
