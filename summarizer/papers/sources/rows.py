"""Rows of delimited text: one bad row costs that row, however its quotes are broken."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from summarizer.papers.sources.interface import Line

_TAB = "\t"
_ROW_LINES = 1000
_ROW_CHARACTERS = 2**20


class Row(NamedTuple):
    """One row, or why there is none."""

    line: int
    cells: list[str]
    problem: str | None = None


def parse_row(text: str, delimiter: str) -> list[str]:
    """Return the cells.

    Raises:
        csv.Error: a quote is not closed, or closes in the middle of a cell.
    """
    return next(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=delimiter != _TAB), [])


def split_rows(lines: Iterator[Line], delimiter: str, width: int) -> Iterator[Row]:
    """Yield each row that is not blank.

    A quoted cell may run over several lines. Where that leads to no row of `width` cells, the first line alone is
    the bad row, and reading goes on with the second. Lines that are each a row by their tabs are never one row.
    """
    ahead: deque[Line] = deque()
    while first := ahead.popleft() if ahead else next(lines, None):
        if first.text.strip() or first.problem:
            yield _read_row(first, ahead, lines, delimiter, width)


def _read_row(first: Line, ahead: deque[Line], lines: Iterator[Line], delimiter: str, width: int) -> Row:
    taken = [first]
    try:
        cells = _parse_lines(taken, ahead, lines, delimiter)
    except csv.Error as error:
        cells, problem = [], f"not delimited text: {error}"
    else:
        problem = f"{len(cells)} cells, where the header has {width}"
    # Many programs write tabs without any quoting; a quote is then a sign like others.
    literal = first.text.split(_TAB)
    is_literal = delimiter == _TAB and len(literal) == width
    swallows = is_literal and any(line.text.count(_TAB) == width - 1 for line in taken[1:])
    if len(cells) == width and not swallows:
        return Row(first.number, cells, next((line.problem for line in taken if line.problem), None))
    ahead.extendleft(reversed(taken[1:]))
    if is_literal:
        return Row(first.number, literal, first.problem)
    return Row(first.number, [], first.problem or problem)


def _parse_lines(taken: list[Line], ahead: deque[Line], lines: Iterator[Line], delimiter: str) -> list[str]:
    """Return the cells of the first line and as many more as its quotes need; these are added to `taken`."""
    while True:
        try:
            return parse_row("\n".join(line.text for line in taken), delimiter)
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                raise
            if not _take_to_quote(taken, ahead, lines):
                raise csv.Error("a quote is not closed") from error


def _take_to_quote(taken: list[Line], ahead: deque[Line], lines: Iterator[Line]) -> bool:
    """Take lines up to the next one with a quote, for no other can close the cell; return whether there is one."""
    size = sum(len(line.text) for line in taken)
    while len(taken) < _ROW_LINES and size < _ROW_CHARACTERS:
        line = ahead.popleft() if ahead else next(lines, None)
        if line is None:
            return False
        taken.append(line)
        size += len(line.text)
        if '"' in line.text:
            return True
    return False
