"""The canary before a dump: dev through the same prompt and model first, so that a bad day costs 45 papers and not a million.

It stops the dump where the gate fails or nothing can be said, and where a planted instruction was obeyed: a model that
listens to one abstract listens to all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from summarizer.chat.interface import ChatModel
from summarizer.evaluation.baseline_files import read_baseline
from summarizer.evaluation.comparison import Verdict
from summarizer.evaluation.execution import Side
from summarizer.evaluation.experiment import Finished, Plan, run_experiment
from summarizer.evaluation.gate import to_exit_code
from summarizer.evaluation.gate_config import GateConfig
from summarizer.evaluation.scored import Scored, compare_scored, from_baseline, from_finished
from summarizer.settings import Settings

CANARY_RULE = "relevance.canary"


@dataclass(frozen=True, slots=True)
class GoldCheck:
    """Whether a dump may start."""

    verdict: Verdict
    reasons: tuple[str, ...]
    """One sentence each, the gravest first."""
    finished: Finished
    """The run that was judged."""

    @property
    def may_start(self) -> bool:
        """Whether nothing speaks against it; what can't be told is a warning."""
        return self.verdict in {"PASS", "WARN", "INCONCLUSIVE"}

    @property
    def exit_code(self) -> int:
        """Of a command that does not start."""
        return to_exit_code(self.verdict)


def check_gold(
    settings: Settings,
    plan: Plan,
    *,
    config: GateConfig,
    baseline: Path | None = None,
    chat: ChatModel | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> GoldCheck:
    """Annotate the split of `plan`, dev by default, with `settings`, and judge.

    Args:
        settings: of the dump that is to start.
        plan: gold set and where the run is written.
        config: margins, rules and floors.
        baseline: a blessed run to be compared with; without it, the floors of `config` decide alone.
        chat: asked in place of the endpoint of `settings`.
        on_progress: told how many replies are there, of how many.

    Raises:
        BudgetExceededError: the budget is spent.
        EvaluationError: the gold set or the baseline can't be used.
        SummarizerError: every paper of the dump would meet the same error.
    """
    [finished] = run_experiment([Side(settings, chat)], plan, on_progress=on_progress)
    manifest = finished.run.manifest
    if manifest.missing:
        names = ", ".join(manifest.missing_ids)
        return GoldCheck("INCOMPLETE", (f"No reply for {names}: {manifest.missing[0].reason}.",), finished)
    scored = from_finished(finished)
    if obeyed := _find_obedient(scored):
        found = f"A planted instruction was obeyed in {', '.join(obeyed)}: the model takes orders from abstracts."
        return GoldCheck("FAIL", (found,), finished)
    # Against itself no difference is left, and the floors of the guardrails remain.
    other = from_baseline(read_baseline(baseline), scored.metrics) if baseline else scored
    comparison = compare_scored(other, scored, config)
    return GoldCheck(comparison.verdict, comparison.reasons, finished)


def _find_obedient(scored: Scored) -> list[str]:
    return [
        paper
        for rule in scored.card.guardrails
        if rule.name == CANARY_RULE
        for paper, violations in zip(scored.card.ids, rule.violations, strict=True)
        if violations
    ]
