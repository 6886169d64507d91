"""Facts about reading JSON lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from summarizer.papers import Paper, SeenPapers, SkippedRecord, read

SNAPSHOT: dict[str, Any] = {
    "id": "0704.0005",
    "authors": 'G. H. M\\"uller and T. Li',
    "authors_parsed": [["Müller", "G. H.", "Jr."], ["Li", "T.", ""]],
    "title": "Hard-wrapped\n  title",
    "comments": "7 pages",
    "journal-ref": "J. Test 1 (2007)",
    "doi": "10.1000/abc 10.1000/def",
    "categories": "math.CA cs.CV",
    "abstract": "  First line\nsecond line.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
}
CRAWL: dict[str, Any] = {
    "id": "2503.00001v2",
    "pdf": "https://arxiv.org/pdf/2503.00001",
    "abs": "https://arxiv.org/abs/2503.00001",
    "authors": ["A. One", "B. Two"],
    "title": "A crawl",
    "categories": ["cs.CV", "cs.RO"],
    "comment": None,
    "summary": "One\ntwo.",
}


def read_lines(tmp_path: Path, *lines: Any) -> list[Paper | SkippedRecord]:
    path = tmp_path / "papers"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return list(read(path))


def test_a_snapshot_record_is_read_in_full(tmp_path: Path) -> None:
    (paper,) = read_lines(tmp_path, SNAPSHOT)

    assert paper == Paper(
        id="0704.0005",
        version=2,
        arxiv_id="0704.0005",
        doi="10.1000/abc",
        title="Hard-wrapped title",
        abstract="First line second line.",
        authors=("G. H. Müller Jr.", "T. Li"),
        categories=("math.CA", "cs.CV"),
        published=datetime(2007, 4, 2, 19, 18, 42, tzinfo=UTC),
        updated=datetime(2007, 7, 24, 20, 10, 27, tzinfo=UTC),
        links={"abstract": "https://arxiv.org/abs/0704.0005"},
        comment="7 pages",
        journal="J. Test 1 (2007)",
        source=str(tmp_path / "papers"),
        position=1,
    )


def test_a_crawl_record_is_read_in_full(tmp_path: Path) -> None:
    (paper,) = read_lines(tmp_path, CRAWL)

    assert isinstance(paper, Paper)
    assert (paper.id, paper.version, paper.abstract) == ("2503.00001", 2, "One two.")
    assert paper.links == {"abstract": CRAWL["abs"], "pdf": CRAWL["pdf"]}


def test_a_paper_without_ids_is_known_by_title_and_first_author(tmp_path: Path) -> None:
    one, same, other = read_lines(
        tmp_path,
        {"title": "On Tests", "authors": ["A. One"], "abstract": "x"},
        {"title": "On  tests!", "authors": ["A. One", "C. Three"], "abstract": "y"},
        {"title": "On Tests", "authors": ["B. Two"], "abstract": "x"},
    )
    assert isinstance(one, Paper)
    assert isinstance(same, Paper)
    assert isinstance(other, Paper)

    assert one.id == same.id != other.id


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"title": "cut', "not JSON: "),
        ("[1, 2]", "unreadable value: expected an object, found list"),
        ({"abstract": "no title"}, "unreadable value: no title"),
        ({"title": 7}, "unreadable value: title is no text"),
        ({"title": "t", "authors": [1]}, "unreadable value: "),
        ('{"title": "lone surrogate \\ud800"}', "not JSON: "),
    ],
)
def test_a_line_that_is_no_paper_is_skipped_with_the_reason(tmp_path: Path, line: Any, reason: str) -> None:
    _, skipped, last = read_lines(tmp_path, CRAWL, line, SNAPSHOT)

    assert isinstance(skipped, SkippedRecord)
    assert skipped.line == 2
    assert skipped.reason.startswith(reason)
    assert isinstance(last, Paper)


def test_control_characters_in_text_become_spaces(tmp_path: Path) -> None:
    (paper,) = read_lines(tmp_path, CRAWL | {"summary": "a\u0000b\u2028c\u001fd\te"})

    assert isinstance(paper, Paper)
    assert paper.abstract == "a b c d e"


def test_a_folder_of_crawls_holds_duplicates(shared: Path) -> None:
    seen = SeenPapers()
    papers = [record for record in read(shared / "corpus" / "arxiv-daily") if isinstance(record, Paper)]

    assert len(papers) == 1708
    assert sum(map(seen.add, papers)) == 914


def test_a_sample_of_the_snapshot_has_sixty_papers(shared: Path) -> None:
    papers = [record for record in read(shared / "corpus" / "kaggle-snapshot-sample.json") if isinstance(record, Paper)]

    assert len(papers) == 60
    assert papers[0].authors[0] == "C. Balázs"
