"""Facts about reading conference lists."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers.normalization import normalize_text
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.conference_list import ConferenceListSource
from summarizer.papers.sources.lines import MAX_LINE_BYTES, read_lines

RECORD = """## [7] Sparse views for cone-beam CT

**Authors**: *Ana Díaz, Bo Li 0002*

**Conference**: *cvpr 2023*

**URL**: [https://doi.org/10.1109/CVPR52729.2023.00001](https://doi.org/10.1109/CVPR52729.2023.00001)

**Abstract**:

We rebuild volumes from 20 views, with a loss of $\\lambda < 0.5$.

----

"""
SEED = "002_ee4d7f849f30c58d.txt"


def read_text(text: str | bytes) -> list[Paper | SkippedRecord]:
    stream = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    return list(ConferenceListSource().read(read_lines(stream), "list"))


def read_paper(text: str) -> Paper:
    (paper,) = read_text(text)
    assert isinstance(paper, Paper)
    return paper


def indent(text: str) -> str:
    heading, *rest = text.split("\n")
    return "\n".join([heading, *(f"        {line}" if line else "" for line in rest)])


@pytest.mark.parametrize("text", [RECORD, indent(RECORD), RECORD.replace("\n", "\r\n")])
def test_every_field_of_a_record_is_kept(text: str) -> None:
    assert read_paper(text) == Paper(
        id="doi:10.1109/cvpr52729.2023.00001",
        doi="10.1109/CVPR52729.2023.00001",
        title="Sparse views for cone-beam CT",
        abstract=r"We rebuild volumes from 20 views, with a loss of $\lambda < 0.5$.",
        authors=("Ana Díaz", "Bo Li"),
        links={"doi": "https://doi.org/10.1109/CVPR52729.2023.00001"},
        venue="CVPR 2023",
        source="list",
        position=1,
    )


@pytest.mark.parametrize(
    ("address", "doi", "kind"),
    [
        ("https://doi.org/10.1016/S0031-3203(96)00001-2", "10.1016/S0031-3203(96)00001-2", "doi"),
        ("https://dl.acm.org/doi/abs/10.1145/3474085.3475001", "10.1145/3474085.3475001", "doi"),
        ("https://doi.org/10.1007%2F978-3-030-1_2", "10.1007/978-3-030-1_2", "doi"),
        ("http://papers.nips.cc/paper_files/paper/2023/hash/ab-Abstract-Conference.html", None, "abstract"),
        ("https://proceedings.mlr.press/v202/a23b/a23b.pdf", None, "pdf"),
    ],
)
def test_the_address_tells_the_doi(address: str, doi: str | None, kind: str) -> None:
    paper = read_paper(re.sub(r"\[https.*\)", lambda _: f"[{address}]({address})", RECORD))

    assert paper.doi == doi
    assert paper.links == {kind: address}


def test_an_arxiv_address_tells_the_id() -> None:
    paper = read_paper(re.sub(r"\[https.*\)", "https://arxiv.org/pdf/2402.00001v3", RECORD))

    assert (paper.id, paper.version) == ("2402.00001", 3)
    assert paper.links == {"abstract": "https://arxiv.org/abs/2402.00001", "pdf": "https://arxiv.org/pdf/2402.00001v3"}


def test_elements_on_lines_of_their_own_are_joined_to_the_words_around_them() -> None:
    element = '<sup xmlns:mml="m">2</sup>'
    formula = '<tex xmlns:mml="m">$k$</tex>'
    abstract = f"We propose D\n{element}\nZero, ranked by \n{formula}\n views, and\nmore.\n{element}\n{element}\nCode is online."
    paper = read_paper(RECORD.replace(next(line for line in RECORD.splitlines() if "rebuild" in line), abstract))

    assert paper.abstract == "We propose D²Zero, ranked by $k$ views, and more.² ²Code is online."


def test_page_links_are_no_text() -> None:
    links = "\n\n[Go to the previous page](A-list01.md)\n\n[Go to the catalog section](README.md)"

    assert read_paper(RECORD + links).abstract.endswith("$.")
    assert read_paper(RECORD.replace("----", "") + links).abstract.endswith("$.")


def test_an_abstract_goes_on_after_a_blank_line() -> None:
    paper = read_paper(RECORD.replace("views, with", "views.\n\n**Authors**: with\n# a loss\nwith"))

    assert paper.abstract.endswith(r"20 views. **Authors**: with # a loss with a loss of $\lambda < 0.5$.")


def test_missing_fields_are_empty() -> None:
    paper = read_paper("## [0] A title\n\n**Authors**: **\n\n**Conference**: *None*\n\n**Abstract**:\n\nNone\n\n----\n")

    assert (paper.authors, paper.venue, paper.links, paper.abstract) == ((), None, {}, "")


def test_several_venues_stand_in_one_file() -> None:
    first, second = read_text("# Lists\n" + RECORD + "# More\nProse.\n" + RECORD.replace("cvpr 2023", "NeurIPS 2022"))

    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert (first.venue, second.venue) == ("CVPR 2023", "NeurIPS 2022")


def test_a_heading_without_fields_is_skipped_with_its_line() -> None:
    skipped, paper = read_text("## [6] Lost heading\n\n" + RECORD)

    assert skipped == SkippedRecord("list", 1, "a heading without title or fields is no paper")
    assert isinstance(paper, Paper)


def test_a_record_that_is_not_utf8_is_skipped_and_the_next_one_read() -> None:
    skipped, paper = read_text(RECORD.encode().replace("Díaz".encode(), b"D\xedaz") + RECORD.encode())

    assert isinstance(skipped, SkippedRecord)
    assert (skipped.line, skipped.reason) == (1, "line 3 is not UTF-8: byte 0xed at column 20")
    assert isinstance(paper, Paper)


def test_prose_that_is_not_utf8_is_no_record_but_a_line_too_long_to_tell_may_be() -> None:
    endless = b"x" * (2 * MAX_LINE_BYTES)
    paper, skipped, last = read_text(RECORD.encode() + b"caf\xe9\n" + endless + b"\n" + RECORD.encode())

    assert isinstance(paper, Paper)
    assert skipped == SkippedRecord("list", 16, "line longer than 8 MiB")
    assert isinstance(last, Paper)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("start", ["## [1] ", "## [1] T\n**Authors**: *", "## [1] T\n**Abstract**:\n"])
@pytest.mark.parametrize("part", ["[\n", "<sup>\n", "**\n", "[a](", "a, "])
def test_a_megabyte_of_one_record_is_read_in_linear_time(start: str, part: str) -> None:
    assert len(read_text(start + part * (2**20 // len(part)))) == 1


@pytest.mark.parametrize("text", [RECORD, indent(RECORD)])
def test_a_list_is_recognised_by_its_content(text: str) -> None:
    source = ConferenceListSource()

    assert source.confidence(text) > 0.9
    assert source.confidence("## [0.2.0] Added\n\n- A change log\n") == 0


WORDS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="<&*"), max_size=80)
TITLES = WORDS.map(normalize_text).filter(bool)
NAMES = st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=12).map(normalize_text)
NAMES = NAMES.filter(lambda name: name != "None")  # stands for a missing one


@given(st.lists(st.tuples(TITLES, st.lists(NAMES, max_size=4), WORDS.map("A {}".format)), max_size=6), st.booleans())
def test_documents_read_back_equal(records: list[tuple[str, list[str], str]], indented: bool) -> None:
    blocks = [
        f"## [{number}] {title}\n\n**Authors**: *{', '.join(names)}*\n\n**Abstract**:\n\n{abstract}\n\n----\n\n"
        for number, (title, names, abstract) in enumerate(records)
    ]
    papers = read_text("".join(map(indent, blocks) if indented else blocks))

    assert [(paper.title, paper.authors, paper.abstract) for paper in papers if isinstance(paper, Paper)] == [
        (title, tuple(names), normalize_text(abstract)) for title, names, abstract in records
    ]


@given(st.text(st.sampled_from("#*[]():<>/ -\n1Au"), max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert len(read_text(text)) == len(re.findall(r"(?m)^ {0,12}##[ ]*\[\d{1,9}\]", text))


def test_the_seed_has_two_hundred_papers(shared: Path) -> None:
    text = (shared / "seeds" / SEED).read_text(encoding="utf-8")
    papers = read_text(text)

    assert len(papers) == len(re.findall(r"(?m)^\s*## \[\d+\] ", text)) == 200
    assert all(isinstance(paper, Paper) and paper.abstract and paper.authors and paper.doi for paper in papers)
    assert {paper.venue for paper in papers if isinstance(paper, Paper)} == {"CVPR 2023"}
    assert not [
        paper for paper in papers if isinstance(paper, Paper) and re.search("<|xmlns|----|Go to", paper.abstract)
    ]
