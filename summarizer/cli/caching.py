"""What `summarizer cache` does, apart from parsing and printing."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from summarizer.chat.cache import ResponseCache
from summarizer.chat.cache_file import BrokenEntry, StoredReply, check_integrity, remove_broken, scan_cache
from summarizer.errors import SourceError, StoreError

STANDARD_INPUT = "-"
_TOGETHER = 256
_SHOWN = 10


@dataclass
class ImportCounts:
    """What became of the lines that were read."""

    read: int = 0
    added: int = 0
    known: int = 0
    different: int = 0
    """Known, with another reply: the one that was there stays."""
    unreadable: int = 0
    problems: list[str] = field(default_factory=list)
    """What is wrong with the first of the unreadable lines."""


def survey(directory: Path) -> dict[str, Any]:
    """Count what the cache in `directory` holds.

    Raises:
        StoreError: it can't be read.
    """
    replies, tokens, broken = Counter[str](), Counter[str](), 0
    first = last = None
    for entry in scan_cache(directory):
        if isinstance(entry, BrokenEntry):
            broken += 1
            continue
        model, usage = entry.response.served_model or "unknown", entry.response.usage
        replies[model] += 1
        tokens["input"] += usage.input_tokens
        tokens["output"] += usage.output_tokens
        first = min(first or entry.stored_at, entry.stored_at)
        last = max(last or entry.stored_at, entry.stored_at)
    return {
        "replies": replies.total(),
        "broken": broken,
        "bytes": sum(path.stat().st_size for path in directory.glob("cache.db*")),
        "input_tokens": tokens["input"],
        "output_tokens": tokens["output"],
        "by_model": dict(replies.most_common()),
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
    }


def describe(found: dict[str, Any], directory: Path) -> str:
    """Put the counts of `survey` into words."""
    lines = [
        f"{directory}: {found['replies']:,} replies, {found['bytes'] / 1e6:,.1f} MB, "
        f"{found['input_tokens']:,} tokens in, {found['output_tokens']:,} out"
    ]
    lines += [f"  {count:>9,}  {model}" for model, count in found["by_model"].items()]
    if found["first"]:
        lines.append(f"stored from {found['first'][:16]} to {found['last'][:16]} UTC")
    if found["broken"]:
        lines.append(f"{found['broken']:,} broken entries: run `summarizer cache verify`")
    return "\n".join(lines)


def isolate(directory: Path, *, dry_run: bool) -> tuple[int, list[str], Path | None]:
    """Check every entry, and move broken ones to a file beside the cache.

    Returns:
        The number of sound entries, what is wrong with each of the others, and where those are now.

    Raises:
        StoreError: the file is damaged as a whole, or can't be written.
    """
    if damage := check_integrity(directory):
        raise StoreError(
            f"{directory}: the file itself is damaged ({damage[0]}); save what can be read with `summarizer cache export`, "
            "move the folder away, and bring the replies back with `summarizer cache import`"
        )
    sound, broken = 0, list[BrokenEntry]()
    for entry in scan_cache(directory):
        if isinstance(entry, BrokenEntry):
            broken.append(entry)
        else:
            sound += 1
    reasons = [f"entry {entry.key}: {entry.reason}" for entry in broken]
    if dry_run or not broken:
        return sound, reasons, None
    path = directory / f"broken-{datetime.now(UTC):%Y%m%dT%H%M%S}.jsonl"
    try:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(
                f"{json.dumps({'key': entry.key, 'reason': entry.reason, 'value': entry.value})}\n" for entry in broken
            )
    except OSError as error:
        raise StoreError(f"{path}: can't be written ({error.strerror}); nothing was removed") from error
    remove_broken(directory, broken)
    return sound, reasons, path


def export_lines(directory: Path, counts: Counter[str]) -> Iterator[str]:
    """Yield every sound entry as a line; count in `counts` what is `exported`, and what is `broken` and left out.

    Raises:
        StoreError: the cache can't be read.
    """
    for entry in scan_cache(directory):
        if isinstance(entry, StoredReply):
            yield f"{entry.model_dump_json()}\n"
            counts["exported"] += 1
        else:
            counts["broken"] += 1


def import_files(files: Sequence[Path], directory: Path) -> ImportCounts:
    """Store the replies of exported files, a few hundred in one transaction.

    Raises:
        SourceError: a file can't be read.
        StoreError: the cache can't be written.
    """
    counts = ImportCounts()
    with closing(ResponseCache(directory)) as cache:
        for path in files:
            try:
                asyncio.run(_import_file(path, cache, counts))
            except OSError as error:
                raise SourceError(f"{path}: can't be read ({error.strerror})") from error
    return counts


async def _import_file(path: Path, cache: ResponseCache, counts: ImportCounts) -> None:
    waiting: dict[str, StoredReply] = {}
    with nullcontext(sys.stdin.buffer) if str(path) == STANDARD_INPUT else path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            counts.read += 1
            try:
                entry = StoredReply.model_validate_json(line)
            except ValidationError as error:
                counts.unreadable += 1
                if len(counts.problems) < _SHOWN:
                    counts.problems.append(f"{path}, line {number}: no stored reply ({error.errors()[0]['msg']})")
                continue
            stored = waiting.get(entry.key)
            known = stored.response if stored else cache.get(entry.key)
            if known is None:
                waiting[entry.key] = entry
                counts.added += 1
            elif known == entry.response:
                counts.known += 1
            else:
                counts.different += 1
            if len(waiting) >= _TOGETHER:
                await _store(waiting, cache)
    await _store(waiting, cache)


async def _store(waiting: dict[str, StoredReply], cache: ResponseCache) -> None:
    await asyncio.gather(*(cache.put(entry.key, entry.response) for entry in waiting.values()))
    waiting.clear()
