"""A dump of made-up papers for the benchmarks: as long and as dense with numbers and formulas as listings of cs.CV are.

914 abstracts of a day's listings have 1,334 characters, 3.7 numbers and 0.6 dollar signs or backslashes on average; those
made here come close. Words are syllables put together; nothing is anybody's text.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "xo", "zu", "bra", "cle")
NUMBERS = (r"93.2\%", "3D", "12", "1,204", "0.87", "ResNet-50", "5 million", "2023", "three", "45")
FORMULAS = (r"$\alpha < 0.5$", r"$x^2 + y_i$")
NUMBER_SHARE, FORMULA_SHARE = 0.38, 0.025
"""Of the sentences."""
SENTENCES_PER_ABSTRACT = 11
NAMES = ("Ana Díaz", "Bo Li", "Chiara Rossi", "Dmitri Orlov", "Eun-ji Park", "Fatima Zahra", "Georg Müller")


def _make_sentence(chance: random.Random) -> str:
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(20)]
    if chance.random() < NUMBER_SHARE:
        words[chance.randrange(1, 19)] = chance.choice(NUMBERS)
    if chance.random() < FORMULA_SHARE:
        words[chance.randrange(1, 19)] = chance.choice(FORMULAS)
    return " ".join(words).capitalize() + "."


def make_records(count: int, *, seed: int = 1) -> Iterator[dict[str, object]]:
    """Yield `count` records in the shape of arXiv's metadata snapshot; no two are the same paper."""
    chance = random.Random(seed)
    sentences = [_make_sentence(chance) for _ in range(2000)]
    for number in range(count):
        yield {
            "id": f"{2001 + number // 90_000}.{10_000 + number % 90_000}",
            "authors": ", ".join(chance.choices(NAMES, k=chance.randint(1, 6))),
            "title": f"{' '.join(chance.choice(sentences).split()[:9])} {_in_letters(number)}",
            "abstract": " ".join(chance.choices(sentences, k=SENTENCES_PER_ABSTRACT)),
            "categories": "cs.CV eess.IV",
            "versions": [{"version": "v1", "created": "Mon, 2 Mar 2020 10:00:00 GMT"}],
            "update_date": "2020-03-02",
        }


def write_dump(path: Path, count: int, *, seed: int = 1) -> Path:
    """Write `count` records as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(record)}\n" for record in make_records(count, seed=seed))
    return path


def _in_letters(number: int) -> str:
    return "".join(SYLLABLES[int(digit)] for digit in str(number))
