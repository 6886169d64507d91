"""Facts about reading review posts."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.lines import read_lines
from summarizer.papers.sources.review_post import ReviewPostSource

POST = """---
title: "A selection"
author: "Ana Díaz, Bo Li"
---

# Summary
- [Sparse views](#sparse-views)

&nbsp;

---

## Sparse views: a study

<div style="text-align:center">
<img src="/images/a.jpg" width=800></div>

C. Wu, J.-P. van der Berg, **Sparse Views: A Study**, Proceedings of the Conference on Vision (ICCV), 2023.

[Link to the paper](https://openaccess.thecvf.com/content/ICCV2023/papers/Wu_paper.pdf)

>"we rebuild volumes [...] from 20 views.
> It is fast."

# Other papers

## Topology &amp; shape

- D. Xu, **Loops in Bones**, MICCAI 2022. [Link to the paper](https://arxiv.org/abs/2201.00001)

> “we find loops.”

- E. Yu and F. Zhou, **No Quotation**, 2021.

Thanks for reading, see [our **blog**](https://blog.org).
"""
SEED = "000_74ab9b593eedb915.txt"


def read_text(text: str | bytes) -> list[Paper | SkippedRecord]:
    stream = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    return list(ReviewPostSource().read(read_lines(stream), "post"))


def read_papers(text: str) -> list[Paper]:
    records = read_text(text)
    papers = [record for record in records if isinstance(record, Paper)]
    assert len(papers) == len(records)
    return papers


def test_a_section_of_one_paper_is_read_in_full() -> None:
    paper = read_papers(POST)[0]

    assert paper.model_dump(exclude={"id"}, exclude_defaults=True) == {
        "title": "Sparse Views: A Study",
        "authors": ("C. Wu", "J.-P. van der Berg"),
        "links": {"pdf": "https://openaccess.thecvf.com/content/ICCV2023/papers/Wu_paper.pdf"},
        "venue": "ICCV 2023",
        "note": "we rebuild volumes [...] from 20 views. It is fast.",
        "source": "post",
        "position": 18,
    }


def test_a_bullet_has_the_headings_above_as_topics() -> None:
    paper = read_papers(POST)[1]

    assert (paper.title, paper.authors, paper.venue) == ("Loops in Bones", ("D. Xu",), "MICCAI 2022")
    assert (paper.note, paper.arxiv_id) == ("we find loops.", "2201.00001")
    assert paper.topics == ("Other papers", "Topology & shape")


def test_a_paper_without_link_and_quotation_is_read_and_prose_is_not() -> None:
    *_, paper = read_papers(POST)

    assert len(read_papers(POST)) == 3
    assert (paper.title, paper.authors, paper.venue) == ("No Quotation", ("E. Yu", "F. Zhou"), "2021")
    assert (paper.note, paper.links) == (None, {})


def test_a_quotation_is_never_an_abstract() -> None:
    assert {paper.abstract for paper in read_papers(POST)} == {""}


def test_a_heading_with_a_link_and_a_quotation_is_a_paper() -> None:
    text = "# Week 3\n\n## [Bone loops](https://a.org)\n\n[Paper](https://a.org/x.pdf) | [arXiv](https://arxiv.org/abs/2201.00001)\n\n> we find loops\n"
    (paper,) = read_papers(text)

    assert (paper.title, paper.topics, paper.note) == ("Bone loops", ("Week 3",), "we find loops")
    assert paper.links == {"abstract": "https://arxiv.org/abs/2201.00001", "pdf": "https://a.org/x.pdf"}


def test_a_linked_title_needs_no_names_when_it_leads_to_an_archive() -> None:
    (paper,) = read_papers("1. **[Bone loops](https://arxiv.org/abs/2201.00001)** (MICCAI 2022), well written\n")

    assert (paper.title, paper.arxiv_id, paper.venue) == ("Bone loops", "2201.00001", "MICCAI 2022")


def test_a_citation_may_run_over_lines() -> None:
    (paper,) = read_papers("C. Wu, J. Berg,\n**Sparse\nViews**, ICCV\n2023. [pdf](https://a.org/x.pdf)\n")

    assert (paper.title, paper.authors, paper.venue) == ("Sparse Views", ("C. Wu", "J. Berg"), "ICCV 2023")


def test_what_the_reviewer_wrote_is_the_note_where_nothing_is_quoted() -> None:
    text = POST.replace(">", "").replace('"we rebuild', "They rebuild")
    paper = read_papers(text)[0]

    assert paper.note
    assert paper.note.startswith("They rebuild volumes")


@pytest.mark.parametrize(
    "line",
    [
        "In this paper, **we propose a method**, and [more](https://a.org).",
        "**Note**: see [the paper](https://arxiv.org/abs/2201.00001).",
        "**Authors:** C. Wu, J. Berg",
        "Overall, **great work**, see [the site](https://arxiv.org).",
        "Some **bold",
    ],
)
def test_prose_with_bold_words_is_no_paper(line: str) -> None:
    assert read_text(f"{line}\n") == []


def test_a_record_that_is_not_utf8_is_skipped_and_the_next_one_read() -> None:
    skipped, paper, _ = read_text(POST.encode().replace(b"It is fast", b"It is f\xe4st"))

    assert skipped == SkippedRecord("post", 18, "line 23 is not UTF-8: byte 0xe4 at column 10")
    assert isinstance(paper, Paper)


def test_a_post_is_recognised_by_its_citations() -> None:
    source = ReviewPostSource()

    assert source.confidence(POST) == 0.8
    assert source.confidence("# About us\n\nWe are, **in short**, a group.\n") == 0


NAMES = st.from_regex(r"[A-Z]\. [A-Z][a-zé]{1,9}", fullmatch=True)
WORDS = st.from_regex(r"[A-Z][a-z0-9]{2,9}( [A-Za-z0-9:-]{1,9}){0,6}[a-z]", fullmatch=True)


@given(st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=4), WORDS, WORDS), max_size=6))
def test_documents_read_back_equal(records: list[tuple[list[str], str, str]]) -> None:
    entries = [
        f'- {", ".join(names)}, **{title}**, ICCV 2023. [Link to the paper](https://a.org/{number}.pdf)\n\n> "{quote}"\n\n'
        for number, (names, title, quote) in enumerate(records)
    ]
    papers = read_papers("## Topic\n\n" + "".join(entries))

    assert [(list(paper.authors), paper.title, paper.note) for paper in papers] == records


@given(st.text(st.sampled_from("#*>[]()-, \nAb.:https/"), max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(read_text(text), list)


def test_the_seed_has_thirty_eight_papers(shared: Path) -> None:
    """By hand: 10 sections of one paper, and 28 bullets under 9 topics (6, 3, 1, 2, 4, 3, 2, 2, 5)."""
    text = (shared / "seeds" / SEED).read_text(encoding="utf-8")
    papers = read_papers(text)
    topics = [paper.topics[-1] for paper in papers if paper.topics]

    assert len(papers) == len(re.findall(r"\[Link to the paper\]\(", text)) == 38
    assert [topics.count(topic) for topic in dict.fromkeys(topics)] == [6, 3, 1, 2, 4, 3, 2, 2, 5]
    assert all(paper.authors and paper.note and paper.links["pdf"] and paper.venue == "ICCV 2023" for paper in papers)
    assert not any(paper.abstract for paper in papers)
