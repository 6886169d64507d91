"""Evaluations as text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.evaluation.compare import MetricSummary
    from summarizer.evaluation.comparison import Comparison, GuardrailComparison, Interval, MetricComparison
    from summarizer.evaluation.metric import Guardrail, Metric
    from summarizer.evaluation.runs import Manifest
    from summarizer.evaluation.scored import Scored, Standing
    from summarizer.evaluation.timing import TimingComparison

WIDTH = 80
SHOWN_IDS = 3
_NONE = "\N{EN DASH}"
_TASKS = {"structure": "reply", "relevance": "relev", "translation": "transl"}
_VERDICTS = {"worse": "WORSE", "worse within margin": "worse (WARN)", "inconclusive": "INCONCLUSIVE"}
_LARGE, _HUGE = 2, 1000
_OUT_OF_100 = frozenset({"chrf2", "bleu"})


def render_run(scored: Scored, summaries: Sequence[MetricSummary], *, confidence: float) -> str:
    """Return every metric of one run with its interval, and what its guardrails found."""
    heading = f"{_percent(confidence)} interval"
    lines = [_render_head(scored.manifest), "", f"{'':<38}{'value':>8}  {heading:<18}{'n':>5}"]
    task, shown_tasks = "", {"structure", "cost"} if scored.manifest.profile.annotator == "chat" else {"structure"}
    for entry in summaries:
        if entry.metric.role == "diagnostic" and entry.metric.task not in shown_tasks:
            continue
        shown = "" if entry.metric.task == task else _short(entry.metric.task)
        task = entry.metric.task
        scale = _scale(entry.metric, entry.value)
        interval = format_interval(entry.interval, scale)
        lines.append(
            f"{shown:<8}{entry.metric.label:<30}{format_number(entry.value, scale):>8}  {interval:<18}{entry.n:>5}"
        )
    lines += _render_rules(scored.card.guardrails)
    if timing := scored.manifest.timing:
        lines.append(
            f"time    {timing.p50_seconds:.2f} s median, {timing.p95_seconds:.2f} s at 95%, over {timing.fresh} fresh calls"
        )
    return "\n".join(lines)


def render_standings(rows: Sequence[tuple[str, Sequence[MetricSummary]]], standings: Sequence[Standing]) -> str:
    """Return the primary metrics of a run and of the committed baselines, a row each, and what the run does not beat.

    Args:
        rows: name and primary metrics; the run first.
        standings: of the run.
    """
    metrics = [entry.metric for entry in rows[0][1]]
    lines = [f"{'':<16}" + "".join(f"{metric.label:<16}" for metric in metrics)]
    for name, summaries in rows:
        by_name = {entry.metric.name: entry for entry in summaries}
        cells = [_render_cell(by_name.get(metric.name)) for metric in metrics]
        lines.append(f"{name[:15]:<16}" + "".join(f"{cell:<16}" for cell in cells))
    for standing in standings:
        lines += _wrap(_describe_standing(standing))
    return "\n".join(line.rstrip() for line in lines)


def render_comparison(
    comparison: Comparison, b: Manifest, factors: Sequence[str], timing: TimingComparison | None
) -> str:
    """Return the verdict on B against A with what it rests on."""
    paired, everyone = len(comparison.pairing.paired), len(b.papers)
    lines = [
        *_wrap(
            f"eval  {comparison.label_a} \N{RIGHTWARDS ARROW} {comparison.label_b}   {_describe_set(b)}   "
            f"paired {paired}/{everyone}"
        ),
        *_wrap(_describe_factors(factors)),
        "",
        f"{'':<19}{'A':>6}{'B':>7}{'diff':>8} {_percent(2 * comparison.confidence - 1) + ' CI (gate)':<15}{'MDE':>5}{'margin':>7}  verdict",
        *(_render_primary(entry) for entry in comparison.primaries),
        *_render_changed_rules(comparison.guardrails),
    ]
    if timing:
        low, high = timing.interval
        lines.append(
            f"{'time':<8}median seconds     {timing.a_seconds:.2f} \N{RIGHTWARDS ARROW} {timing.b_seconds:.2f}   "
            f"x{timing.ratio:.2f} [{low:.2f}, {high:.2f}] over {timing.papers} papers"
        )
    if cost := comparison.cost:
        change = _NONE if cost.increase is None else f"{cost.increase:+.0%}"
        lines.append(
            f"{'cost':<8}$ a 1,000 papers   {cost.a or 0:.2f} \N{RIGHTWARDS ARROW} {cost.b or 0:.2f}   {change}"
        )
    lines += _wrap(_describe_intervals(comparison.metrics, _percent(comparison.confidence)))
    lines += _wrap(f"\N{RIGHTWARDS ARROW} {comparison.headline}")
    return "\n".join(line.rstrip() for line in lines)


def format_number(value: float | None, scale: float, *, sign: bool = False) -> str:
    """Return a number in as many digits as its kind deserves, without a leading zero: `.412`, `58.1`, `+.019`."""
    if value is None:
        return _NONE
    digits = 3 if scale < _LARGE else 1 if scale < _HUGE else 0
    text = f"{value:{'+' if sign else ''}z.{digits}f}"  # z: what rounds to 0 has no minus
    return text.replace("0.", ".", 1) if text.lstrip("+-").startswith("0.") else text


def format_interval(interval: Interval | None, scale: float, *, sign: bool = False) -> str:
    """Return both bounds in brackets."""
    if interval is None:
        return _NONE
    return f"[{format_number(interval.low, scale, sign=sign)}, {format_number(interval.high, scale, sign=sign)}]"


def _render_head(manifest: Manifest) -> str:
    model = "" if manifest.label == manifest.profile.requested_model else f"   model {manifest.profile.requested_model}"
    repeats = f"   {manifest.repeats} replies each" if manifest.repeats > 1 else ""
    return f"eval  {manifest.label}{model}   {_describe_set(manifest)}{repeats}"


def _describe_set(manifest: Manifest) -> str:
    reads = f" (read #{manifest.test_reads})" if manifest.test_reads else ""
    return f"{manifest.split} {len(manifest.papers)} papers{reads}   gold {manifest.gold_sha[:8]}"


def _describe_factors(factors: Sequence[str]) -> str:
    if len(factors) > 1:
        return f"confounded: {len(factors)} factors changed ({', '.join(factors)}); no difference has a known cause"
    return f"changed: {factors[0]}" if factors else "nothing changed but chance"


def _render_rules(guardrails: Iterable[Guardrail]) -> list[str]:
    broken = [(rule, sum(map(bool, rule.violations))) for rule in guardrails]
    kept = sum(not count for _, count in broken)
    lines = [f"{'guard':<8}{kept} of {len(broken)} rules kept by every paper"]
    for rule, count in broken:
        if count:
            lines.append(f"{'':<8}{rule.label:<30}{count:>8}  of {len(rule.violations)} papers break it")
    return lines


def _render_cell(entry: MetricSummary | None) -> str:
    if entry is None or entry.value is None:
        return _NONE
    scale, digits = _scale(entry.metric, entry.value), 2
    if entry.interval is None:
        return format_number(entry.value, scale)
    low, high = (
        f"{bound:.{digits}f}".removeprefix("0") if scale < _LARGE else f"{bound:.0f}" for bound in entry.interval
    )
    return f"{format_number(entry.value, scale)} [{low},{high}]"


def _describe_standing(standing: Standing) -> str:
    if not standing.unbeaten:
        return f"beats {standing.baseline} in every primary metric that both have"
    found = [f"{entry.metric.task} {entry.metric.label} {_describe_difference(entry)}" for entry in standing.unbeaten]
    return f"DOES NOT BEAT {standing.baseline} in {'; '.join(found)}"


def _describe_difference(entry: MetricComparison) -> str:
    scale = _scale(entry.metric, entry.a, entry.b)
    return f"{format_number(entry.difference, scale, sign=True)} {format_interval(entry.interval, scale, sign=True)}"


def _render_primary(entry: MetricComparison) -> str:
    scale = _scale(entry.metric, entry.a, entry.b)
    a, b, mde = (format_number(value, scale) for value in (entry.a, entry.b, entry.mde))
    difference = format_number(entry.difference, scale, sign=True)
    interval = format_interval(entry.gate_interval, scale, sign=True).replace(", ", ",")
    verdict = _VERDICTS.get(str(entry.verdict), entry.verdict or _NONE)
    name = f"{_short(entry.metric.task):<8}{entry.metric.label:<11}"
    return f"{name}{a:>6}{b:>7}{difference:>8} {interval:<15}{mde:>5}{format_number(entry.margin, scale):>7}  {verdict}"


def _render_changed_rules(guardrails: Sequence[GuardrailComparison]) -> list[str]:
    changed = [rule for rule in guardrails if rule.new or rule.fixed or rule.status == "fail"]
    lines = [f"{'guard':<8}{len(guardrails) - len(changed)} of {len(guardrails)} rules as before"]
    for rule in changed:
        names = ", ".join(found.id for found in rule.new[:SHOWN_IDS])
        more = f" and {len(rule.new) - SHOWN_IDS} more" if len(rule.new) > SHOWN_IDS else ""
        new = f"{len(rule.new)} new: {names}{more}" if rule.new else "none new"
        status = "  FAIL" if rule.status == "fail" else ""
        lines += _wrap(
            f"{rule.label}  clean {rule.clean_a} \N{RIGHTWARDS ARROW} {rule.clean_b} of {rule.n}; {new}{status}", 8
        )
    return lines


def _describe_intervals(metrics: Sequence[MetricComparison], percent: str) -> str:
    shown = [entry for entry in metrics if entry.shows_difference]
    if not shown:
        return f"none of {len(metrics)} {percent} intervals excludes 0"
    kept = [f"{entry.metric.task} {entry.metric.label}" for entry in shown if entry.survives_adjustment]
    rest = f"after adjustment for all of them: {', '.join(kept) or 'none'}"
    return f"{len(shown)} of {len(metrics)} {percent} intervals exclude 0; {rest}"


def _scale(metric: Metric, *values: float | None) -> float:
    """Return how large a metric is; what is out of 100 never looks like a share, however small: chrF2 .9 is not .920."""
    least = float(_LARGE) if metric.name.rpartition(".")[2] in _OUT_OF_100 else 0.0
    return max(least, *(abs(value or 0.0) for value in values))


def _percent(share: float) -> str:
    return f"{100 * share:.4g}%"


def _short(task: str) -> str:
    return _TASKS.get(task, task)


def _wrap(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
