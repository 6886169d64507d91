"""Facts about numbers kept by digest."""

from __future__ import annotations

import random

import pytest

from summarizer.papers.digest_table import DigestTable

COUNT = 150_000
"""More than two runs."""


def draw_digests(count: int, seed: int = 1) -> list[int]:
    chance = random.Random(seed)
    return [chance.getrandbits(63) for _ in range(count)]


@pytest.fixture(scope="module")
def digests() -> list[int]:
    return [0, 2**63 - 1, *draw_digests(COUNT)]


@pytest.fixture(scope="module")
def table(digests: list[int]) -> DigestTable:
    table = DigestTable()
    for number, digest in enumerate(digests):
        table.put({digest: number})
    return table


def test_every_number_is_found_however_long_ago_it_was_put(table: DigestTable, digests: list[int]) -> None:
    wanted = {digest: number for number, digest in enumerate(digests) if number % 50 < 2}

    assert table.find(wanted) == wanted


def test_a_digest_that_was_never_put_has_no_number(table: DigestTable) -> None:
    assert table.find(draw_digests(20_000, seed=2)) == {}


def test_neighbours_of_a_digest_have_no_number(table: DigestTable, digests: list[int]) -> None:
    neighbours = [digest ^ 1 for digest in digests[:1000]]

    assert table.find(neighbours) == {}


@pytest.mark.parametrize("between", [0, 70_000, 140_000])
def test_a_later_number_stands_for_an_earlier_one(between: int) -> None:
    table = DigestTable()
    table.put({5: 1, 6: 1})
    table.put(dict.fromkeys(draw_digests(between), 7))
    table.put({5: 2})

    assert table.find([5, 6]) == {5: 2, 6: 1}

    table.put(dict.fromkeys(draw_digests(between, seed=2), 7))

    assert table.find([5, 6]) == {5: 2, 6: 1}


def test_zero_is_a_number() -> None:
    table = DigestTable()
    table.put(dict.fromkeys(draw_digests(70_000), 0))
    table.put({5: 0})

    assert table.find([5, draw_digests(1)[0]]) == {5: 0, draw_digests(1)[0]: 0}
