"""Facts about arXiv ids, DOIs, and which records are the same paper."""

from __future__ import annotations

from typing import Any

import pytest

from summarizer.papers import DuplicatePaper, Paper, SeenPapers, SkippedRecord, deduplicate, parse_arxiv_id
from summarizer.papers.folding import fold_author, fold_title
from summarizer.papers.identity import ArxivId, digest64, paper_id, parse_doi


def build(title: str = "Sparse views for cone-beam CT", author: str = "Ana Díaz", **fields: Any) -> Paper:
    authors = (author, "Bo Li") if author else ()
    identity = paper_id(arxiv_id=fields.get("arxiv_id"), doi=fields.get("doi"), title=title, authors=authors)
    return Paper(**{"id": identity, "title": title, "authors": authors, "abstract": "We rebuild."} | fields)


def is_same(one: Paper, two: Paper) -> bool:
    seen = SeenPapers()
    seen.admit(one)
    return isinstance(seen.admit(two), DuplicatePaper)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://arxiv.org/abs/2310.19210v1", ArxivId("2310.19210", 1)),
        ("https://arxiv.org/pdf/2310.19210v12.pdf", ArxivId("2310.19210", 12)),
        ("arXiv:0704.0001", ArxivId("0704.0001", None)),
        (" 2503.11731\n", ArxivId("2503.11731", None)),
        ("hep-th/9901001v2", ArxivId("hep-th/9901001", 2)),
        ("http://arxiv.org/abs/math.GT/0309136", ArxivId("math/0309136", None)),
        ("cond-mat.str-el/0309136v3", ArxivId("cond-mat/0309136", 3)),
        ("arXiv:2601.00001 [cs.CV]", ArxivId("2601.00001", None)),
        ("arXiv:2601.00001v2 [cs.CV, eess.IV]", ArxivId("2601.00001", 2)),
        ("https://doi.org/10.48550/arXiv.2310.19210", ArxivId("2310.19210", None)),
        ("arXiv:2310.19210", ArxivId("2310.19210", None)),
        ("https://www.ncbi.nlm.nih.gov/pubmed/9876543", None),
        ("cvpr/2023001", None),
        ("https://doi.org/10.5555/1234.56789", None),
        ("https://doi.org/10.5555/2310.19210", None),
        ("10.1000/hep-th/9901001", None),
        ("2313.19210", None),
        ("2300.19210", None),
        ("hep-th/9913001", None),
        ("10.1109/MGRS.2023.3293459", None),
        ("2503.117311", None),
        ("", None),
        ("None", None),
    ],
)
def test_arxiv_ids_are_read_in_all_their_forms(text: str, expected: ArxivId | None) -> None:
    assert parse_arxiv_id(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1000/a.b", "10.1000/a.b"),
        ("https://doi.org/10.1000/a.b.", "10.1000/a.b"),
        ("10.1000/a 10.1000/b", "10.1000/a"),
        (None, None),
        ("n/a", None),
    ],
)
def test_dois_are_read_without_resolver(text: str | None, expected: str | None) -> None:
    assert parse_doi(text) == expected


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Self-Supervised MRI", "self supervised MRI."),
        ("Self-Supervised MRI", "Selfsupervised MRI"),
        (r"A $\beta$-VAE for \textit{CT}", "A β-VAE for CT"),
        (r"The $\mathcal{H}^{2}$ norm", "The H<sup>2</sup> norm"),
        ("The Poincaré ball", r"The Poincar\'{e} ball"),
        ("Søren’s lemma", "Soren's Lemma"),
        ("ﬁne-grained ＣＴ", "Fine Grained CT"),
        ("图像分割：综述", "图像分割综述"),
    ],
)
def test_lossy_copies_of_a_title_are_found_to_be_one(one: str, two: str) -> None:
    assert fold_title(one) == fold_title(two) != ""


@pytest.mark.parametrize("two", ["Sparse views for fan-beam CT", "Sparse view for cone-beam CT", "Sparse views"])
def test_other_titles_stay_other_titles(two: str) -> None:
    assert fold_title("Sparse views for cone-beam CT") != fold_title(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("G. Müller", "Müller, G."),
        ("Georg Müller", "Georg Mueller"),
        ("Georg Müller", "Müller GH"),
        ("G. H. Muller Jr.", "Müller, Georg, Jr."),
        ("Laurens van der Maaten", "van der Maaten, L."),
        ("Wei XU", "Wei Xu"),
        ("Łukasz Ørsted", "L. Orsted"),
        ("Ana Smith-Jones", "Smith-Jones, A."),
        ("John Smith", "Smith J"),
        ("John Smith", "Smith J."),
        ("John Henry Smith", "Smith J.-H."),
        ("John Henry Smith", "Smith J. H."),
        ("J. H. XU", "Jing Xu"),
        ("Ø. Smith", "Smith Ø."),
    ],
)
def test_a_family_name_is_recognised_however_the_name_is_written(one: str, two: str) -> None:
    assert set(fold_author(one)) & set(fold_author(two))


@pytest.mark.parametrize("initials", ["J", "J.", "J H", "J.H.", "J. H."])
def test_initials_behind_a_family_name_are_no_name(initials: str) -> None:
    assert fold_author(f"Smith {initials}") == ("smith",)


@pytest.mark.parametrize(("name", "expected"), [("王 明", "明"), ("W. E", "e"), ("E", "e"), ("Plato", "plato")])
def test_a_name_of_nothing_but_initials_or_without_letter_case_is_kept(name: str, expected: str) -> None:
    assert fold_author(name) == (expected,)


def test_a_conference_entry_and_its_arxiv_record_are_one_paper() -> None:
    entry = build(doi="10.1109/CVPR.2023.1", title="Sparse Views for Cone Beam CT", author="A. Diaz")

    assert is_same(entry, build(arxiv_id="2402.00001", version=1))
    assert is_same(build(arxiv_id="2402.00001", version=1), entry)


def test_records_that_share_a_doi_are_one_paper_whatever_their_titles() -> None:
    assert is_same(build(doi="10.1/A", title="Old title"), build(doi="10.1/a", title="New title"))


def test_the_doi_that_arxiv_registers_stands_for_the_arxiv_id() -> None:
    assert is_same(build(arxiv_id="2402.00001"), build(doi="10.48550/arXiv.2402.00001", title="Other", author="X Y"))


def test_another_first_author_makes_another_paper() -> None:
    assert not is_same(build(author="Ana Díaz"), build(author="Bo Li"))
    assert not is_same(build(author="Ana Díaz"), build(author=""))


@pytest.mark.parametrize("initials", ["J", "J.", "JH"])
def test_two_first_authors_with_the_same_initials_are_two(initials: str) -> None:
    one, two = (build(title="Reply", author=f"{name} {initials}") for name in ("Smith", "Jones"))

    assert one.id != two.id
    assert not is_same(one, two)


@pytest.mark.parametrize("author", ["Smith J", ""])
def test_a_short_title_does_not_make_one_paper_of_two_dois(author: str) -> None:
    one, two = (build(title="Editorial", author=author, doi=f"10.1234/{name}") for name in "ab")

    assert not is_same(one, two)


def test_a_title_without_authors_does_not_make_one_paper_of_two_dois() -> None:
    one, two = (build(author="", doi=f"10.1234/{name}") for name in "ab")

    assert not is_same(one, two)
    assert is_same(one, build(author=""))


def test_a_short_title_with_its_author_counts_where_no_id_says_otherwise() -> None:
    listed, registered = build(title="UniverSeg"), build(title="UniverSeg", doi="10.1/a")

    assert is_same(listed, registered)
    assert is_same(registered, listed)
    assert is_same(registered, build(title="UniverSeg", arxiv_id="2402.00001"))


def test_a_short_title_remembers_all_ids_of_its_first_paper() -> None:
    seen = SeenPapers()
    seen.admit(build(title="Reply", arxiv_id="2402.00001"))
    joined = seen.admit(build(title="Reply", doi="10.1/a"))
    other = seen.admit(build(title="Reply", doi="10.1/b"))

    assert isinstance(joined, DuplicatePaper)
    assert isinstance(other, Paper)


def test_a_short_title_alone_is_no_sign_of_a_known_paper() -> None:
    assert not is_same(build(title="Editorial", author=""), build(title="Editorial", author="", doi="10.1/a"))


def test_a_preprint_and_its_article_have_two_dois_and_are_one_paper() -> None:
    assert is_same(build(doi="10.1101/2024.01.01.1"), build(doi="10.1038/s1"))


def test_two_arxiv_ids_are_never_one_paper() -> None:
    one, two = (build(arxiv_id=f"2402.0000{number}", doi="10.1/a") for number in (1, 2))

    assert not is_same(one, two)


def test_a_record_between_two_arxiv_papers_does_not_make_them_one() -> None:
    seen = SeenPapers()
    first = seen.admit(build())
    joined = seen.admit(build(arxiv_id="2402.00001"))
    other = seen.admit(build(arxiv_id="2402.00002"))

    assert isinstance(first, Paper)
    assert isinstance(joined, DuplicatePaper)
    assert isinstance(other, Paper)


def test_papers_without_letters_in_their_titles_are_not_taken_for_each_other() -> None:
    assert not is_same(build(title="???", doi="10.1/a"), build(title="!!!", doi="10.1/b"))


def test_a_newer_version_gets_a_record_that_says_what_it_supersedes() -> None:
    seen = SeenPapers()
    admitted = [seen.admit(build(arxiv_id="2402.00001", version=version)) for version in (1, 3, 2, 3, 4)]
    outcome = [paper.supersedes if isinstance(paper, Paper) else "duplicate" for paper in admitted]

    assert outcome == [None, 1, "duplicate", "duplicate", 3]


@pytest.mark.parametrize("first", [{"arxiv_id": "2402.00001"}, {"doi": "10.1/a"}])
def test_a_version_that_was_a_duplicate_is_not_superseded(first: dict[str, str]) -> None:
    seen = SeenPapers()
    seen.admit(build(**first))
    later = [seen.admit(build(arxiv_id="2402.00001", doi="10.1/a", version=version)) for version in (1, 2)]

    assert [type(record) for record in later] == [DuplicatePaper, DuplicatePaper]


@pytest.mark.parametrize("versions", [(None, 2), (2, None), (None, None), (2, 1)])
def test_what_is_not_known_to_be_newer_is_a_duplicate(versions: tuple[int | None, int | None]) -> None:
    one, two = (build(arxiv_id="2402.00001", version=version) for version in versions)

    assert is_same(one, two)


def test_a_duplicate_says_what_it_shares() -> None:
    seen = SeenPapers()
    seen.admit(build(doi="10.1/a"))
    duplicate = seen.admit(build())

    assert isinstance(duplicate, DuplicatePaper)
    assert duplicate.reason == "a record with the same title and first author was read before in this run"


def test_add_tells_the_first_record_of_a_paper() -> None:
    seen = SeenPapers()
    added = [seen.add(build(arxiv_id="2402.00001", version=version)) for version in (1, 2)]

    assert added == [True, False]


def test_a_record_with_an_abstract_is_no_duplicate_of_one_without() -> None:
    named, full, skipped = build(abstract=""), build(), SkippedRecord("p", 1, "r")
    kinds = [type(record) for record in deduplicate([named, named, skipped, full, named, full])]

    assert kinds == [Paper, DuplicatePaper, SkippedRecord, Paper, DuplicatePaper, DuplicatePaper]


@pytest.mark.parametrize("part", [5, None, ["a"], b"a"])
def test_only_text_has_a_digest(part: Any) -> None:
    with pytest.raises(TypeError):
        digest64("a", part)


def test_a_digest_knows_where_one_part_ends() -> None:
    digests = {digest64("ab", "c"), digest64("a", "bc"), digest64("abc"), digest64("ab", "c", ""), digest64("c", "ab")}

    assert len(digests) == 5
    assert all(0 <= digest < 2**64 for digest in digests)
