"""Facts about near copies."""

from __future__ import annotations

from summarizer.evaluation.shingles import find_near_duplicates, shingles, split_words
from tests.evaluation.small_gold import small_gold


def test_words_are_without_case_and_punctuation_and_a_han_character_is_one() -> None:
    assert split_words("Finds 94% of MRI-scans, 用CT!") == ["finds", "94", "of", "mri", "scans", "用", "ct"]


def test_a_text_shorter_than_a_run_is_one_run_and_an_empty_one_none() -> None:
    assert shingles(["a", "b"], 5) == {("a", "b")}
    assert shingles(["a", "b", "c"], 2) == {("a", "b"), ("b", "c")}
    assert shingles([], 5) == set()


def test_papers_of_their_own_are_no_near_duplicates() -> None:
    assert list(find_near_duplicates(small_gold())) == []


def test_an_abstract_with_a_few_words_changed_is_a_near_duplicate_and_half_of_it_is_not() -> None:
    paper = small_gold()[0]
    words = paper.abstract.split()
    changed = paper.model_copy(update={"title": "Another", "abstract": paper.abstract.replace("three", "four")})
    half = paper.model_copy(update={"title": "A third", "abstract": " ".join(words[: len(words) // 2])})

    assert [pair[:2] for pair in find_near_duplicates([paper, changed])] == [(paper, changed)]
    assert list(find_near_duplicates([paper, half])) == []


def test_titles_that_differ_in_case_and_markup_are_the_same() -> None:
    one, two = small_gold()[:2]
    same = two.model_copy(update={"title": r"COUNTING \emph{Lung} Nodules -- with Slow Attention"})

    assert [shared for _, _, shared in find_near_duplicates([one, same])] == ["the title"]
