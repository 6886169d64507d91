"""The raw passes: each over all papers, each by somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from summarizer.evaluation.gold import GoldPaper, PassRecord
from summarizer.evaluation.gold_files import PASSES_FOLDER, GoldFile
from summarizer.evaluation.lint.fault import Fault

MIN_PASSES = 2
"""Agreement is between two."""


def find_pass_faults(passes: Sequence[GoldFile[PassRecord]], papers: Sequence[GoldPaper]) -> Iterator[Fault]:
    """Yield a fault for each paper that a pass lacks, has twice or should not have, and for each labeller without name."""
    wanted = [paper.id for paper in papers if not paper.single_pass]
    if wanted and len(passes) < MIN_PASSES:
        message = f"there are {len(passes)} passes: two are needed, neither seeing the other's labels"
        yield Fault(PASSES_FOLDER, 0, "", "pass", message)
    for file in passes:
        yield from _check_records(file, set(wanted))
        found = {record.id for record in file.records.values()}
        for paper_id in wanted:
            if paper_id not in found:
                yield Fault(_name(file), 0, paper_id, "pass", "the pass lacks this paper")


def _check_records(file: GoldFile[PassRecord], wanted: set[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for line, record in file.records.items():
        if record.id in seen:
            yield Fault(_name(file), line, record.id, "pass", "the pass has this paper twice")
        elif record.id not in wanted:
            yield Fault(_name(file), line, record.id, "pass", "no paper that was labelled twice has this id")
        if not record.labelled_by.strip():
            yield Fault(
                _name(file), line, record.id, "pass", '"labelled_by" is empty: say truthfully who or what labelled'
            )
        seen.add(record.id)


def _name(file: GoldFile[PassRecord]) -> str:
    return f"{PASSES_FOLDER}/{file.path.name}"
