"""From results files to tables for other tools."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from summarizer.annotate.records import AnnotatedRecord, FailedRecord, Profile, Record
from summarizer.annotate.results import read_results
from summarizer.cli.files import STANDARD_OUTPUT, write_lines
from summarizer.digest.parquet import write_parquet
from summarizer.digest.tables import render_csv, render_markdown_table
from summarizer.errors import ConfigurationError
from summarizer.papers.identity import digest64

Render = Callable[[Iterable[AnnotatedRecord], Profile], Iterator[str]]
Write = Callable[[Iterable[AnnotatedRecord], Profile, Path], None]


def _as_text(render: Render) -> Write:
    return lambda records, profile, path: write_lines(render(records, profile), path)


def _write_parquet(records: Iterable[AnnotatedRecord], _: Profile, path: Path) -> None:
    if str(path) == STANDARD_OUTPUT:
        raise ConfigurationError("to: parquet is no text for standard output; name a file with -o")
    write_parquet(records, path)


FORMATS: dict[str, tuple[str, Write]] = {
    "csv": (".csv", _as_text(render_csv)),
    "markdown-table": (".md", _as_text(render_markdown_table)),
    "parquet": (".parquet", _write_parquet),
}
"""Suffix and writer of each format."""


def output_of(name: str, output: Path) -> Path:
    """Return `output` with the suffix of a format, in place of that of any format.

    What else follows a dot stays: of `week.05` and `week.06`, neither replaces the other.

    Raises:
        ConfigurationError: it is a folder.
    """
    if output.is_dir():
        raise ConfigurationError(
            f"{output} is a folder; -o takes the name of the files, for instance {output / 'papers'}"
        )
    is_suffixed = output.suffix in {suffix for suffix, _ in FORMATS.values()}
    return output.with_name(f"{output.stem if is_suffixed else output.name}{FORMATS[name][0]}")


def export(results: Sequence[Path], formats: str, output: Path) -> list[Path]:
    """Write the annotated papers of `results` in each of the formats, a comma between two; return the files.

    Records are streamed: memory grows only by what it takes to know which line about it is the last.

    Args:
        results: results files, read in order; a paper's last line counts.
        formats: names in `FORMATS`.
        output: the file, or `-`; with several formats each gets its suffix, see `output_of`.

    Raises:
        ConfigurationError: an unknown format, several of them to standard output, or nothing annotated.
        StoreError: results can't be read or the table not written.
    """
    names = _parse_formats(formats)
    if len(names) > 1 and str(output) == STANDARD_OUTPUT:
        raise ConfigurationError("to: standard output takes one format; name a file with -o")
    last, profile = _survey(results)
    if profile is None:
        raise ConfigurationError(f"{results[0]} holds no annotated papers; there is nothing to export")
    written = []
    for name in names:
        path = output_of(name, output) if len(names) > 1 else output
        FORMATS[name][1](_read_last(results, last), profile, path)
        written.append(path)
    return written


def _parse_formats(text: str) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in FORMATS:
            raise ConfigurationError(f"to: no format is called {name!r}; choose from: {', '.join(FORMATS)}")
    return names


def _survey(results: Sequence[Path]) -> tuple[dict[int, int], Profile | None]:
    """Return the number of the line that counts for each paper, and how the first annotated one was made.

    The last line counts, and of two versions of a paper the newer one.
    """
    last: dict[int, int] = {}
    versions: dict[int, int] = {}
    profile: Profile | None = None
    for number, record in _outcomes(results):
        key, version = digest64(record.paper.id), record.paper.version or 0
        if version >= versions.get(key, 0):
            last[key], versions[key] = number, version
        if profile is None and isinstance(record, AnnotatedRecord):
            profile = record.provenance
    return last, profile


def _read_last(results: Sequence[Path], last: dict[int, int]) -> Iterator[AnnotatedRecord]:
    """Yield what counts; what a run has added since the survey is for another export."""
    for number, record in _outcomes(results):
        if isinstance(record, AnnotatedRecord) and last.get(digest64(record.paper.id)) == number:
            yield record


def _outcomes(results: Sequence[Path]) -> Iterator[tuple[int, AnnotatedRecord | FailedRecord]]:
    records: Iterable[Record] = chain.from_iterable(map(read_results, results))
    for number, record in enumerate(records):
        if isinstance(record, AnnotatedRecord | FailedRecord):
            yield number, record
