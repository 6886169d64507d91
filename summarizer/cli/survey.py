"""What a source holds, at a glance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date

import orjson

from summarizer.papers import DuplicatePaper, Paper, SkippedRecord
from summarizer.papers.normalization import normalize_text

SHOWN_CATEGORIES = 8
SHOWN_PLACES = 20
"""Of each reason to skip a record; `--json` has them all."""

_COLUMNS = ("papers", "with abstract", "skipped", "duplicates")


class Survey:
    """Counts records by source, in memory that does not grow with the papers."""

    def __init__(self) -> None:
        self._sources: dict[str, Counter[str]] = defaultdict(Counter)
        self._categories: Counter[str] = Counter()
        self._days: list[date] = []
        self._reasons: dict[str, list[str]] = defaultdict(list)
        self._skipped: Counter[str] = Counter()
        self._undated = 0

    def add(self, record: Paper | SkippedRecord | DuplicatePaper) -> None:
        """Count one record."""
        match record:
            case SkippedRecord(path=path, line=line, reason=reason):
                self._sources[path]["skipped"] += 1
                self._skipped[reason] += 1
                if len(self._reasons[reason]) < SHOWN_PLACES:
                    self._reasons[reason].append(f"{path}, line {line}" if line else path)
            case DuplicatePaper(paper=paper):
                self._sources[paper.source]["duplicates"] += 1
            case Paper():
                self._add_paper(record)

    def render(self) -> str:
        """Return the table, one row for each source, and below it dates, categories and what was skipped."""
        total = sum(self._sources.values(), Counter())
        rows = [(_printable(source), counts) for source, counts in self._sources.items()]
        rows += [("all", total)] if len(rows) != 1 else []
        read = total["papers"] + total["skipped"] + total["duplicates"]
        lines = [
            *_render_table(rows),
            "",
            f"{read:,} records = {total['papers']:,} papers + {total['skipped']:,} skipped "
            f"+ {total['duplicates']:,} duplicates",
            *self._render_facts(),
            *self._render_skipped(),
        ]
        return "\n".join(lines)

    def _add_paper(self, paper: Paper) -> None:
        counts = self._sources[paper.source]
        counts["papers"] += 1
        counts["with abstract"] += bool(paper.abstract)
        self._categories.update(paper.categories[:1])
        if paper.published:
            day = paper.published.date()
            self._days = [min([*self._days, day]), max([*self._days, day])]
        else:
            self._undated += 1

    def _render_facts(self) -> list[str]:
        lines = []
        if self._days:
            undated = f"; {self._undated:,} papers without a date" if self._undated else ""
            lines.append(f"published {self._days[0]} to {self._days[1]}{undated}")
        if self._categories:
            shown = self._categories.most_common(SHOWN_CATEGORIES)
            more = f", {len(self._categories) - len(shown)} more" if len(self._categories) > len(shown) else ""
            lines.append(
                "primary categories: " + ", ".join(f"{_printable(name)} {count:,}" for name, count in shown) + more
            )
        return lines

    def _render_skipped(self) -> list[str]:
        lines = [""] if self._skipped else []
        for reason, count in self._skipped.most_common():
            lines.append(f"skipped {count:,}: {_printable(reason)}")
            lines += [f"    {_printable(place)}" for place in self._reasons[reason]]
            if count > SHOWN_PLACES:
                lines.append(f"    and {count - SHOWN_PLACES:,} more; --json lists all")
        return lines


def to_json_line(record: Paper | SkippedRecord | DuplicatePaper) -> str:
    """Return one record as JSON on one line; `read` takes such lines as input."""
    match record:
        case SkippedRecord():
            return orjson.dumps({"status": "skipped", **asdict(record)}).decode()
        case DuplicatePaper(paper=paper, reason=reason):
            text = orjson.dumps(reason).decode()
            return f'{{"status":"duplicate","reason":{text},"paper":{paper.model_dump_json()}}}'
        case Paper():
            return f'{{"status":"paper","paper":{record.model_dump_json()}}}'


def _render_table(rows: Sequence[tuple[str, Counter[str]]]) -> Iterable[str]:
    width = max(len(name) for name, _ in [("source", Counter()), *rows])
    yield f"{'source':<{width}}  " + "  ".join(f"{column:>13}" for column in _COLUMNS)
    for name, counts in rows:
        yield f"{name:<{width}}  " + "  ".join(f"{counts[column]:>13,}" for column in _COLUMNS)


def _printable(text: str) -> str:
    return normalize_text(text)
