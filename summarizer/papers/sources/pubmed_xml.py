"""PubMed in XML, as saved, fetched or in the yearly dump (https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/190101/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BufferedReader
from xml.etree.ElementTree import Element

from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.fields import build_paper, find_date, skip_record, with_year
from summarizer.papers.sources.xml_records import child_text, is_xml, read_records, readable_text_of, text_of

_RECORDS = frozenset({"PubmedArticle", "PubmedBookArticle"})


class PubmedXmlSource:
    """Reads PubMed in XML."""

    name = "pubmed-xml"

    def confidence(self, head: str) -> float:
        """Look for the root element or a record."""
        return 1.0 if is_xml(head) and ("<PubmedArticleSet" in head or "<PubmedArticle>" in head) else 0.0

    def read_document(self, stream: BufferedReader, path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each article or chapter."""
        for line, element, problem in read_records(stream, path, _RECORDS):
            if problem:
                yield SkippedRecord(path, line, problem)
                continue
            try:
                yield _to_paper(element, path, line)
            except ValueError as error:
                yield skip_record(path, line, error)


def _to_paper(record: Element, path: str, line: int) -> Paper:
    citation = _first(record, "MedlineCitation", "BookDocument")
    article = _first(citation, "Article", ".")
    pmid = child_text(citation, "PMID")
    return build_paper(
        path,
        line,
        title=readable_text_of(_first(article, "ArticleTitle", "Book/BookTitle"))
        or readable_text_of(_first(article, "VernacularTitle")),
        abstract=" ".join(_abstract(article.iterfind("Abstract/AbstractText"))),
        authors=[_full_name(author) for author in article.iterfind("AuthorList/Author")],
        doi=_doi(record, article),
        published=_published(record, article),
        links={"abstract": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None},
        journal=_journal(article),
    )


def _first(element: Element, *paths: str) -> Element:
    return next((found for path in paths if (found := element.find(path)) is not None), Element("none"))


def _abstract(parts: Iterable[Element]) -> Iterator[str]:
    for part in parts:
        label = part.get("Label")
        yield f"{label}: {readable_text_of(part)}" if label else readable_text_of(part)


def _full_name(author: Element) -> str:
    parts = [child_text(author, part) for part in ("ForeName", "LastName", "Suffix")]
    return " ".join(filter(None, parts)) or child_text(author, "CollectiveName")


def _doi(record: Element, article: Element) -> str:
    return next(
        (
            text_of(found)
            for found in (
                article.find("ELocationID[@EIdType='doi']"),
                record.find("PubmedData/ArticleIdList/ArticleId[@IdType='doi']"),
                record.find("BookDocument/ArticleIdList/ArticleId[@IdType='doi']"),
            )
            if found is not None
        ),
        "",
    )


def _journal(article: Element) -> str | None:
    year = article.find("Journal/JournalIssue/PubDate")
    return with_year(text_of(article.find("Journal/Title")) or None, text_of(year))


def _published(record: Element, article: Element) -> datetime | None:
    """Return the day of publication, else the day when PubMed received the record."""
    dates = [
        article.find("ArticleDate"),
        article.find("Journal/JournalIssue/PubDate"),
        record.find("PubmedData/History/PubMedPubDate[@PubStatus='pubmed']"),
    ]
    return next(filter(None, (_day(date) for date in dates if date is not None)), None)


def _day(date: Element) -> datetime | None:
    year, month, day = (child_text(date, part) for part in ("Year", "Month", "Day"))
    return find_date(f"{year}-{month}-{day}" if month.isdecimal() else f"{year} {month} {day}")
