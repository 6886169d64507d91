"""Facts about reading personal notes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.lines import read_lines
from summarizer.papers.sources.reading_notes import ReadingNotesSource

ARXIV = "https://arxiv.org/abs/2402.00001"
SEED = "003_c131811f513e51bb.txt"


def read_text(text: str | bytes) -> list[Paper | SkippedRecord]:
    stream = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    return list(ReadingNotesSource().read(read_lines(stream), "notes"))


def read_paper(text: str) -> Paper:
    (paper,) = read_text(text)
    assert isinstance(paper, Paper)
    return paper


def test_every_part_of_a_bullet_is_kept() -> None:
    text = f"# Notes\n\n## CT\n\n### Sparse\n\n- [*] [8/10] (views (few) are enough) [Sparse: a study]({ARXIV}v2) nice, see [code](https://g.org)\n"
    paper = read_paper(text)

    assert paper == Paper(
        id="2402.00001",
        version=2,
        arxiv_id="2402.00001",
        title="Sparse: a study",
        links={"abstract": "https://arxiv.org/abs/2402.00001"},
        topics=("Notes", "CT", "Sparse"),
        rating=0.8,
        note="views (few) are enough — nice, see code",
        source="notes",
        position=7,
    )


@pytest.mark.parametrize(
    ("marks", "rating"),
    [
        ("[4/10?]", 0.4),
        ("[7.5/10]", 0.75),
        ("[4/5]", 0.8),
        ("(8/10)", 0.8),
        ("9/10", 0.9),
        ("[x] [6/10]", 0.6),
        ("[6/10] [*]", 0.6),
        ("[11/10]", 1.0),
        ("[*]", None),
        ("", None),
    ],
)
def test_a_rating_is_a_share_of_the_best_one(marks: str, rating: float | None) -> None:
    paper = read_paper(f"- {marks} (an idea) [A title]({ARXIV})\n")

    assert (paper.title, paper.rating, paper.note) == ("A title", rating, "an idea")


@pytest.mark.parametrize(
    "idea",
    [
        "(one opens (two)",
        "(1)first 2)second)",
        "(98%, see [the top](https://n.org/f(1).html)?)",
        "(a [class] of [object], e.g. (dog))",
        "(new data & [code](https://g.org))",
    ],
)
def test_the_title_is_the_link_after_the_idea(idea: str) -> None:
    paper = read_paper(f"- [5/10] {idea}[A title]({ARXIV}) but [this](https://arxiv.org/abs/2402.00002) is better\n")

    assert (paper.title, paper.arxiv_id) == ("A title", "2402.00001")


def test_a_link_that_swallows_the_comment_is_cut_at_the_sentence() -> None:
    paper = read_paper(
        f"- [6/10] [Growth of vs. Cancer. D. Wu and its Treatments. they can [fix] both cheaply]({ARXIV})\n"
    )

    assert paper.title == "Growth of vs. Cancer. D. Wu and its Treatments"
    assert paper.note == "they can [fix] both cheaply"


def test_a_title_may_run_over_lines_with_images_between_records() -> None:
    text = f"- [3/10] (idea) [A long\ntitle]({ARXIV})\n![image](https://i.org/a.png)\n\n![image](https://i.org/b.png)\n\n- [4/10] [B]({ARXIV})\n"
    first, second = read_text(text)

    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert (first.title, first.note, second.title) == ("A long title", "idea", "B")


def test_deeper_bullets_are_part_of_the_note_unless_they_are_papers() -> None:
    text = f"- [8/10] [A]({ARXIV})\n  - works\n    - on CT\n\n    also later\n  - [7/10] [B]({ARXIV})\n    - fine\n- a thought\n"
    first, second = read_text(text)

    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert (first.note, second.note) == ("works — on CT — also later", "fine")


@pytest.mark.parametrize(
    "line",
    [
        "- [Intro](#intro)",
        "- plain thought, see ([notes](https://g.org))",
        "- (tldr) - we need models, e.g. [this](https://g.org)",
        "- [x/10] (main idea) [Paper title](https://www.youtube.com/x) my comment",
        "- [code](https://g.org/a)",
        "- list of the best ![image](https://i.org/a.png)",
        "- [*] watch the talk",
        "- 3/4 of [these](https://g.org) failed",
        f"Prose with [8/10] [a paper]({ARXIV})",
    ],
)
def test_other_bullets_and_prose_are_neither_papers_nor_skipped(line: str) -> None:
    assert read_text(f"{line}\n") == []


def test_a_bullet_without_rating_and_idea_is_a_paper_when_it_links_to_an_archive() -> None:
    assert read_paper(f"- [A title]({ARXIV}) exists\n").note == "exists"


def test_a_rated_bullet_without_a_title_is_skipped_with_the_reason() -> None:
    assert read_text("\n- [9/10] (some unknown paper) good\n") == [
        SkippedRecord("notes", 2, "a rated bullet without a linked title")
    ]


def test_a_record_that_is_not_utf8_is_skipped_and_prose_is_not() -> None:
    text = f"caf\xe9\n\n- [8/10] [A caf\xe9]({ARXIV})\n- [7/10] [B]({ARXIV})\n"
    skipped, paper = read_text(text.encode("latin-1"))

    assert skipped == SkippedRecord("notes", 3, "line 3 is not UTF-8: byte 0xe9 at column 16")
    assert isinstance(paper, Paper)


@pytest.mark.timeout(60)
def test_deep_nesting_is_read() -> None:
    bullets = "".join(f"{' ' * depth}- deeper\n" for depth in range(1, 2000))
    paper = read_paper(f"- [8/10] [A]({ARXIV})\n{bullets}")

    assert paper.note is not None
    assert paper.note.count("deeper") == 1999


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", ["[", "[a](http://b ", "(", "![", "[[a]", "[*] ", "[a](http://(", " - "])
def test_a_megabyte_of_broken_links_is_read_in_linear_time(part: str) -> None:
    assert len(read_text(f"- [8/10] {part * (2**20 // len(part))}\n")) == 1


def test_notes_are_recognised_by_rated_bullets() -> None:
    source = ReadingNotesSource()

    assert source.confidence(f"# Notes\n\n- [8/10] (idea) [A]({ARXIV})\n") == 0.9
    assert source.confidence(f"- [A]({ARXIV})\n" * 3) == 0.3
    assert source.confidence("- [ ] buy milk\n- [1/2] done, [see](https://a.org)\n") == 0


WORDS = st.from_regex(r"[A-Z][a-z0-9]{2,9}( [A-Za-z0-9:-]{1,9}){0,6}[a-z]", fullmatch=True)
RECORDS = st.tuples(st.none() | st.integers(0, 10), WORDS, WORDS, WORDS | st.none())


@given(st.lists(RECORDS, max_size=6))
def test_documents_read_back_equal(records: list[tuple[int | None, str, str, str | None]]) -> None:
    bullets = [
        f"- {'' if rating is None else f'[{rating}/10] '}({idea}) [{title}]({ARXIV}) {comment or ''}\n\n"
        for rating, idea, title, comment in records
    ]
    papers = read_text("# Topic\n\n" + "".join(bullets))

    assert [(paper.rating, paper.title, paper.note) for paper in papers if isinstance(paper, Paper)] == [
        (None if rating is None else rating / 10, title, f"{idea} — {comment}" if comment else idea)
        for rating, idea, title, comment in records
    ]


@given(st.text(st.sampled_from("-*# \n[](){}8/10.:https!ax"), max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(read_text(text), list)


def test_the_seed_has_a_hundred_and_twenty_three_papers_and_one_without_a_title(shared: Path) -> None:
    """By hand: 118 bullets with a rating, one of them without a link, and 6 without a rating that link to a paper."""
    text = (shared / "seeds" / SEED).read_text(encoding="utf-8")
    rated = re.findall(r"(?m)^- (?:\[\*\] )?\[\d+/10\??\]", text)
    unrated = re.findall(r"(?m)^- (?:\(.*\) ?)?\[[^\]\[]+\]\(https?:", text)
    records = read_text(text)
    skipped = [record for record in records if isinstance(record, SkippedRecord)]

    assert (len(rated), len(unrated)) == (118, 6)
    assert len(records) == len(rated) + len(unrated) == 124
    assert skipped == [SkippedRecord("notes", 433, "a rated bullet without a linked title")]
    assert sum(isinstance(record, Paper) and record.rating is not None for record in records) == 117
