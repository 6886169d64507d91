"""Facts about the authors' own abstracts in place of the rewritten ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from summarizer.errors import SourceError
from summarizer.evaluation.originals import with_originals
from summarizer.papers import Paper
from summarizer.papers.sources.json_lines import to_line
from tests.evaluation.small_gold import small_gold

TEXT = "The words of the authors themselves."
CHEST, GERMAN, CANARY, POLYP = 0, 8, 9, 11


def write_source(tmp_path: Path, papers: Sequence[Paper]) -> Path:
    path = tmp_path / "originals.jsonl"
    path.write_text("".join(map(to_line, papers)), encoding="utf-8")
    return path


def original(place: int, **changes: object) -> Paper:
    return small_gold()[place].to_paper().model_copy(update={"abstract": TEXT, **changes})


def test_abstracts_are_joined_by_id_whatever_the_title(tmp_path: Path) -> None:
    source = write_source(tmp_path, [original(CHEST, title="A title that was changed in the second version")])
    papers, matched = with_originals(small_gold(), source)

    assert matched == 1
    assert papers[CHEST].abstract == TEXT
    assert papers[1:] == small_gold()[1:]


def test_abstracts_are_joined_by_title_whatever_the_id_case_and_authors(tmp_path: Path) -> None:
    title = small_gold()[CHEST].title.upper()
    elsewhere = Paper(
        id="doi:10.1000/x", doi="10.1000/x", title=title, abstract=TEXT, authors=("Other Spelling",), source="x"
    )
    papers, matched = with_originals(small_gold(), write_source(tmp_path, [elsewhere]))

    assert (matched, papers[CHEST].abstract) == (1, TEXT)


def test_labels_and_everything_else_stay(tmp_path: Path) -> None:
    papers, _ = with_originals(small_gold(), write_source(tmp_path, [original(CHEST)]))

    assert papers[CHEST].model_copy(update={"abstract": small_gold()[CHEST].abstract}) == small_gold()[CHEST]


def test_canaries_and_abstracts_in_another_language_keep_theirs(tmp_path: Path) -> None:
    source = write_source(tmp_path, [original(GERMAN), original(CANARY), original(POLYP)])
    papers, matched = with_originals(small_gold(), source)

    assert matched == 1
    assert (papers[GERMAN], papers[CANARY]) == (small_gold()[GERMAN], small_gold()[CANARY])


def test_a_source_without_any_of_the_papers_matches_none(tmp_path: Path) -> None:
    stranger = Paper(id="2501.99999", arxiv_id="2501.99999", title="Something Else Entirely", abstract=TEXT, source="x")

    assert with_originals(small_gold(), write_source(tmp_path, [stranger])) == (small_gold(), 0)


def test_a_missing_source_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        with_originals(small_gold(), tmp_path / "nowhere.jsonl")
