"""What the batch commands say."""

from __future__ import annotations

from collections.abc import Mapping

from summarizer.annotate.batch_ledger import Ledger
from summarizer.annotate.batch_replies import ReplyReport
from summarizer.annotate.batch_requests import RequestReport
from summarizer.annotate.batch_shard import RequestState, Shard
from summarizer.annotate.batch_work import Collected
from summarizer.chat.pricing import Price

NEXT = (
    "next: `summarizer batch submit` sends what is still missing, reasks included; `summarizer annotate --replay`, with the same "
    "inputs and flags, makes records of the stored replies"
)
_SHOWN = 10
_SHOWN_BATCHES = 3


def describe_requests(report: RequestReport, where: str) -> str:
    """Say what became of the papers, and what the new requests may cost."""
    counts = {
        f"asked {where}": report.written,
        "with all replies stored": report.answered,
        "in batches already": report.in_batches,
        "refused for good before (--retry-failed)": report.rejected,
        "skipped": report.skipped,
        "duplicate": report.duplicate,
        "over the budget": report.pending,
    }
    shown = [f"{count:,} {name}" for name, count in counts.items() if count or name.startswith("asked")]
    lines = [f"{report.read:,} read = {' + '.join(shown)}"]
    if report.written and report.worst_case_usd is None:
        lines.append("cost unknown (name the prices with --price-in and --price-out)")
    elif report.written:
        lines.append(f"at most ${report.worst_case_usd:,.4f} at the listed price for batch jobs")
    return "\n".join(lines)


def describe_shards(shards: list[Shard]) -> str:
    """Say what is on its way."""
    running = [shard for shard in shards if shard.batch_id]
    waiting = [shard for shard in shards if not shard.batch_id]
    lines = [f"{shard.batch_id}: {shard.requests:,} requests, {shard.bytes / 1e6:,.1f} MB" for shard in running]
    if waiting:
        requests = sum(shard.requests for shard in waiting)
        lines.append(
            f"{requests:,} requests wait for the queue; `summarizer batch collect` sends them when it has room"
        )
    return "\n".join(lines) or "nothing to send"


def describe_shard(shard: Shard, counts: Mapping[RequestState, int]) -> str:
    """Describe a shard in one line."""
    outcomes = " + ".join(f"{count:,} {state}" for state, count in sorted(counts.items()))
    status = shard.provider_status or "not sent"
    detail = f"  {shard.detail}" if shard.detail else ""
    return f"{shard.batch_id or shard.id}  {shard.state} ({status})  {shard.requests:,} = {outcomes}{detail}"


def describe_progress(running: list[Shard], waiting: list[Shard], seconds: float) -> str:
    """Say what is being waited for."""
    statuses = ", ".join(f"{shard.batch_id} {shard.provider_status}" for shard in running[:_SHOWN_BATCHES])
    more = f" and {len(running) - _SHOWN_BATCHES} more" if len(running) > _SHOWN_BATCHES else ""
    queue = f"; {len(waiting)} wait for the queue" if waiting else ""
    return f"{len(running)} running ({statuses}{more}){queue}; asking again in {seconds:.0f} s"


def describe_collected(item: Collected, ledger: Ledger, price: Price | None) -> str:
    """Say what a batch brought: the sum that must hold, what it cost, and what went wrong."""
    shard, replies = item.shard, item.replies
    lines = [describe_shard(shard, ledger.count_requests(shard.id))]
    cost = (
        "cost unknown" if price is None else f"${price.cost_usd(shard.usage):,.4f} at the listed price for batch jobs"
    )
    lines.append(f"  {shard.input_tokens:,} tokens in, {shard.output_tokens:,} out, {cost}")
    counted = shard.input_tokens + shard.output_tokens
    if shard.provider_tokens is not None and shard.provider_tokens != counted:
        lines.append(f"  the provider counts {shard.provider_tokens:,} tokens, the lines add up to {counted:,}")
    lines += _describe_oddities(replies)
    failures = list(ledger.failures(shard.id))
    lines += [f"  {row.paper}: {row.state}: {row.error}" for row in failures[:_SHOWN]]
    if len(failures) > _SHOWN:
        lines.append(f"  and {len(failures) - _SHOWN:,} more without a reply")
    if replies.malformed or replies.unknown:
        lines.append(f"  the results are kept: {ledger.folder / shard.id}.*.results.jsonl")
    return "\n".join(lines)


def describe_replies(report: ReplyReport, outstanding: int) -> str:
    """Say what files of replies held."""
    names = ("answered", "failed", "expired", "cancelled", "duplicate", "unknown", "malformed")
    shown = [f"{getattr(report, name):,} {name}" for name in names if getattr(report, name) or name == "answered"]
    lines = [f"{report.lines:,} lines = {' + '.join(shown)}"]
    if outstanding:
        lines.append(f"{outstanding:,} exported requests are still without a reply")
    if report.unknown:
        lines.append("unknown: not exported from this cache folder, or before the last export to the same file")
    lines.append(
        "next: `summarizer annotate --replay` with the same inputs and flags makes records of the stored replies"
    )
    return "\n".join(lines)


def _describe_oddities(replies: ReplyReport) -> list[str]:
    names = {
        "duplicate": "further lines of a request that had one",
        "unknown": "lines with an id that was not asked",
        "malformed": "lines that could not be read",
    }
    return [f"  {count:,} {text}" for name, text in names.items() if (count := getattr(replies, name))]
