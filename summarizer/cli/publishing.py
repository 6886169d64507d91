"""From results files to the files of a digest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeVar

from summarizer.annotate.records import Record, Reference
from summarizer.annotate.results import is_results_file, read_results
from summarizer.contract.criterion import Criterion, load_criterion
from summarizer.contract.taxonomy import Taxonomy, load_taxonomy
from summarizer.digest import build_digest, render_markdown, render_page
from summarizer.errors import ConfigurationError, PromptError, SourceError, StoreError
from summarizer.papers import Filters

Data = TypeVar("Data", Taxonomy, Criterion)


def select_results(inputs: Sequence[str], filters: Filters) -> list[Path]:
    """Return the inputs if they are results files, and nothing if they are papers.

    Raises:
        ConfigurationError: filters were given, which choose among papers.
        SourceError: some are the one and some the other.
    """
    results = [Path(name) for name in inputs if Path(name).is_file() and is_results_file(Path(name))]
    if results and len(results) < len(inputs):
        raise SourceError(f"{results[0]} is a results file and other inputs are papers; give one kind at a time")
    if results and filters != Filters():
        raise ConfigurationError("filters choose among papers, and results are shown whole; give the papers instead")
    return results


def publish(
    results: Sequence[Path], folder: Path, *, title: str | None, taxonomy: str | None, criterion: str | None
) -> list[Path]:
    """Write `index.html` and `digest.md` for `results`; the same results give the same bytes.

    Args:
        results: results files, read in order; a paper's last line counts.
        folder: made when missing.
        title: of the page; after the criterion's subject when None.
        taxonomy: name or file; the one that the results name when None.
        criterion: likewise.

    Raises:
        ConfigurationError: the results were made with another taxonomy or criterion.
        StoreError: results can't be read or pages not written.
    """
    records = list(chain.from_iterable(map(read_results, results)))
    if not records:
        raise ConfigurationError(f"{results[0]} holds no records; there is nothing to show")
    known_tags = _load(load_taxonomy, taxonomy, records[0].provenance.taxonomy, "taxonomy")
    rubric = _load(load_criterion, criterion, records[0].provenance.criterion, "criterion")
    digest = build_digest(
        records,
        title=title or f"{rubric.subject[:1].upper()}{rubric.subject[1:]} digest",
        taxonomy=known_tags,
        criterion=rubric,
        languages=_languages(records),
        generated_at=max(record.provenance.created_at for record in records),
    )
    return [
        _write(folder / "index.html", render_page(digest)),
        _write(folder / "digest.md", render_markdown(digest)),
    ]


def _load(load: Callable[[str], Data], source: str | None, used: Reference, kind: str) -> Data:
    try:
        data = load(source or used.name)
    except PromptError as error:
        raise ConfigurationError(
            f"the results were made with {used.name}; name its file with --{kind} ({error})"
        ) from error
    if data.fingerprint != used.fingerprint:
        raise ConfigurationError(
            f"the results were made with another {used.name} (fingerprint {used.fingerprint[:8]}) than {data.name} "
            f"({data.fingerprint[:8]}); name the right file with --{kind}"
        )
    return data


def _languages(records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(tag for record in records for tag in record.provenance.languages))


def _write(path: Path, text: str) -> Path:
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: can't be written ({error.strerror})") from error
    return path
