"""Facts about what surrounds the records of a page."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader

import pytest

from summarizer.errors import SourceError
from summarizer.papers import Paper, SkippedRecord
from summarizer.papers.harvest.envelope import Envelope, read_papers
from summarizer.papers.harvest.interface import BadPageError
from tests.papers.harvest.stand_in import make_records, oai_page

ADDRESS = "http://127.0.0.1/oai"
PAPER = Paper(id="2611.00001", title="Liver lesions in CT")


class Scripted:
    """An input format that gives out what it was told to."""

    name = "scripted"

    def __init__(self, *records: Paper | SkippedRecord | SourceError) -> None:
        self._records = records

    def confidence(self, head: str) -> float:
        """Return 1."""
        return 1.0

    def read_document(self, stream: BufferedReader, path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield the records, or raise."""
        for record in self._records:
            if isinstance(record, SourceError):
                raise record
            yield record


def test_papers_and_skipped_records_are_told_apart() -> None:
    skipped = SkippedRecord(ADDRESS, 3, "no title")

    assert read_papers(Scripted(PAPER, skipped), b"", ADDRESS, 2) == ((PAPER,), (skipped,))


def test_a_record_that_gets_lost_on_the_way_makes_a_bad_page() -> None:
    with pytest.raises(BadPageError, match="holds 2 records, of which 1 can be told apart"):
        read_papers(Scripted(PAPER), b"", ADDRESS, 2)


def test_a_page_that_can_not_be_read_makes_a_bad_page() -> None:
    with pytest.raises(BadPageError, match=r"^cut off$"):
        read_papers(Scripted(PAPER, SourceError(f"{ADDRESS}: cut off")), b"", ADDRESS, 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"Rate exceeded.",
        b"<html><body>busy<br></body></html>",
        oai_page(make_records(3), "")[:-20],
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
    ids=["nothing", "blank", "text", "HTML", "cut off", "entities"],
)
def test_what_is_no_whole_document_makes_a_bad_page(body: bytes) -> None:
    with pytest.raises(BadPageError):
        Envelope(body, ADDRESS, "record")


def test_elements_are_found_by_name_without_their_namespace() -> None:
    page = Envelope(oai_page(make_records(3), "a&b"), ADDRESS, "record", "resumptionToken")

    assert len(page.all("record")) == 3
    assert page.text("resumptionToken") == "a&b"
    assert page.text("error") == ""
