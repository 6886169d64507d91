"""Baselines: runs that were promoted, as small committed files that a gate needs no replies and no key for.

`eval/baselines/NAME.json` holds the manifest, the metrics with their signatures, and for each paper, on a line of its own,
the statistics that every metric is computed from, in the order of the metrics. Metrics that share statistics store them once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.errors import EvaluationError
from summarizer.evaluation.compare import summarize
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.files import write_text
from summarizer.evaluation.metric import Column, Guardrail, Metric, Scorecard, Task, Violation
from summarizer.evaluation.runs import Manifest

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array

with eval_extra():
    import numpy as np

BASELINES = Path("eval/baselines")
MAX_QUOTED_CHARACTERS = 200
"""How much of a reply is kept to show a violation."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _MetricLine(_Part):
    name: str
    signature: str
    statistics: int
    """Place of its statistics in each paper's list."""


class _RuleLine(_Part):
    name: str
    label: str
    task: Task


class _PaperLine(_Part):
    id: str
    group: str
    stratum: str
    statistics: tuple[tuple[float, ...], ...]
    values: tuple[float | None, ...]
    """The paper's own value of each metric; null where it has none."""
    violations: dict[str, tuple[Violation, ...]] = {}
    """By guardrail; left out where the paper is clean."""


class _ScoreLine(_Part):
    """A primary metric as it stood when the run was promoted: for readers without numpy, such as a digest."""

    name: str
    label: str
    value: float
    low: float
    high: float


class _File(_Part):
    schema_version: Literal[1] = 1
    manifest: Manifest
    scores: tuple[_ScoreLine, ...] = ()
    metrics: tuple[_MetricLine, ...]
    guardrails: tuple[_RuleLine, ...]
    papers: tuple[_PaperLine, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A promoted run as its file has it."""

    name: str
    content: _File

    @property
    def manifest(self) -> Manifest:
        """What was asked."""
        return self.content.manifest

    def to_scorecard(self, metrics: Iterable[Metric], *, is_complete: bool = True) -> Scorecard:
        """Return the scores, as far as `metrics` know how to compute them.

        Args:
            metrics: of a run over the same papers.
            is_complete: whether that run scored all of them; if not, metrics of another definition are left out.

        Raises:
            EvaluationError: a metric is defined in another way now.
        """
        known = {metric.name: metric for metric in metrics}
        papers = self.content.papers
        statistics = [_stack(rows) for rows in zip(*(paper.statistics for paper in papers), strict=True)]
        columns = []
        for place, line in enumerate(self.content.metrics):
            metric = known.get(line.name)
            if metric and self._is_same(line, metric, is_complete=is_complete):
                own = [paper.values[place] for paper in papers]
                per_paper = np.array([np.nan if value is None else value for value in own])
                columns.append(Column(metric, statistics[line.statistics], per_paper))
        return Scorecard(
            ids=tuple(paper.id for paper in papers),
            groups=tuple(paper.group for paper in papers),
            strata=tuple(paper.stratum for paper in papers),
            columns=tuple(columns),
            guardrails=tuple(
                Guardrail(
                    rule.name, rule.label, rule.task, tuple(paper.violations.get(rule.name, ()) for paper in papers)
                )
                for rule in self.content.guardrails
            ),
        )

    def _is_same(self, line: _MetricLine, metric: Metric, *, is_complete: bool) -> bool:
        if line.signature == metric.signature:
            return True
        if not is_complete:
            return False
        raise EvaluationError(
            f"baseline {self.name}: {line.name} was scored as {line.signature}, now it is {metric.signature}; "
            f"score it anew with `summarizer eval rescore {self.manifest.run_id}` or `eval run`, then "
            f"`summarizer eval bless {self.manifest.run_id} --name {self.name}`"
        )


def bless(manifest: Manifest, card: Scorecard, name: str, folder: Path = BASELINES) -> Path:
    """Promote a complete run to the baseline `name`, and return its file.

    Raises:
        EvaluationError: the run is incomplete.
        StoreError: the file can't be written.
    """
    if manifest.missing:
        raise EvaluationError(
            f"{manifest.run_id} is incomplete ({len(manifest.missing)} replies missing); run it again first"
        )
    path = folder / f"{name}.json"
    write_text(path, _render(_to_file(manifest, card)))
    return path


def read_baseline(path: Path) -> Baseline:
    """Read a promoted run.

    Raises:
        EvaluationError: the file can't be read, or was written by another version.
    """
    try:
        return Baseline(path.stem, _File.model_validate_json(path.read_bytes()))
    except (OSError, ValidationError) as error:
        problem = error.strerror if isinstance(error, OSError) else "not a baseline that this version reads"
        raise EvaluationError(f"{path}: {problem}; `summarizer eval bless RUN` writes one") from error


def list_baselines(folder: Path, *, split: str, gold_sha: str) -> list[Baseline]:
    """Return the baselines of these very papers and labels, by name.

    Raises:
        EvaluationError: a file can't be read.
    """
    found = [read_baseline(path) for path in sorted(folder.glob("*.json"))]
    return [entry for entry in found if (entry.manifest.split, entry.manifest.gold_sha) == (split, gold_sha)]


def _to_file(manifest: Manifest, card: Scorecard) -> _File:
    shared: dict[bytes, int] = {}
    arrays: list[Array] = []
    lines = []
    for column in card.columns:
        place = shared.setdefault(column.statistics.tobytes(), len(arrays))
        if place == len(arrays):
            arrays.append(column.statistics)
        lines.append(_MetricLine(name=column.metric.name, signature=column.metric.signature, statistics=place))
    return _File(
        manifest=manifest,
        scores=tuple(_list_scores(card)),
        metrics=tuple(lines),
        guardrails=tuple(_RuleLine(name=rule.name, label=rule.label, task=rule.task) for rule in card.guardrails),
        papers=tuple(_to_line(card, row, arrays) for row in range(len(card.ids))),
    )


def _list_scores(card: Scorecard) -> Iterator[_ScoreLine]:
    for entry in summarize(card):
        metric, value, interval = entry.metric, entry.value, entry.interval
        if metric.role == "primary" and value is not None and interval is not None:
            label = f"{metric.task} {metric.label}"
            yield _ScoreLine(name=metric.name, label=label, value=value, low=interval[0], high=interval[1])


def _to_line(card: Scorecard, row: int, arrays: list[Array]) -> _PaperLine:
    values = [float(column.per_paper[row]) for column in card.columns]
    return _PaperLine(
        id=card.ids[row],
        group=card.groups[row],
        stratum=card.strata[row],
        statistics=tuple(tuple(array[row].tolist()) for array in arrays),
        values=tuple(None if math.isnan(value) else value for value in values),
        violations={rule.name: _shorten(rule.violations[row]) for rule in card.guardrails if rule.violations[row]},
    )


def _shorten(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    return tuple(Violation(found.detail, found.quoted[:MAX_QUOTED_CHARACTERS]) for found in violations)


def _stack(rows: Iterable[tuple[float, ...]]) -> Array:
    return np.array(list(rows), dtype=np.float64)


def _render(content: _File) -> str:
    """Return JSON with a metric, a rule and a paper to a line, whole numbers without a fraction: easy to compare."""
    data = content.model_dump(mode="json", exclude_defaults=False)
    head = orjson.dumps(data.pop("manifest"), option=orjson.OPT_INDENT_2).decode()
    parts = [f'"schema_version": {content.schema_version}', f'"manifest": {head}']
    for name in ("scores", "metrics", "guardrails", "papers"):
        lines = ",\n".join(orjson.dumps(_to_whole(entry)).decode() for entry in data[name])
        parts.append(f'"{name}": [\n{lines}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _to_whole(value: object) -> object:
    match value:
        case float() if value.is_integer():
            return int(value)
        case Mapping():
            return {name: _to_whole(entry) for name, entry in value.items()}
        case list() | tuple():
            return [_to_whole(entry) for entry in value]
        case _:
            return value
