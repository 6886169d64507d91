"""Facts about reading JSON lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers import Paper, SeenPapers, SkippedRecord, read
from summarizer.papers.normalization import normalize_optional, normalize_text
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.json_lines import JsonLinesSource, to_line

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
        ({"title": "t", "authors": [1]}, "unreadable value: authors is no list of names"),
        ({"title": "t", "authors": [["A"]]}, "unreadable value: authors is no list of names"),
        ({"title": "t", "authors_parsed": [["A"]]}, "unreadable value: "),
        ({"title": "t", "authors_parsed": [[1, 2, 3]]}, "unreadable value: "),
        ({"title": "t", "versions": [{}]}, "unreadable value: versions is no list of versions"),
        ({"title": "t", "categories": {"a": 1}}, "unreadable value: categories is neither text nor a list"),
        ({"title": "t", "published": "yesterday"}, "unreadable value: Invalid isoformat string"),
        ({"title": "t", "published": "Mon, 99 Apr 2007 19:18:42 GMT"}, "unreadable value: "),
        ({"id": "x", "title": " ", "source": "", "position": 1}, "unreadable value: no title"),
        ({"id": "x", "title": "t", "source": "", "position": 1, "surprise": 1}, "unreadable value: "),
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


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(normalize_text)
TITLE = TEXT.filter(bool)
DATES = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
PAPERS = st.builds(
    Paper,
    id=TITLE,
    version=st.none() | st.integers(1, 99),
    arxiv_id=st.none() | st.just("2503.00001"),
    doi=st.none() | TITLE,
    title=TITLE,
    abstract=TEXT,
    authors=st.lists(TITLE, max_size=3).map(tuple),
    categories=st.lists(TITLE, max_size=3).map(tuple),
    published=st.none() | DATES,
    updated=st.none() | DATES,
    links=st.dictionaries(TITLE, TEXT.map("https://{}".format).map(normalize_text), max_size=2),
    comment=st.none() | TITLE,
    journal=st.none() | TITLE,
    venue=st.none() | TITLE,
    topics=st.lists(TITLE, max_size=3).map(tuple),
    rating=st.none() | st.floats(0, 1),
    note=st.none() | TITLE,
    reference_translations=st.dictionaries(TITLE, st.dictionaries(TITLE, TEXT, max_size=2), max_size=2),
    supersedes=st.none() | st.integers(1, 9),
    source=TEXT,
    position=st.integers(0, 10**9),
)


def parse(*texts: str) -> list[Paper | SkippedRecord]:
    return list(JsonLinesSource().read([Line(number, text) for number, text in enumerate(texts, start=1)], "file"))


@given(st.lists(PAPERS, max_size=3))
def test_our_own_papers_read_back_as_they_were(papers: list[Paper]) -> None:
    assert parse(*(to_line(paper).rstrip("\n") for paper in papers)) == papers


def test_every_field_of_a_paper_is_generated_above() -> None:
    source = to_line(Paper(id="x", title="t"))

    assert set(json.loads(source)) == set(Paper.model_fields)


@given(
    title=TITLE, abstract=TEXT, authors=st.lists(TITLE, max_size=4), comment=TEXT, published=DATES, wrap=st.booleans()
)
def test_records_of_a_crawl_read_back_equal(
    title: str, abstract: str, authors: list[str], comment: str, published: datetime, wrap: bool
) -> None:
    record = {
        "id": "2503.00001v2",
        "title": title.replace(" ", "\n  ") if wrap else title,
        "summary": abstract.replace(" ", "\n") if wrap else abstract,
        "authors": authors,
        "comment": comment,
        "published": published.isoformat(),
        "categories": ["cs.CV"],
    }
    (paper,) = parse(json.dumps(record))

    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract, paper.authors) == (title, abstract, tuple(authors))
    assert (paper.comment, paper.published) == (normalize_optional(comment), published)


@given(st.lists(st.sampled_from(['{"title": "t"}', "{", "[1]", "", "  ", '{"title": 1}', "null"]) | TEXT))
def test_each_line_that_is_not_blank_is_one_record(lines: list[str]) -> None:
    records = parse(*lines)

    assert len(records) == sum(bool(line.strip()) for line in lines)


def test_hostile_text_in_our_own_shape_is_brought_to_form() -> None:
    paper = Paper(id="x", title="t", links={"pdf": "https://a/b"}, source="s", position=3)
    record = json.loads(to_line(paper)) | {"title": "a\u0000\nb", "links": {"pdf": "javascript:alert(1)"}}
    (read_back,) = parse(json.dumps(record))

    assert read_back == paper.model_copy(update={"title": "a b", "links": {}})


def test_the_lines_of_the_papers_command_are_input_too() -> None:
    paper = Paper(id="x", title="t", source="s", position=3)
    nested = {"paper": json.loads(to_line(paper))}
    skipped = {"status": "skipped", "path": "old", "line": 4, "reason": "not JSON"}
    records = parse(
        json.dumps({"status": "paper", **nested}),
        json.dumps({"status": "duplicate", "reason": "r", **nested}),
        json.dumps(skipped),
    )

    assert records == [paper, paper, SkippedRecord("old", 4, "not JSON")]


def test_accents_in_a_list_of_authors_become_letters(tmp_path: Path) -> None:
    (paper,) = read_lines(tmp_path, {"title": "t", "authors": r"G. M\"uller, C. Bal\'azs and T. Li (MIT, Boston)"})

    assert isinstance(paper, Paper)
    assert paper.authors == ("G. Müller", "C. Balázs", "T. Li")


def test_affiliations_in_parsed_authors_are_no_names(tmp_path: Path) -> None:
    (paper,) = read_lines(tmp_path, {"title": "t", "authors_parsed": [["Li", "T.", "", "MIT"]]})

    assert isinstance(paper, Paper)
    assert paper.authors == ("T. Li",)


def parse_one(**fields: Any) -> Paper:
    (paper,) = parse(json.dumps({"title": "On Tests"} | fields))

    assert isinstance(paper, Paper)
    return paper


@pytest.mark.parametrize(
    "fields",
    [
        {"arxiv_id": "2101.00001v2"},
        {"entry_id": "http://arxiv.org/abs/2101.00001v2"},
        {"id": 12, "arxiv_id": "2101.00001v2"},
        {"id": "cvpr/2023001", "arxiv_id": "2101.00001v2"},
    ],
)
def test_an_arxiv_id_is_found_in_every_field_that_may_hold_it(fields: dict[str, Any]) -> None:
    paper = parse_one(**fields)

    assert (paper.arxiv_id, paper.version) == ("2101.00001", 2)


def test_the_primary_category_comes_first() -> None:
    paper = parse_one(primary_category="eess.IV", categories=["cs.CV", "eess.IV"])

    assert paper.categories == ("eess.IV", "cs.CV")
    assert parse_one(primary_category="eess.IV").categories == ("eess.IV",)


def test_a_journal_is_read_in_both_spellings() -> None:
    assert (
        parse_one(journal_ref="J. Test 1").journal == parse_one(**{"journal-ref": "J. Test 1"}).journal == "J. Test 1"
    )


@pytest.mark.parametrize("published", ["2021", "2021-05", 2021, " 2021 ", "", None])
def test_a_date_without_a_day_is_no_date_and_costs_no_paper(published: str | int | None) -> None:
    assert parse_one(published=published).published is None


def test_the_update_date_counts_where_versions_are_missing() -> None:
    assert parse_one(update_date="2008-11-26").updated == datetime(2008, 11, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ([{"name": "Ana Díaz"}, {"name": "Bo Li", "affiliation": "MIT"}], ("Ana Díaz", "Bo Li")),
        ("Smith, John; Doe, Ann", ("John Smith", "Ann Doe")),
        ("Smith, John (MIT; Boston (US)); and Doe, Ann;", ("John Smith", "Ann Doe")),
        ("J. Smith (MIT; Boston), A. Doe", ("J. Smith", "A. Doe")),
    ],
)
def test_authors_are_read_in_every_common_shape(authors: Any, expected: tuple[str, ...]) -> None:
    assert parse_one(authors=authors).authors == expected


def test_an_object_around_a_list_of_papers_is_skipped_with_the_way_out() -> None:
    (skipped,) = parse('{"total": 1, "papers": [{"title": "t"}]}')

    assert isinstance(skipped, SkippedRecord)
    assert skipped.reason.endswith("no title, but a list of papers under 'papers'; write the list alone")


def test_a_version_that_no_paper_can_have_is_skipped_with_a_reason(tmp_path: Path) -> None:
    own = {"id": "x", "title": "A title", "source": "a", "position": 1}

    good, bad = read_lines(tmp_path, own | {"version": 12}, own | {"version": 2**63})

    assert isinstance(good, Paper)
    assert isinstance(bad, SkippedRecord)
    assert "version" in bad.reason


def test_a_file_that_starts_with_many_skipped_records_is_known(tmp_path: Path) -> None:
    skipped = {"status": "skipped", "path": "old", "line": 4, "reason": "not JSON"}
    records = read_lines(tmp_path, *[skipped] * 500, CRAWL)

    assert len(records) == 501
    assert isinstance(records[-1], Paper)
