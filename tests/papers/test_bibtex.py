"""Facts about reading BibTeX."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers import Paper, SkippedRecord, read
from summarizer.papers.normalization import normalize_text
from summarizer.papers.sources.bibtex import BibtexSource
from summarizer.papers.sources.html_text import plain_text

SAMPLE = Path(__file__).parents[1] / "data" / "sources" / "references.bib"
ENTRY = "@article{key,\n  title = {A title},\n  author = {Li, Bo},\n}\n"


def read_text(tmp_path: Path, text: str) -> list[Paper | SkippedRecord]:
    path = tmp_path / "references"
    path.write_text(text, encoding="utf-8")
    return list(read(path, source="bibtex"))


def read_paper(tmp_path: Path, text: str) -> Paper:
    (paper,) = read_text(tmp_path, text)
    assert isinstance(paper, Paper)
    return paper


def test_every_field_of_an_entry_is_kept() -> None:
    assert next(read(SAMPLE)) == Paper(
        id="doi:10.1000/bib.1",
        doi="10.1000/bib.1",
        title="nnU-Net after Poincaré: CT at 50% dose and $O({n}^{2})$ cost",
        abstract="A U-Net reads scans at 50% dose.",
        authors=("Ana Díaz", "Jan van der Berg Jr.", "The Gas Group"),
        published=datetime(2026, 1, 5, tzinfo=UTC),
        links={"doi": "https://doi.org/10.1000/bib.1"},
        journal="Medical Image Analysis Letters (2026)",
        source=str(SAMPLE),
        position=3,
    )


def test_arxiv_ids_are_found_in_their_fields_and_in_the_journal() -> None:
    _, cells, scholar = (record for record in read(SAMPLE) if isinstance(record, Paper))

    assert (cells.id, cells.version, cells.categories) == ("2501.00010", 2, ("cs.CV",))
    assert cells.venue == "Proceedings of the Test Conference 2025"
    assert scholar.id == "2401.00011"


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {2601.00001}",
        "eprint = {2601.00001v2}",
        "eprint = {2601.00001}, archivePrefix = {arXiv}",
        "archivePrefix = {arXiv}, url = {https://arxiv.org/abs/2601.00001}",
        "journal = {ArXiv}, volume = {abs/2601.00001}",
        "journal = {CoRR}, volume = {abs/2601.00001}",
    ],
)
def test_an_arxiv_id_is_found_in_each_place_where_it_is_written(tmp_path: Path, fields: str) -> None:
    assert read_paper(tmp_path, ENTRY.replace("Bo},", f"Bo}}, {fields},")).arxiv_id == "2601.00001"


@pytest.mark.parametrize(
    "fields", ["eprint = {2601.00001}, eprinttype = {hal}", "eprint = {2699.00001}", "volume = {9}"]
)
def test_a_number_of_another_kind_is_no_arxiv_id(tmp_path: Path, fields: str) -> None:
    assert read_paper(tmp_path, ENTRY.replace("Bo},", f"Bo}}, journal = {{CoRR}}, {fields},")).arxiv_id is None


@pytest.mark.parametrize("underscore", [r"\_", r"{\_}", "_"])
def test_escaped_signs_in_a_doi_or_address_are_the_signs(tmp_path: Path, underscore: str) -> None:
    fields = r"doi = {10.1000/978-3\_28}, url = {https://a.org/~b\_c?d=1\&e=2\%20\#f},".replace(r"\_", underscore)
    paper = read_paper(tmp_path, ENTRY.replace("Bo},", f"Bo}}, {fields}"))

    assert paper.doi == "10.1000/978-3_28"
    assert paper.links["abstract"] == "https://a.org/~b_c?d=1&e=2%20#f"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ENTRY, 0.9),
        (f" {ENTRY}", 0.9),
        (f"\t{ENTRY}", 0.9),
        (f"% list\n{ENTRY}", 0.9),
        (f"exported today\n{ENTRY}", 0.2),
        ("# Formats\n\nBibTeX:\n\n    @article{key, title = {A}}\n", 0),
        (f"```\n{ENTRY}```\n", 0),
    ],
)
def test_a_sample_in_a_text_is_no_reference_list(head: str, expected: float) -> None:
    assert BibtexSource().confidence(head) == expected


def test_no_entry_is_lost_and_comments_and_macros_are_none() -> None:
    entries = re.findall(r"^@(?!string|comment|preamble)\w+", SAMPLE.read_text(), re.MULTILINE)

    assert len(list(read(SAMPLE))) == len(entries)


@pytest.mark.parametrize(
    "bad",
    [
        "@article{bad,\n  title = {Never closed,\n}\n",
        "@article{bad,\n  title = {Closed} twice}},\n}\n",
        "@article{bad,\n  author = {Nobody},\n}\n",
        "@article{bad, title}\n",
    ],
)
def test_a_bad_entry_costs_only_itself(tmp_path: Path, bad: str) -> None:
    first, skipped, last = read_text(tmp_path, ENTRY + bad + ENTRY)

    assert isinstance(first, Paper)
    assert isinstance(skipped, SkippedRecord)
    assert skipped.line == 5
    assert isinstance(last, Paper)


def test_a_text_that_looks_like_an_entry_is_no_entry(tmp_path: Path) -> None:
    paper = read_paper(tmp_path, ENTRY.replace("A title", "Mails to\n @home{land} count"))

    assert paper.title == "Mails to @homeland count"


def test_a_date_without_a_day_is_no_date_but_its_year_is_kept(tmp_path: Path) -> None:
    paper = read_paper(tmp_path, ENTRY.replace("Bo},", "Bo}, journal = {J}, year = 2026, month = feb,"))

    assert (paper.published, paper.journal) == (None, "J (2026)")


def test_an_unknown_macro_stands_for_itself(tmp_path: Path) -> None:
    paper = read_paper(tmp_path, ENTRY.replace("Bo},", "Bo}, journal = TMI,"))

    assert paper.journal == "TMI"


def test_braces_of_commands_and_indices_stay(tmp_path: Path) -> None:
    paper = read_paper(tmp_path, ENTRY.replace("A title", r"{On} \emph{\"Uber} x_{12} in {3{D}}"))

    assert paper.title == r"On \emph{Über} x_{12} in 3D"


def test_an_entry_with_braces_nested_without_end_is_skipped(tmp_path: Path) -> None:
    skipped, paper = read_text(tmp_path, ENTRY.replace("A title", "{" * 50_000 + "A" + "}" * 50_000) + ENTRY)

    assert isinstance(skipped, SkippedRecord)
    assert skipped.reason.endswith("too many nested braces")
    assert isinstance(paper, Paper)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Li, Bo and Fu, Eva", ("Bo Li", "Eva Fu")),
        ("Bo Li\n and others", ("Bo Li",)),
        ("{Company, Inc.} and Li, Bo", ("Company, Inc.", "Bo Li")),
    ],
)
def test_authors_are_split_outside_braces(tmp_path: Path, written: str, expected: tuple[str, ...]) -> None:
    assert read_paper(tmp_path, ENTRY.replace("Li, Bo", written)).authors == expected


def test_an_entry_without_end_is_skipped_with_its_size(tmp_path: Path) -> None:
    (skipped,) = read_text(tmp_path, "@article{key,\n title = {" + ("x" * 1000 + "\n") * 9000)

    assert isinstance(skipped, SkippedRecord)
    assert skipped.reason == "entry larger than 8 MiB"


TEXT = st.text(st.characters(codec="utf-8", exclude_characters='{}\\~$@"')).filter(
    lambda text: normalize_text(text) and plain_text(text) == text
)


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.mktemp("bib") / "references"
    entries = (f"@misc{{key{n},\n title = {{{a}}},\n abstract = {{{b}}}\n}}" for n, (a, b) in enumerate(records))
    path.write_bytes("\n".join(["% list", *entries]).replace("\0", " ").encode())
    papers = [(paper.title, paper.abstract) for paper in read(path, source="bibtex") if isinstance(paper, Paper)]

    assert papers == [(normalize_text(title), normalize_text(abstract)) for title, abstract in records]
