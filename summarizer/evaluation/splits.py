"""Splits by thresholds on a salted hash of the group: a set that grows never moves a paper."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from summarizer.evaluation.gold import GoldPaper, Split

SALT = "summarizer gold 2026"
"""Committed and never changed: another salt would deal the papers anew."""

SHOTS_BELOW, DEV_BELOW = 0.09, 0.33
"""Shares of `shots`, then of `shots` and `dev`: the power goes to where the decision is."""


def assign_split(group: str, *, is_canary: bool = False) -> Split:
    """Return the split of a group. Canaries belong to `dev`: what they show must be seen before a release, not after."""
    if is_canary:
        return "dev"
    share = int.from_bytes(sha256(f"{SALT}\0{group}".encode()).digest()[:8]) / 2**64
    if share < SHOTS_BELOW:
        return "shots"
    return "dev" if share < DEV_BELOW else "test"


def reassign_splits(papers: Sequence[GoldPaper]) -> list[GoldPaper]:
    """Return the papers, each in the split of its group; those that are there already come back as they are."""
    return [_reassign(paper) for paper in papers]


def _reassign(paper: GoldPaper) -> GoldPaper:
    split = assign_split(paper.group, is_canary=paper.canary is not None)
    return paper if paper.split == split else paper.model_copy(update={"split": split})
