"""The state of a run as a file of Prometheus metrics, for the text-file collector of a node exporter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import write_to_textfile

from summarizer import __version__
from summarizer.annotate.report import RunReport
from summarizer.errors import StoreError

OUTCOMES = ("annotated", "failed", "skipped", "duplicate")


_FIRST_BYTES = b"# HELP summarizer_"


class MetricsFile:
    """Writes a report to a file: whole each time, and never seen half-written."""

    def __init__(self, path: Path, report: RunReport, *, run_id: str, model: str, max_cost_usd: float | None) -> None:
        """Take the report that the run keeps up to date.

        Raises:
            StoreError: `path` holds something else.
        """
        _check_ownership(path)
        self._path = path
        self._report = report
        self._labels = {"run_id": run_id, "model": model, "version": __version__}
        self._max_cost_usd = max_cost_usd
        self._started = time.monotonic()
        self._is_running = 1
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def write(self, *, is_running: bool = True) -> None:
        """Write the state of now.

        Raises:
            StoreError: the file can't be written.
        """
        self._is_running = int(is_running)
        try:
            write_to_textfile(str(self._path), self._registry)
        except OSError as error:
            raise StoreError(f"--metrics {self._path}: can't be written ({error.strerror})") from error

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics; the interface of a Prometheus collector."""
        yield InfoMetricFamily("summarizer_run", "What runs.", value=self._labels)
        yield GaugeMetricFamily("summarizer_run_active", "1 until the run ends.", value=self._is_running)
        seconds = time.monotonic() - self._started
        yield GaugeMetricFamily("summarizer_run_duration_seconds", "Since the start of the run.", value=seconds)
        yield from self._counts()
        yield from self._money()

    def _counts(self) -> Iterator[Metric]:
        report = self._report
        records = CounterMetricFamily("summarizer_records", "Records by what became of them.", labels=["outcome"])
        for outcome in OUTCOMES:
            records.add_metric([outcome], getattr(report, outcome))
        yield records
        totals = {
            "resumed_papers": ("Annotated papers taken over from an earlier run.", report.resumed),
            "cached_papers": ("Papers answered from the cache alone.", report.cache_hits),
            "calls": ("HTTP requests.", report.calls),
            "input_tokens": ("Input tokens paid for.", report.usage.input_tokens),
            "cached_input_tokens": (
                "Of the input tokens, read from the prompt cache.",
                report.usage.cached_input_tokens,
            ),
            "output_tokens": ("Output tokens paid for.", report.usage.output_tokens),
        }
        for name, (help_text, value) in totals.items():
            yield CounterMetricFamily(f"summarizer_{name}", help_text, value=value)

    def _money(self) -> Iterator[Metric]:
        """Yield what is known: an unknown cost has no line, not a zero."""
        amounts = {
            "cost_usd": ("Spent, by reported usage.", self._report.cost_usd),
            "possibly_billed_usd": (
                "At most billed on top, for attempts without an answer.",
                self._report.possibly_billed_usd,
            ),
            "max_cost_usd": ("The cap of the run.", self._max_cost_usd),
        }
        for name, (help_text, value) in amounts.items():
            if value is not None:
                yield GaugeMetricFamily(f"summarizer_{name}", help_text, value=value)


def _check_ownership(path: Path) -> None:
    try:
        start = _read_start(path) if path.is_file() else b""
    except OSError as error:
        raise StoreError(f"--metrics {path}: can't be read ({error.strerror})") from error
    if start != _FIRST_BYTES[: len(start)]:
        raise StoreError(f"--metrics {path}: not a metrics file, and left as it is; choose another one")


def _read_start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_FIRST_BYTES))
