"""Numbers by 63-bit digest: many millions of them in little memory, for as long as the process runs.

New numbers gather in a dictionary; a full one becomes a sorted run of 16 bytes a number, as in a log-structured merge tree
(O'Neil et al. 1996). Nearly every digest that is looked up is new, and a Bloom filter with one hash function (Bloom 1970)
spares it the search through the runs.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping

_RUN_LENGTH = 2**16
_FILTER_BYTES = 16 * 2**20
"""After ten million numbers the filter still spares nine out of ten searches."""


class DigestTable:
    """Numbers by digest, 0 to 2^63 - 1 both; digests are evenly distributed."""

    def __init__(self) -> None:
        self._recent: dict[int, int] = {}
        self._runs: list[tuple[array[int], array[int]]] = []
        """Digests in ascending order, and their numbers."""
        self._filter = bytearray()
        """A bit for each digest of the runs; few share one. Empty until there is a run."""

    def find(self, digests: Iterable[int]) -> dict[int, int]:
        """Return the numbers of those digests that have one."""
        known = {}
        for digest in digests:
            number = self._recent.get(digest)
            if number is None and self._runs and self._filter[digest // 8 % _FILTER_BYTES] & 1 << digest % 8:
                number = self._search_runs(digest)
            if number is not None:
                known[digest] = number
        return known

    def put(self, numbers: Mapping[int, int]) -> None:
        """Keep the numbers of these digests, in place of those they had."""
        self._recent.update(numbers)
        if len(self._recent) >= _RUN_LENGTH:
            self._close_run()

    def _search_runs(self, digest: int) -> int | None:
        for digests, numbers in reversed(self._runs):  # a later number stands for an earlier one
            place = bisect_left(digests, digest)
            if place < len(digests) and digests[place] == digest:
                return numbers[place]
        return None

    def _close_run(self) -> None:
        self._filter = self._filter or bytearray(_FILTER_BYTES)
        digests = array("q", sorted(self._recent))
        for digest in digests:
            self._filter[digest // 8 % _FILTER_BYTES] |= 1 << digest % 8
        self._runs.append((digests, array("q", map(self._recent.__getitem__, digests))))
        self._recent.clear()
