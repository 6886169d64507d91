"""Where a harvest starts: anew, where an earlier one was cut off, or where the last one ended."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from summarizer.errors import ConfigurationError
from summarizer.papers.harvest.interface import Service
from summarizer.papers.harvest.request import HarvestRequest
from summarizer.papers.harvest.state import Progress

logger = logging.getLogger(__name__)

_DAY = timedelta(days=1)


def plan(request: HarvestRequest, service: Service, earlier: Progress | None, today: date) -> tuple[Progress, bool]:
    """Return what there is to read, and whether an unfinished harvest goes on with it.

    Raises:
        ConfigurationError: there was no last harvest to go on from, or the days are the wrong way round.
    """
    until = min(request.until or today, today)
    if earlier and earlier.pending and _is_continued(request, earlier, until):
        return _extend(earlier, request, service, until), True
    since = _first_day(request, service, earlier, until)
    if since > until:
        raise ConfigurationError(f"--since {since} is after {until}, the last day to look at")
    if earlier:
        _warn_of_dropped_windows(earlier, since, until)
    complete_until = earlier.complete_until if earlier else None
    windows = service.windows(since, until)
    return Progress(since=since, until=until, pending=windows, complete_until=complete_until), False


def find_complete_until(progress: Progress, today: date) -> date:
    """Return the day from which `--since last` goes on, now that `progress` has been read to its end.

    Days that were never asked for stay ahead of it, and a harvest of earlier days does not move it back. A day counts when it
    is over.
    """
    last, end = progress.complete_until, min(progress.until, today - _DAY)
    if last is None:
        return end
    if progress.since > last + _DAY:
        logger.warning("%s to %s: not harvested yet; --since last will start there", last + _DAY, progress.since - _DAY)
        return last
    return max(last, end)


def _is_continued(request: HarvestRequest, earlier: Progress, until: date) -> bool:
    return request.since == "last" or ((request.since or until) == earlier.since and until >= earlier.until)


def _extend(earlier: Progress, request: HarvestRequest, service: Service, until: date) -> Progress:
    """Add the days that have passed since, those before them whose papers may have come out late, and a gap before it."""
    update: dict[str, object] = {}
    pending = list(earlier.pending)
    if until > earlier.until:
        pending += service.windows(max(earlier.since, earlier.until - timedelta(days=service.overlap_days)), until)
        update["until"] = until
    if request.since == "last" and earlier.complete_until and earlier.since > earlier.complete_until + _DAY:
        update["since"] = since = _go_on_from(earlier.complete_until, service)
        pending += service.windows(since, earlier.since - _DAY)
    return earlier.model_copy(update=update | {"pending": pending})


def _warn_of_dropped_windows(earlier: Progress, since: date, until: date) -> None:
    dropped = [window for window in earlier.pending if window.since < since or window.until > until]
    if dropped:
        logger.warning(
            "an unfinished harvest is given up for this one, with %s not read; --since %s starts it again",
            ", ".join(map(str, dropped)),
            earlier.since,
        )


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
    return _go_on_from(earlier.complete_until, service)


def _go_on_from(complete_until: date, service: Service) -> date:
    return complete_until + _DAY - timedelta(days=service.overlap_days)
