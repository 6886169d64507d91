"""The calls of an evaluation, in the order in which they are made.

Those of two sides are interleaved, in an order that is drawn for each paper: asked one after the other, the load of the
provider at that hour would look like a difference between prompts.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from summarizer.papers import Paper


class Call(NamedTuple):
    """One annotation that is to be had."""

    side: int
    repeat: int
    paper: Paper

    @property
    def key(self) -> tuple[int, int, str]:
        """What it is remembered by."""
        return self.side, self.repeat, self.paper.id


def order_calls(
    papers: Sequence[Paper], *, sides: int, repeats: int, seed: int, together: int = 1
) -> list[tuple[Call, ...]]:
    """Return all calls, in groups that are asked at once.

    Papers are in an order of their own, and for each paper, or for as many as go `together` into one request, sides and
    repeats are in another one.
    """
    draw = random.Random(seed)  # noqa: S311  # an order, not a secret
    order, groups = draw.sample(papers, len(papers)), []
    for start in range(0, len(order), together):
        some = order[start : start + together]
        own = [tuple(Call(side, repeat, paper) for paper in some) for side in range(sides) for repeat in range(repeats)]
        groups += draw.sample(own, len(own))
    return groups
