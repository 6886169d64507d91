"""From results files to the files of a digest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TypeVar

from summarizer.annotate.records import AnnotatedRecord, Record, Reference
from summarizer.annotate.results import is_results_file, read_results
from summarizer.cli.gold_scores import find_gold_score
from summarizer.cli.overviewing import OverviewDesk, find_overview
from summarizer.cli.windowing import Edition
from summarizer.contract.criterion import Criterion, load_criterion
from summarizer.contract.taxonomy import Taxonomy, load_taxonomy
from summarizer.digest import (
    Digest,
    add_overview,
    build_digest,
    render_archive,
    render_archive_feed,
    render_feed,
    render_json,
    render_markdown,
    render_page,
)
from summarizer.digest.contents import SectionKind
from summarizer.digest.shown import ShownDigest, record_shown, summarize_digest
from summarizer.errors import ConfigurationError, PromptError, SourceError, StoreError
from summarizer.papers import Filters
from summarizer.settings import Settings

Data = TypeVar("Data", Taxonomy, Criterion)

FORMATS = {"html": "index.html", "md": "digest.md", "atom": "feed.xml", "json": "digest.json"}
"""File of each form."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published, and where."""

    folder: Path
    """Of the digest; of all digests where there is an edition."""
    edition: Edition | None
    title: str | None
    """After the criterion's subject when None."""
    taxonomy: str | None
    """Name or file; the one that the results name when None."""
    criterion: str | None
    """Likewise."""
    languages: tuple[str, ...] | None
    """Translations to show; those of the results when None."""
    threshold: int
    formats: tuple[str, ...]
    site_url: str | None
    """Where `folder` is published, with a slash at its end."""
    desk: OverviewDesk | None = None
    """Who writes the overview; nobody when None."""
    kinds: tuple[SectionKind, ...] | None = None
    """Sections to list; all when None."""
    notes: tuple[str, ...] = ()
    """Sentences for readers about papers that are not here."""

    @property
    def digest_folder(self) -> Path:
        """Where the files of the digest itself go."""
        return self.folder / self.edition.window.label if self.edition else self.folder

    @property
    def digest_url(self) -> str | None:
        """Where that folder is published, with a slash at its end."""
        return f"{self.site_url}{self.edition.window.label}/" if self.site_url and self.edition else self.site_url


@dataclass(frozen=True, slots=True)
class Published:
    """A digest and the files that show it."""

    digest: Digest
    paths: tuple[Path, ...]


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


def publish(results: Sequence[Path], publication: Publication) -> Published:
    """Write the forms of a digest, and the archive and feed above it where there is an edition.

    The same results give the same bytes. What the folder knows of its digests is written last, so that a run killed
    before leaves papers to be shown again and none lost.

    Raises:
        ConfigurationError: the results were made with another taxonomy or criterion.
        StoreError: results can't be read or pages not written.
    """
    digest = _build(results, publication)
    if publication.desk:
        digest = add_overview(digest, *find_overview(digest, publication.desk))
    paths = _write_forms(digest, publication)
    if publication.edition:
        shown = summarize_digest(digest, publication.edition.window, paths[0].name)
        paths += [publication.folder / name for name in ("index.html", "feed.xml")]
        record_shown(publication.folder, shown, lambda digests: _write_archive(digests, publication))
    return Published(digest, tuple(paths))


def _build(results: Sequence[Path], publication: Publication) -> Digest:
    edition = publication.edition
    read = chain.from_iterable(map(read_results, results))
    records = list(edition.selection.choose_records(read) if edition else read)
    if not records and not edition:
        raise ConfigurationError(f"{results[0]} holds no records; there is nothing to show")
    used = records[0].provenance if records else None
    rubric = _load(load_criterion, publication.criterion, used.criterion if used else None, "criterion")
    return build_digest(
        records,
        title=publication.title or f"{rubric.subject[:1].upper()}{rubric.subject[1:]} digest",
        taxonomy=_load(load_taxonomy, publication.taxonomy, used.taxonomy if used else None, "taxonomy"),
        criterion=rubric,
        languages=_languages(records) if publication.languages is None else publication.languages,
        generated_at=_made(records, edition),
        window=edition.window if edition else None,
        threshold=publication.threshold,
        new_versions=edition.selection.new_versions if edition else (),
        earlier=edition.selection.earlier if edition else 0,
        past=edition.past if edition else (),
        kinds=publication.kinds,
        notes=publication.notes,
        gold_score=find_gold_score(record.provenance for record in records if isinstance(record, AnnotatedRecord)),
    )


def _made(records: Sequence[Record], edition: Edition | None) -> datetime:
    """Return when the newest record was made, or for a window without records its end: a rebuild says the same."""
    if not records and edition:
        return datetime.combine(edition.window.last + timedelta(days=1), datetime.min.time(), UTC)
    return max(record.provenance.created_at for record in records)


def _load(load: Callable[[str], Data], source: str | None, used: Reference | None, kind: str) -> Data:
    if used is None:
        return load(source or str(Settings.model_fields[kind].default))
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


def _write_forms(digest: Digest, publication: Publication) -> list[Path]:
    renderers: dict[str, Callable[[], str]] = {
        "html": lambda: render_page(digest),
        "md": lambda: render_markdown(digest),
        "atom": lambda: render_feed(digest, site_url=publication.digest_url),
        "json": lambda: render_json(digest),
    }
    return [_write(publication.digest_folder / FORMATS[name], renderers[name]()) for name in publication.formats]


def _write_archive(digests: Sequence[ShownDigest], publication: Publication) -> None:
    _write(publication.folder / "index.html", render_archive(digests))
    _write(publication.folder / "feed.xml", render_archive_feed(digests, site_url=publication.site_url))


def _write(path: Path, text: str) -> Path:
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: can't be written ({error.strerror})") from error
    return path
