"""Facts about XML documents: what is dangerous is refused, what is broken costs as little as it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.errors import SourceError
from summarizer.papers import Paper, SkippedRecord, read

HEAD = '<feed xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/api/x</id>\n'
ENTRY = "<entry><id>http://arxiv.org/abs/2601.00001v1</id><title>T</title><summary>S</summary></entry>\n"
RECORDS = 10_000


def read_xml(tmp_path: Path, text: str | bytes) -> list[Paper | SkippedRecord]:
    path = tmp_path / "document"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read(path, source="arxiv-atom"))


def read_to_error(tmp_path: Path, text: str | bytes) -> tuple[int, str]:
    """Return how many records came before the error, and what it says."""
    path = tmp_path / "document"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    count = 0

    def exhaust() -> None:
        nonlocal count
        for _ in read(path, source="arxiv-atom"):
            count += 1

    with pytest.raises(SourceError) as caught:
        exhaust()
    return count, str(caught.value)


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    bomb = (
        '<!DOCTYPE feed [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
        + HEAD
        + "<entry><title>&b;</title></entry></feed>"
    )
    count, message = read_to_error(tmp_path, bomb)

    assert count == 0
    assert "declares the entity 'a', which is not safe to read" in message


def test_an_external_entity_is_refused_and_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    doctype = f'<!DOCTYPE feed [<!ENTITY a SYSTEM "file://{tmp_path}/secret">]>'
    count, message = read_to_error(tmp_path, doctype + HEAD + "<entry><title>&a;</title></entry></feed>")

    assert count == 0
    assert "declares the entity 'a'" in message


def test_elements_nested_without_end_are_refused(tmp_path: Path) -> None:
    count, message = read_to_error(tmp_path, HEAD + ENTRY + "<a>" * 100_000)

    assert count == 1
    assert "line 3: elements nested more than 200 deep" in message


def test_a_document_that_is_cut_off_is_an_error_after_its_last_whole_record(tmp_path: Path) -> None:
    count, message = read_to_error(tmp_path, HEAD + 3 * ENTRY + ENTRY[:40])

    assert count == 3
    assert "line 5: not well-formed XML, or cut off" in message


def test_a_tag_of_a_hundred_megabytes_is_refused(tmp_path: Path) -> None:
    count, message = read_to_error(tmp_path, HEAD + ENTRY + '<a b="' + "x" * 100_000_000)

    assert count == 1
    assert "a tag longer than 8 MiB" in message


@pytest.mark.parametrize("filling", ["x" * 10_000_000, "<b/>" * 100_000], ids=["text", "elements"])
def test_an_endless_record_is_skipped_and_the_next_one_read(tmp_path: Path, filling: str) -> None:
    first, skipped, last = read_xml(tmp_path, f"{HEAD}{ENTRY}<entry><title>{filling}</title></entry>{ENTRY}</feed>")

    assert isinstance(first, Paper)
    assert skipped == SkippedRecord(str(tmp_path / "document"), 3, "record larger than 8 MiB")
    assert isinstance(last, Paper)


def test_a_record_with_bytes_of_another_encoding_is_skipped_and_the_next_one_read(tmp_path: Path) -> None:
    bad = ENTRY.encode().replace(b"<title>T", b"<title>D\xedaz")
    skipped, last = read_xml(tmp_path, HEAD.encode() + bad + ENTRY.encode() + b"</feed>")

    assert isinstance(skipped, SkippedRecord)
    assert skipped.reason == "holds bytes that are not in the encoding of the document"
    assert isinstance(last, Paper)


def test_a_declared_encoding_is_honoured(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + HEAD + ENTRY.replace(">T<", ">Díaz<") + "</feed>"
    (paper,) = read_xml(tmp_path, text.encode("latin-1"))

    assert isinstance(paper, Paper)
    assert (paper.title, paper.position) == ("Díaz", 3)


def test_an_encoding_that_is_not_read_is_an_error_that_says_how_to_convert(tmp_path: Path) -> None:
    _, message = read_to_error(tmp_path, '<?xml version="1.0" encoding="GBK"?>' + HEAD + "</feed>")

    assert "encoded as GBK; convert it first: iconv -f GBK -t UTF-8" in message


def test_control_characters_that_xml_forbids_become_spaces(tmp_path: Path) -> None:
    (paper,) = read_xml(tmp_path, HEAD + ENTRY.replace(">S<", ">a\x0bb\x00c<") + "</feed>")

    assert isinstance(paper, Paper)
    assert paper.abstract == "a b c"


def test_named_characters_of_html_are_kept_where_a_dtd_would_define_them(tmp_path: Path) -> None:
    document = '<!DOCTYPE feed SYSTEM "x.dtd">' + HEAD + ENTRY.replace(">T<", ">D&iacute;az<") + "</feed>"
    (paper,) = read_xml(tmp_path, document)

    assert isinstance(paper, Paper)
    assert paper.title == "Díaz"


def test_each_hundredth_record_that_is_bad_is_skipped_and_all_others_are_read(tmp_path: Path) -> None:
    bad = ENTRY.replace("<title>T</title>", "")
    records = read_xml(tmp_path, HEAD + "".join(bad if n % 100 == 99 else ENTRY for n in range(RECORDS)) + "</feed>")
    skipped = [record for record in records if isinstance(record, SkippedRecord)]

    assert len(records) == RECORDS
    assert [record.line for record in skipped[:2]] == [101, 201]
    assert {record.reason for record in skipped} == {"unreadable value: no title"}
    assert len(skipped) == RECORDS // 100


@pytest.mark.parametrize(
    ("source", "element"),
    [("arxiv-atom", "entry"), ("arxiv-feed", "item"), ("oai-pmh", "record"), ("pubmed-xml", "PubmedArticle")],
)
def test_a_record_without_a_title_or_with_damage_is_skipped_in_every_kind_of_document(
    tmp_path: Path, source: str, element: str
) -> None:
    untitled = f"<{element}><metadata><arXiv/></metadata></{element}>"
    path = tmp_path / "document"
    path.write_bytes(f"<root>{untitled}\n<{element}>\xed</{element}></root>".encode("latin-1"))

    assert list(read(path, source=source)) == [
        SkippedRecord(str(path), 1, "unreadable value: no title"),
        SkippedRecord(str(path), 2, "holds bytes that are not in the encoding of the document"),
    ]
