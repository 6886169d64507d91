"""One paper at a time: opened with everything that is known of it, saved only when its labels keep the rules.

The files are read anew each time, so that what others write meanwhile is neither lost nor overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from summarizer.contract.criterion import load_criterion
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.contract.validation import find_evidence
from summarizer.errors import ConfigurationError, EvaluationError
from summarizer.evaluation.composition import classify_relevance
from summarizer.evaluation.gold import Correction, GoldFacts, GoldLabels, GoldPaper, GoldTranslation, Labels
from summarizer.evaluation.gold_files import read_drafts, read_gold, read_passes, write_drafts, write_gold
from summarizer.evaluation.lint import CRITERION, TAXONOMY, Finding, Rule, check_paper, load_shown_texts
from summarizer.evaluation.lint.labels import REQUIRED_LANGUAGES
from summarizer.evaluation.shingles import find_near_duplicates
from summarizer.papers.normalization import normalize_text

_LABEL_RULES: frozenset[Rule] = frozenset({"tldr", "tags", "relevance", "evidence", "translation"})
"""What a reviewer can put right."""


class LabelIssuesError(EvaluationError):
    """The labels break rules of the gold set, so that nothing was saved."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = tuple(findings)


class StaleRevisionError(EvaluationError):
    """The paper was changed since it was opened, so that nothing was saved."""


class EditedLabels(Labels):
    """The labels as the page sends them."""

    second_tldr: str


class Opened(BaseModel):
    """A paper on the desk."""

    model_config = ConfigDict(frozen=True)

    facts: GoldFacts
    labels: dict[str, Any]
    """Empty texts for a draft."""
    revision: str
    """What the labels were when it was opened."""
    is_draft: bool
    canary: str | None
    corrections: tuple[Correction, ...]
    passes: dict[str, dict[str, Any]]
    """What each pass said, by its name."""


class Desk:
    """The gold set in a folder, and who reviews it."""

    def __init__(self, folder: Path, *, by: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Read what labels are held to, and the set once, so that what is wrong with it is said at the start.

        Raises:
            ConfigurationError: there is no name.
            EvaluationError: the set can't be read.
        """
        if not by.strip():
            raise ConfigurationError("a correction needs the name of who made it: give --by NAME")
        self.by = by
        self.taxonomy = load_taxonomy(TAXONOMY)
        self.criterion = load_criterion(CRITERION)
        self._folder, self._now = folder, now
        self._shown = load_shown_texts()
        self.list_records()
        read_passes(folder)

    def list_records(self) -> list[GoldFacts]:
        """Return the papers, and after them the drafts that wait for labels."""
        papers = read_gold(self._folder)
        labelled = {paper.id for paper in papers}
        return [*papers, *(draft for draft in read_drafts(self._folder) if draft.id not in labelled)]

    def open(self, paper_id: str) -> Opened:
        """Return one paper with its labels and passes.

        Raises:
            EvaluationError: the set has no such paper.
        """
        record = self._find(paper_id)
        passes = {
            name: entry.model_dump(mode="json")
            for name, records in read_passes(self._folder).items()
            for entry in records
            if entry.id == paper_id
        }
        paper = record if isinstance(record, GoldPaper) else None
        return Opened(
            facts=GoldFacts.model_validate(record.model_dump(include=set(GoldFacts.model_fields))),
            labels=_labels_of(record),
            revision=_revision_of(record),
            is_draft=paper is None,
            canary=paper.canary if paper else None,
            corrections=paper.corrections if paper else (),
            passes=passes,
        )

    def save(self, paper_id: str, labels: object, *, revision: str) -> Opened:
        """Write labels with who and when, and return the paper as it is now; equal labels write nothing.

        Args:
            paper_id: of a paper or a draft; a draft becomes a paper.
            labels: the fields of `EditedLabels`, as the page sends them.
            revision: as it was when the paper was opened.

        Raises:
            EvaluationError: the set has no such paper, or can't be written.
            LabelIssuesError: the labels break rules.
            StaleRevisionError: somebody else changed the paper meanwhile.
        """
        record = self._find(paper_id)
        if _revision_of(record) != revision:
            raise StaleRevisionError(f"{paper_id} was changed elsewhere since it was opened: open it again")
        edited = self._label(record, _read_labels(labels, record))
        if edited == record:
            return self.open(paper_id)
        self._check(record, edited)
        self._write(edited)
        return self.open(paper_id)

    def _find(self, paper_id: str) -> GoldFacts:
        for record in self.list_records():
            if record.id == paper_id:
                return record
        raise EvaluationError(f"the gold set has no paper {paper_id!r}")

    def _label(self, record: GoldFacts, labels: EditedLabels) -> GoldPaper:
        given = labels.model_dump()
        if not isinstance(record, GoldPaper):
            return GoldPaper(
                **record.model_dump(),
                stratum=classify_relevance(labels.relevance),
                single_pass=True,
                gold=GoldLabels(**given, adjudicated_by=self.by),
                corrections=(self._correct(("added",)),),
            )
        gold = GoldLabels(**given, adjudicated_by=record.gold.adjudicated_by)
        if not (fields := tuple(_changed_fields(record.gold.model_dump(), gold.model_dump()))):
            return record
        return record.model_copy(update={"gold": gold, "corrections": (*record.corrections, self._correct(fields))})

    def _correct(self, fields: tuple[str, ...]) -> Correction:
        return Correction(by=self.by, at=self._now(), fields=fields)

    def _check(self, record: GoldFacts, edited: GoldPaper) -> None:
        """Refuse labels that break a rule, and whatever was in order before."""
        before = check_paper(record, self.taxonomy, self._shown) if isinstance(record, GoldPaper) else []
        findings = [
            finding
            for finding in check_paper(edited, self.taxonomy, self._shown)
            if finding.rule in _LABEL_RULES or finding not in before
        ]
        if not isinstance(record, GoldPaper):
            findings += self._find_copies(edited)
        if findings:
            raise LabelIssuesError(findings)

    def _find_copies(self, added: GoldPaper) -> Iterator[Finding]:
        for one, two, shared in find_near_duplicates([*read_gold(self._folder), added]):
            if two is added and one.group != added.group:
                yield Finding("near-duplicate", f"shares {shared} with {one.id}: it belongs to the group {one.group}")

    def _write(self, edited: GoldPaper) -> None:
        papers = read_gold(self._folder)
        places = [place for place, paper in enumerate(papers) if paper.id == edited.id]
        papers[slice(*_place(places, len(papers)))] = [edited]
        write_gold(self._folder, papers)
        drafts = read_drafts(self._folder)
        if any(draft.id == edited.id for draft in drafts):
            write_drafts(self._folder, [draft for draft in drafts if draft.id != edited.id])


def _place(places: Sequence[int], end: int) -> tuple[int, int]:
    """Return the slice that a record replaces: its own line, or none behind the last."""
    return (places[0], places[0] + 1) if places else (end, end)


def _labels_of(record: GoldFacts) -> dict[str, Any]:
    if isinstance(record, GoldPaper):
        return record.gold.model_dump(exclude={"adjudicated_by"})
    empty = GoldTranslation(title="", tldr="").model_dump()
    translations = dict.fromkeys(REQUIRED_LANGUAGES, empty)
    return {
        "tldr": "",
        "second_tldr": "",
        "tags": [],
        "relevance": None,
        "evidence": "",
        "translations": translations,
    }


def _revision_of(record: GoldFacts) -> str:
    return sha256(record.model_dump_json().encode()).hexdigest()[:16]


def _read_labels(labels: object, record: GoldFacts) -> EditedLabels:
    """Return the labels with every text on one line, and evidence as the paper writes it."""
    try:
        edited = EditedLabels.model_validate(_normalized(labels))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise LabelIssuesError(
            [Finding("schema", f'"{".".join(map(str, fault["loc"]))}": {fault["msg"]}') for fault in faults]
        ) from error
    span = find_evidence(edited.evidence, record.title, record.abstract)
    return edited.model_copy(update={"evidence": span or edited.evidence})


def _normalized(value: object) -> object:
    if isinstance(value, str):
        return normalize_text(value)
    if isinstance(value, list):
        return [_normalized(item) for item in value]
    if isinstance(value, dict):
        return {name: _normalized(item) for name, item in value.items()}
    return value


def _changed_fields(before: dict[str, Any], after: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _changed_fields(old, new, f"{prefix}{name}.")
        elif old != new:
            yield f"{prefix}{name}"
