"""The papers of a report: those of a comparison, the most harmed first, or those of one run, the worst first."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import orjson

from summarizer.annotate.records import AnnotatedRecord
from summarizer.evaluation.comparison import Comparison, PaperComparison
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.metric import Metric, Violation
from summarizer.evaluation.report.entries import Check, PaperEntry, Reply, TagMark, TextRow, ValueChange
from summarizer.evaluation.report.material import Material, ReportedRun
from summarizer.evaluation.report.word_differences import compare_texts
from summarizer.evaluation.report.wording import TASKS
from summarizer.evaluation.runs import OUTPUTS_FILE, GoldRecord

MAX_ABSTRACT_CHARACTERS, MAX_DETAIL_CHARACTERS = 4_000, 300

_Broken = tuple[str, str, Violation]
"""Name and label of a guardrail, and what breaks it."""


def build_comparison_entries(
    comparison: Comparison, a: ReportedRun, b: ReportedRun, material: Material
) -> list[PaperEntry]:
    """Return all papers that were compared, the most harmed first."""
    metrics = {entry.metric.name: entry.metric for entry in comparison.metrics}
    gold = {paper.id: paper for paper in material.gold}
    return [_compare_paper(found, gold[found.id], (a, b), metrics) for found in comparison.papers if found.id in gold]


def build_run_entries(run: ReportedRun, material: Material) -> list[PaperEntry]:
    """Return the papers of one run, those that break guardrails first, then by how far relevance and tags are off."""
    entries = [_describe_paper(paper, (run,)) for paper in material.gold if paper.id in run.scored.card.ids]
    return sorted(entries, key=lambda entry: (-len(entry.replies[0].checks), -_distance(entry), entry.paper.id))


def _compare_paper(
    found: PaperComparison, paper: GoldPaper, runs: tuple[ReportedRun, ...], metrics: dict[str, Metric]
) -> PaperEntry:
    records = [run.find_record(paper.id) for run in runs]
    unmoved = _list_unmoved(*records)
    changes = tuple(
        ValueChange(metrics[name], a, b) for name, a, b in found.values if a != b and metrics[name].task not in unmoved
    )
    judged = [
        change
        for change in changes
        if change.metric.judges_papers and change.metric.role != "diagnostic" and change.metric.task != "cost"
    ]
    broken = {name.split(".")[0] for name, _ in found.new_violations}
    fell = {change.metric.task for change in judged if change.gain < 0}
    has_gained = any(change.gain > 0 for change in judged)
    return _describe_paper(
        paper,
        runs,
        changes=changes,
        harm=found.harm,
        fate="worse" if found.is_worse and broken | fell else "better" if has_gained else "same",
        tasks=tuple(task for task in TASKS if task in broken | fell),
    )


def _list_unmoved(a: GoldRecord | None, b: GoldRecord | None) -> set[str]:
    """Return the tasks in which both runs said the same: a value may differ there only for what other papers got."""
    if not isinstance(a, AnnotatedRecord) or not isinstance(b, AnnotatedRecord):
        return set()
    if a.annotation == b.annotation:
        return {*TASKS}
    return {"relevance"} if a.annotation.relevance == b.annotation.relevance else set()


def _describe_paper(
    paper: GoldPaper,
    runs: tuple[ReportedRun, ...],
    *,
    changes: tuple[ValueChange, ...] = (),
    harm: float = 0.0,
    fate: str = "same",
    tasks: tuple[str, ...] | None = None,
) -> PaperEntry:
    broken = [list(_find_broken(run, paper.id)) for run in runs]
    replies = tuple(
        Reply(record := run.find_record(paper.id), _mark_tags(record, paper), _list_checks(place, broken))
        for place, run in enumerate(runs)
    )
    return PaperEntry(
        paper=paper,
        abstract=_cut_abstract(paper.abstract),
        replies=replies,
        texts=tuple(_list_texts(paper, runs, replies, broken)),
        changes=changes,
        harm=harm,
        fate=fate,
        is_both_wrong=_is_both_wrong(replies, paper),
        tasks=tuple(sorted({name.split(".")[0] for name, _, _ in broken[-1]})) if tasks is None else tasks,
        command=_write_command(paper.id, runs),
    )


def _find_broken(run: ReportedRun, paper_id: str) -> Iterator[_Broken]:
    card = run.scored.card
    if paper_id in card.ids:
        place = card.ids.index(paper_id)
        for rule in card.guardrails:
            for violation in rule.violations[place]:
                yield rule.name, rule.label, violation


def _list_checks(place: int, broken: Sequence[Sequence[_Broken]]) -> tuple[Check, ...]:
    others = {name for at, found in enumerate(broken) if at != place for name, _, _ in found}
    return tuple(
        Check(name, label, violation.detail[:MAX_DETAIL_CHARACTERS], name not in others)
        for name, label, violation in broken[place]
    )


def _mark_tags(record: GoldRecord | None, paper: GoldPaper) -> tuple[TagMark, ...]:
    if record is None:
        return ()
    given = record.annotation.tags if isinstance(record, AnnotatedRecord) else ()
    marks = [TagMark(tag, "right" if tag in paper.gold.tags else "wrong") for tag in given]
    return (*marks, *(TagMark(tag, "missed") for tag in paper.gold.tags if tag not in given))


def _list_texts(
    paper: GoldPaper, runs: tuple[ReportedRun, ...], replies: tuple[Reply, ...], broken: Sequence[Sequence[_Broken]]
) -> Iterator[TextRow]:
    """Yield the summary, then title and summary in the language that is scored, where gold or a run has them."""
    annotations = [reply.record.annotation if isinstance(reply.record, AnnotatedRecord) else None for reply in replies]

    def row(label: str, language: str, task: str, reference: str, texts: list[str]) -> TextRow:
        faults = [[found.quoted for name, _, found in own if name.startswith(f"{task}.")] for own in broken]
        return TextRow(label, language, task, compare_texts(reference, texts, faults))

    yield row("Summary", "en", "summary", paper.gold.tldr, [found.tldr if found else "" for found in annotations])
    language = runs[-1].scored.manifest.language
    reference = paper.gold.translations.get(language)
    given = [found.translations.get(language) if found else None for found in annotations]
    if any(given):
        for label, name in (("Title", "title"), ("Summary", "tldr")):
            texts = [getattr(own, name) if own else "" for own in given]
            yield row(
                f"{label}, {language}", language, "translation", getattr(reference, name) if reference else "", texts
            )


def _is_both_wrong(replies: tuple[Reply, ...], paper: GoldPaper) -> bool:
    if len(replies) == 1 or any(not isinstance(reply.record, AnnotatedRecord) for reply in replies):
        return False
    tags = [{mark.tag for mark in reply.tags if mark.fate != "missed"} for reply in replies]
    is_relevance_wrong = replies[0].relevance == replies[1].relevance != paper.gold.relevance
    return is_relevance_wrong or (tags[0] == tags[1] != set(paper.gold.tags))


def _distance(entry: PaperEntry) -> float:
    """Return how far relevance and tags of a single run are from gold: grades, and tags too many or missed."""
    [reply] = entry.replies
    if not isinstance(reply.record, AnnotatedRecord):
        return float("inf")
    return abs((reply.relevance or 0) - entry.paper.gold.relevance) + sum(mark.fate != "right" for mark in reply.tags)


def _cut_abstract(text: str) -> str:
    return text if len(text) <= MAX_ABSTRACT_CHARACTERS else f"{text[:MAX_ABSTRACT_CHARACTERS]} …"


def _write_command(paper_id: str, runs: Sequence[ReportedRun]) -> str:
    """Return a line for a shell that prints the stored replies for one paper."""
    files = [f"{run.run.folder}/{OUTPUTS_FILE}" for run in runs if run.run]
    return shlex.join(["grep", "-hF", f'"paper":{{"id":{orjson.dumps(paper_id).decode()}', *files]) if files else ""
