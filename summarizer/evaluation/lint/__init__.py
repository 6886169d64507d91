"""Whether a gold set may be trusted: every fault with its place, found in one go.

One module for each kind of rule; here they are brought together. Nothing is mended.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from summarizer.contract.taxonomy import Taxonomy, load_taxonomy
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import PAPERS_FILE, PASSES_FOLDER, BrokenLine, GoldFile, scan_file, scan_passes
from summarizer.evaluation.lint.encoding import find_encoding_faults
from summarizer.evaluation.lint.fault import Fault, Finding, Rule
from summarizer.evaluation.lint.labels import find_label_faults
from summarizer.evaluation.lint.leaks import ShownText, find_leaks, load_shown_texts
from summarizer.evaluation.lint.passes import find_pass_faults
from summarizer.evaluation.shingles import find_near_duplicates
from summarizer.evaluation.splits import assign_split

__all__ = ["Fault", "Finding", "Rule", "check_paper", "lint_gold", "load_shown_texts"]

TAXONOMY, CRITERION = "taxonomy", "medical-imaging"
"""The newest releases: what the gold labels are held to."""


def lint_gold(folder: Path, *, prompts: Sequence[str] = ()) -> list[Fault]:
    """Return every fault of a gold set, in order of file and line.

    Args:
        folder: holds `papers.jsonl` and `passes`.
        prompts: names or files of prompts that must not give papers away either, beside the released ones.

    Raises:
        EvaluationError: there is no gold set.
        PromptError: a prompt can't be read.
    """
    file, passes = scan_file(folder / PAPERS_FILE, GoldPaper), scan_passes(folder)
    papers = list(file.records.values())
    shown, taxonomy = load_shown_texts(prompts), load_taxonomy(TAXONOMY)
    faults = list(_find_broken(file.broken, PAPERS_FILE))
    if not papers:
        faults.append(Fault(PAPERS_FILE, 0, "", "schema", "there is no paper"))
    for line, paper in file.records.items():
        faults += _place(check_paper(paper, taxonomy, shown), line, paper)
    faults += _find_set_faults(file)
    faults.sort(key=lambda fault: fault.line)
    for pass_file in passes:
        faults += _find_broken(pass_file.broken, f"{PASSES_FOLDER}/{pass_file.path.name}")
    return [*faults, *find_pass_faults(passes, papers)]


def check_paper(paper: GoldPaper, taxonomy: Taxonomy, shown: Sequence[ShownText]) -> list[Finding]:
    """Return what is wrong with one paper, whatever else is in the set."""
    return [
        *find_encoding_faults(paper),
        *_find_misplacement(paper),
        *find_label_faults(paper, taxonomy),
        *find_leaks(paper, shown),
    ]


def _find_misplacement(paper: GoldPaper) -> Iterator[Finding]:
    split = assign_split(paper.group, is_canary=paper.canary is not None)
    if paper.split != split:
        reason = "canaries belong there" if paper.canary is not None else f"by the hash of its group {paper.group}"
        yield Finding("split", f"is in {paper.split} but belongs to {split}: {reason}")
    if paper.canary is not None and (not paper.canary.strip() or paper.canary not in paper.abstract):
        yield Finding("canary", "the planted instruction does not stand in the abstract word for word")


def _find_set_faults(file: GoldFile[GoldPaper]) -> Iterator[Fault]:
    """Yield what is wrong between papers."""
    papers = list(file.records.values())
    counts = Counter(paper.id for paper in papers)
    lines = {id(paper): line for line, paper in file.records.items()}
    splits = defaultdict(set)
    for paper in papers:
        splits[paper.group].add(paper.split)
    for paper in papers:
        if counts[paper.id] > 1:
            yield Fault(PAPERS_FILE, lines[id(paper)], paper.id, "id", f"{counts[paper.id]} papers have this id")
        if len(splits[paper.group]) > 1:
            message = f"group {paper.group} is in {' and '.join(sorted(splits[paper.group]))}: one group, one split"
            yield Fault(PAPERS_FILE, lines[id(paper)], paper.id, "split", message)
    for one, two, shared in find_near_duplicates(papers):
        if one.group != two.group:
            message = f"shares {shared} with {one.id} but not its group: give both the group {one.group}"
            yield Fault(PAPERS_FILE, lines[id(two)], two.id, "near-duplicate", message)


def _place(findings: Sequence[Finding], line: int, paper: GoldPaper) -> Iterator[Fault]:
    return (Fault(PAPERS_FILE, line, paper.id, finding.rule, finding.message) for finding in findings)


def _find_broken(lines: Mapping[int, BrokenLine], name: str) -> Iterator[Fault]:
    for line, broken in lines.items():
        yield Fault(name, line, "", broken.rule, broken.reason)
