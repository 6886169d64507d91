from __future__ import annotations

import pytest

from summarizer.digest.contents import Span
from summarizer.digest.evidence import locate_evidence


@pytest.mark.parametrize(
    ("quote", "abstract", "marked"),
    [
        ("chest CT", "Trained on chest CT of adults.", "chest CT"),
        ("Chest  ct", "Trained on chest CT of adults.", "chest CT"),
        ("15.5 %", "It gains 15.5\\,% here.", "15.5\\,%"),
        ("CT", "CTA is not CT at all.", "CT"),
        ("肝脏", "我们勾画肝脏。", "肝脏"),
    ],
)
def test_the_quote_is_placed_in_the_abstract(quote: str, abstract: str, marked: str) -> None:
    span = locate_evidence(quote, title="", abstract=abstract).in_abstract

    assert span is not None
    assert abstract[span.start : span.end] == marked


def test_a_match_as_a_whole_word_goes_before_a_part_of_one() -> None:
    assert locate_evidence("CT", title="CTA and CT", abstract="").in_title == Span(8, 10)


def test_a_quote_in_both_is_placed_in_both() -> None:
    evidence = locate_evidence("liver MRI", title="Liver MRI", abstract="We read liver MRI.")

    assert (evidence.in_title, evidence.in_abstract) == (Span(0, 9), Span(8, 17))


def test_a_quote_that_is_nowhere_has_no_place() -> None:
    evidence = locate_evidence("brain", title="Liver", abstract="Kidney.")

    assert (evidence.in_title, evidence.in_abstract) == (None, None)
