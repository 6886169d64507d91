"""Facts about the order of calls."""

from __future__ import annotations

from summarizer.evaluation.calls import order_calls
from tests.builders import build_paper

PAPERS = [build_paper(number) for number in range(40)]


def test_the_calls_of_a_paper_follow_each_other_and_sides_take_turns_in_going_first() -> None:
    calls = [call for group in order_calls(PAPERS, sides=2, repeats=1, seed=7) for call in group]
    pairs = list(zip(calls[::2], calls[1::2], strict=True))
    first = [pair[0].side for pair in pairs]

    assert all(a.paper is b.paper and {a.side, b.side} == {0, 1} for a, b in pairs)
    assert 10 < sum(first) < 30
    assert [pair[0].paper for pair in pairs] != PAPERS


def test_the_order_is_decided_by_the_seed() -> None:
    assert order_calls(PAPERS, sides=2, repeats=3, seed=1) == order_calls(PAPERS, sides=2, repeats=3, seed=1)
    assert order_calls(PAPERS, sides=2, repeats=3, seed=1) != order_calls(PAPERS, sides=2, repeats=3, seed=2)


def test_papers_that_go_into_one_request_are_asked_about_at_once_by_one_side() -> None:
    groups = order_calls(PAPERS, sides=2, repeats=2, seed=7, together=16)
    keys = [call.key for group in groups for call in group]

    assert [len(group) for group in groups] == [16] * 8 + [8] * 4
    assert all(len({(call.side, call.repeat) for call in group}) == 1 for group in groups)
    assert len(keys) == len(set(keys)) == 40 * 2 * 2
