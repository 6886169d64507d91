"""What a job would cost, for `--dry-run`: the forecast of its run, in words."""

from __future__ import annotations

import asyncio

from summarizer.annotate.assembly import build_annotator
from summarizer.annotate.forecast import Forecast, forecast
from summarizer.annotate.store import STANDARD_OUTPUT
from summarizer.chat.offline import OfflineChatModel
from summarizer.cli.running import Job, open_inputs, open_results
from summarizer.papers import FilterCounts, InputMeter
from summarizer.settings import Settings


def forecast_job(job: Job, settings: Settings) -> tuple[Forecast, FilterCounts]:
    """Tell what `run_job` would take, without asking anything and without making its output.

    Raises:
        SummarizerError: the run could not start, or its input can't be read.
    """
    return asyncio.run(_forecast(job, settings))


async def _forecast(job: Job, settings: Settings) -> tuple[Forecast, FilterCounts]:
    counts = FilterCounts()
    results = None
    if str(job.output) != STANDARD_OUTPUT and job.output.exists() and not job.overwrite:
        annotator = build_annotator(settings, chat=OfflineChatModel())
        await annotator.aclose()
        results = open_results(job, annotator.profile)
    try:
        with open_inputs(job, InputMeter()) as records:
            chosen = job.filters.apply(records, counts)
            return await forecast(chosen, results, settings, retry_failed=job.retry_failed), counts
    finally:
        if results:
            results.close()


def describe_forecast(found: Forecast, settings: Settings) -> str:
    """Return the forecast for people."""
    counts = {
        "to ask": found.to_ask,
        "resumed": found.resumed,
        "free": found.cached,
        "skipped": found.skipped,
        "duplicate": found.duplicate,
    }
    lines = [f"{found.read:,} read = " + " + ".join(f"{count:,} {name}" for name, count in counts.items())]
    if not found.calls:
        return "\n".join([*lines, "nothing to pay for"])
    basis = f"as {found.stored_replies:,} stored ones" if found.stored_replies else "without any reasoning"
    lines += [
        f"{found.calls:,} calls, about {found.input_tokens:,} tokens in (of these {found.prompt_cached_tokens:,} repeated: "
        f"a provider with a prompt cache discounts them) and {found.output_tokens:,} out (replies {basis})",
        _describe_cost(found, settings),
        _describe_time(found, settings),
    ]
    return "\n".join(lines)


def _describe_cost(found: Forecast, settings: Settings) -> str:
    if found.low_usd is None or found.high_usd is None or found.worst_call_usd is None:
        return (
            f"cost unknown: the price list does not know {settings.model} at {settings.public_base_url}; "
            "name the prices with --price-in and --price-out"
        )
    cap = settings.max_cost
    warning = f"; --max-cost ${cap:,} may end it on the way" if cap is not None and cap < found.high_usd else ""
    return (
        f"about ${found.low_usd:,.4f} (lengths as estimated, one reply a call, the repeated part at the list's price for the prompt cache) to "
        f"${found.high_usd:,.4f} (no prompt cache, 15 % more input, replies half as long again, every fifth asked for twice); "
        f"while a call is in flight, --max-cost counts it with up to ${found.worst_call_usd:,.4f}{warning}"
    )


def _describe_time(found: Forecast, settings: Settings) -> str:
    if found.minutes is None:
        return "time unknown: it depends on the endpoint; --rpm and --tpm say what it allows"
    limits = [f"--{name} {value:,}" for name, value in (("rpm", settings.rpm), ("tpm", settings.tpm)) if value]
    hours, minutes = divmod(max(1, round(found.minutes)), 60)
    return f"at least {f'{hours:,} h ' if hours else ''}{minutes} min at {' and '.join(limits)}"
