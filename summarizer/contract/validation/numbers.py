"""What a number is, and what a text's numbers and names with digits are.

Holds the values; `figures` reads them, `rounding` and `grounding` compare them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

ONE = Decimal(1)


class Reading(NamedTuple):
    """A value that a number may denote."""

    value: Decimal
    amount: Decimal | None = None
    """Its digits as written, 1.20 with its zero; None where it can be no rounded number."""
    scale: Decimal = ONE
    """What multiplies them: 1,000,000 in 1.2 million."""


class Number(NamedTuple):
    """A number as it is written."""

    text: str
    """As written, in plain notation, with its scale and percent sign."""
    readings: tuple[Reading, ...]
    """What it may denote: 5 in "5 to 10 million" is 5 or 5,000,000."""
    is_percent: bool | None = False
    """None where it may be a percentage: 80 in "80 to 90%"."""
    is_hint: bool = False
    """It stands for a number without stating one: it may support a figure and needs no support."""
    digits: str = ""
    """Its digits as written; empty for a number in words."""
    name_keys: tuple[str, ...] = ()
    """Its keys, should it belong to the name before it: `brats2021` in BraTS 2021."""
    before: str = ""
    """The text before it, as far as it may say "about"."""
    behind: str = ""
    """The text behind it, as far as it may say "or more"."""


class Figures(NamedTuple):
    """Every number and every identifier of a text."""

    numbers: tuple[Number, ...]
    names: tuple[str, ...]
    """Identifiers as written."""
    name_keys: frozenset[str]
    """Those under which the text offers its identifiers, numbers behind names included."""

    @property
    def states_something(self) -> bool:
        """Whether there is a name or a number that is no mere hint."""
        return bool(self.names) or any(not number.is_hint for number in self.numbers)

    def __or__(self, other: Figures) -> Figures:
        return Figures(self.numbers + other.numbers, self.names + other.names, self.name_keys | other.name_keys)
