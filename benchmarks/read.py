"""How fast the bulk formats are read, and in how much memory: `python -m benchmarks.read [--short]`.

Each format is a generated file of RECORDS records of realistic size, in words of our own; generating it is not timed. A file
is read in a process of its own. Speed is records a second of CPU time, so that other work on the machine does not count; memory is
the peak of the whole process, taken for the file and for one of a tenth of its size: they must not differ by much.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

RECORDS = 20_000 if "--short" in sys.argv[1:] else 200_000
RECORDS_PER_SECOND = 30_000
MAX_RESIDENT_MB = 150

SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "xo", "zu", "bra", "cle")
FORMULAS = (r"$\alpha < 0.5$", r"$x^2 + y_i$", r"93.2\%", r"\textit{et al.}", "3D", "(CT)", "U-Net")


def _make_sentences(count: int) -> list[str]:
    chance = random.Random(1)
    sentences = []
    for _ in range(count):
        words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(18)]
        words[chance.randrange(1, 17)] = chance.choice(FORMULAS)
        sentences.append(" ".join(words).capitalize() + ".")
    return sentences


# Made once: 200,000 abstracts are put together from them in seconds.
SENTENCES = _make_sentences(500)
NAMES = ("Ana Díaz", "Bo Li", "Chiara Rossi", "Dmitri Orlov", "Eun-ji Park", "Fatima Zahra", "Georg Müller")
CATEGORIES = ("cs.CV", "eess.IV", "cs.LG", "cs.AI", "q-bio.QM", "stat.ML")

PASSES = 3

# In a process of its own; peak memory is that of the interpreter with everything it has loaded.
READER = """
import resource, sys, time
from summarizer.papers import Paper, read
started = time.process_time()
papers = sum(isinstance(record, Paper) for record in read(sys.argv[1]))
seconds = time.process_time() - started
unit = 2**20 if sys.platform == "darwin" else 2**10
print(papers, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit)
"""


class Facts:
    """What one generated record says, apart from its format."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.id = f"{2001 + number // 90_000}.{10_000 + number % 90_000}"
        self.title = f"{chance.choice(SENTENCES)[:80]} {number}"
        self.abstract = " ".join(chance.choices(SENTENCES, k=9))
        self.authors = chance.choices(NAMES, k=chance.randint(1, 9))
        self.categories = chance.sample(CATEGORIES, k=chance.randint(1, 3))
        self.published = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=number * 311)


def write_day(facts: Facts) -> str:
    """Return the record as a day file has it."""
    categories = ", ".join([f"**{facts.categories[0]}**", *facts.categories[1:]])
    return (
        f"### {facts.title}\n- **Arxiv ID**: http://arxiv.org/abs/{facts.id}v1\n- **DOI**: None\n"
        f"- **Categories**: {categories}\n- **Links**: [PDF](http://arxiv.org/pdf/{facts.id}v1)\n"
        f"- **Published**: {facts.published}\n- **Updated**: {facts.published}\n"
        f"- **Authors**: {', '.join(facts.authors)}\n- **Comment**: 12 pages,\n  5 figures\n- **Journal**: None\n"
        f"- **Summary**: {facts.abstract}\n\n\n\n"
    )


def write_snapshot(facts: Facts) -> str:
    """Return the record as arXiv's metadata snapshot has it: hard-wrapped, with dates as in mail."""
    parsed = [[*reversed(name.split(" ", 1)), ""] for name in facts.authors]
    return _to_line(
        {
            "id": facts.id,
            "submitter": facts.authors[0],
            "authors": ", ".join(facts.authors),
            "title": _wrap(facts.title, "\n  "),
            "comments": "12 pages, 5 figures",
            "journal-ref": None,
            "doi": None,
            "categories": " ".join(facts.categories),
            "abstract": f"  {_wrap(facts.abstract, chr(10))}\n",
            "versions": [{"version": "v1", "created": format_datetime(facts.published, usegmt=True)}],
            "update_date": str(facts.published.date()),
            "authors_parsed": parsed,
        }
    )


def write_crawl(facts: Facts) -> str:
    """Return the record as a daily crawl has it."""
    return _to_line(
        {
            "id": facts.id,
            "pdf": f"https://arxiv.org/pdf/{facts.id}",
            "abs": f"https://arxiv.org/abs/{facts.id}",
            "authors": facts.authors,
            "title": facts.title,
            "categories": facts.categories,
            "comment": None,
            "summary": _wrap(facts.abstract, "\n"),
        }
    )


def write_papers(facts: Facts) -> str:
    """Return the record as our own commands write it."""
    from summarizer.papers import Paper  # noqa: PLC0415  # only to generate

    paper = Paper(
        id=facts.id,
        arxiv_id=facts.id,
        title=facts.title,
        abstract=facts.abstract,
        authors=tuple(facts.authors),
        categories=tuple(facts.categories),
        published=facts.published,
        links={"abstract": f"https://arxiv.org/abs/{facts.id}"},
        source="generated",
        position=1,
    )
    return paper.model_dump_json() + "\n"


FORMATS: dict[str, Callable[[Facts], str]] = {
    "arXiv day file": write_day,
    "JSON lines, snapshot": write_snapshot,
    "JSON lines, crawl": write_crawl,
    "JSON lines, our own": write_papers,
}


def main() -> int:
    """Generate, read and print one row for each format, and one JSON line."""
    rows: dict[str, dict[str, int]] = {}
    print(f"{'format':<22} {'records':>8} {'MB':>5} {'records/s':>10} {'peak MB':>8} {'of a tenth':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for name, write in FORMATS.items():
            row = rows[name] = _measure(write, Path(folder))
            print(
                f"{name:<22} {row['records']:>8,} {row['megabytes']:>5} {row['records_per_second']:>10,} "
                f"{row['peak_mb']:>8} {row['peak_mb_of_a_tenth']:>10}"
            )
    slow = min(row["records_per_second"] for row in rows.values()) < RECORDS_PER_SECOND
    large = max(row["peak_mb"] for row in rows.values()) > MAX_RESIDENT_MB
    print(json.dumps({"benchmark": "read", "clock": "cpu", "formats": rows, "passed": not (slow or large)}))
    return int(slow or large)


def _measure(write: Callable[[Facts], str], folder: Path) -> dict[str, int]:
    path, tenth = folder / "papers", folder / "tenth"
    _generate(path, write, RECORDS)
    _generate(tenth, write, RECORDS // 10)
    # The fastest of several passes: other programs on the machine only ever make one slower.
    records, seconds, peak = min((_read(path) for _ in range(PASSES)), key=lambda one: one[1])
    assert records == RECORDS, f"{RECORDS - records:.0f} records were lost"
    return {
        "records": RECORDS,
        "megabytes": path.stat().st_size // 1_000_000,
        "records_per_second": round(RECORDS / seconds),
        "peak_mb": round(peak),
        "peak_mb_of_a_tenth": round(_read(tenth)[2]),
    }


def _generate(path: Path, write: Callable[[Facts], str], count: int) -> None:
    chance = random.Random(1)  # repeatable, not secret
    with path.open("w", encoding="utf-8") as file:
        file.writelines(write(Facts(number, chance)) for number in range(count))


def _read(path: Path) -> tuple[float, float, float]:
    done = subprocess.run([sys.executable, "-c", READER, str(path)], stdout=subprocess.PIPE, text=True, check=True)
    records, seconds, peak = map(float, done.stdout.split())
    return records, seconds, peak


def _wrap(text: str, newline: str) -> str:
    return newline.join(textwrap.wrap(text, 75))


def _to_line(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
