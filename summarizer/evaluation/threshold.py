"""From which relevance on is a paper shown? The highest cut-off that still finds the wanted share of relevant papers.

It is chosen on dev, where looking is free, and checked once on test. A paper without an annotation is a paper missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from summarizer.annotate.records import AnnotatedRecord
from summarizer.contract.criterion import SCORES
from summarizer.errors import ConfigurationError, EvaluationError
from summarizer.evaluation.comparison import Interval
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.files import write_text
from summarizer.evaluation.gold import LOWEST_MEDICAL
from summarizer.evaluation.gold_files import read_gold
from summarizer.evaluation.intervals import wilson
from summarizer.evaluation.runs import EvaluationRun, GoldRecord
from summarizer.evaluation.scoring import match_papers

SETTING = "min_relevance"


@dataclass(frozen=True, slots=True)
class CutOff:
    """What a digest would show from one relevance on."""

    relevance: int
    found: int
    """Relevant papers that are shown."""
    relevant: int
    shown: int
    papers: int

    @property
    def recall(self) -> float:
        """Share of the relevant papers that is shown."""
        return self.found / self.relevant

    @property
    def recall_interval(self) -> Interval:
        """Wilson, 95 %."""
        return wilson(self.found, self.relevant)

    @property
    def precision(self) -> float | None:
        """Share of the shown papers that is relevant, in this enriched set; None where nothing is shown."""
        return self.found / self.shown if self.shown else None

    def may_reach(self, recall: float) -> bool:
        """Whether the interval leaves room for this recall."""
        return self.recall_interval.high >= recall


def list_cut_offs(run: EvaluationRun, gold: Path) -> list[CutOff]:
    """Return what each relevance, 0 to 5, would show.

    Raises:
        EvaluationError: replies are missing, a paper is gone, or none is relevant.
    """
    if run.manifest.missing:
        raise EvaluationError(f"{run.manifest.run_id} is incomplete: run it again to go on")
    papers = match_papers(run, read_gold(gold))
    pairs = [(paper.gold.relevance >= LOWEST_MEDICAL, _given(run.outcomes[paper.id][0])) for paper in papers]
    if not any(is_relevant for is_relevant, _ in pairs):
        raise EvaluationError(f"no paper of {run.manifest.split} is relevant: recall is not defined")
    return [_count(pairs, relevance) for relevance in SCORES]


def choose_cut_off(cut_offs: Sequence[CutOff], recall: float) -> CutOff:
    """Return the highest cut-off that reaches `recall`: the shortest list of papers that does.

    Raises:
        EvaluationError: none does, because relevant papers failed.
    """
    reaching = [cut_off for cut_off in cut_offs if cut_off.recall >= recall]
    if not reaching:
        raise EvaluationError(f"no cut-off finds {recall:.0%} of the relevant papers: too many of them failed")
    return max(reaching, key=lambda cut_off: cut_off.relevance)


def write_threshold(path: Path, relevance: int) -> None:
    """Write `min_relevance` into a settings file; comments and everything else in it stay as they are.

    Raises:
        ConfigurationError: tomlkit is not installed, or the file is not valid TOML.
        StoreError: it can't be written.
    """
    with eval_extra():
        import tomlkit  # noqa: PLC0415  # only where settings are written
        from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise ConfigurationError(f"{path}: can't be read: {error}") from error
    document[SETTING] = relevance
    write_text(path, tomlkit.dumps(document))


def _given(record: GoldRecord) -> int | None:
    return record.annotation.relevance if isinstance(record, AnnotatedRecord) else None


def _count(pairs: Sequence[tuple[bool, int | None]], cut_off: int) -> CutOff:
    shown = [is_relevant for is_relevant, given in pairs if given is not None and given >= cut_off]
    relevant = sum(is_relevant for is_relevant, _ in pairs)
    return CutOff(cut_off, found=sum(shown), relevant=relevant, shown=len(shown), papers=len(pairs))
