"""Facts about inputs: detection by content, folders, and what can't be read."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from summarizer.errors import SourceError
from summarizer.papers import InputMeter, Paper, SkippedRecord, read
from summarizer.papers.sources.lines import MAX_LINE_BYTES

LINE = json.dumps({"id": "2503.00001", "title": "T", "summary": "S"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"\x7fELF\x00\x01", "line 1: not a text file (it holds NUL bytes)"),
        (b"Dear colleagues,\n", "in no known format; expected one of: arxiv-day, json-lines"),
        (LINE.encode("utf-16"), "encoded as UTF-16; convert it first: iconv -f UTF-16 -t UTF-8"),
    ],
)
def test_a_file_that_holds_no_papers_is_an_error_that_says_why(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "input"
    path.write_bytes(content)

    with pytest.raises(SourceError) as caught:
        list(read(path))

    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def test_a_missing_input_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        read(tmp_path / "missing")


def test_the_content_decides_the_format_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "papers.md"
    path.write_text(LINE)
    (paper,) = read(path)

    assert isinstance(paper, Paper)


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "papers"
    path.write_bytes(b"\xef\xbb\xbf" + LINE.encode())
    (paper,) = read(path)

    assert isinstance(paper, Paper)


def test_a_folder_is_read_in_order_and_reports_files_that_are_no_papers(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(LINE.replace("00001", "00002"))
    (tmp_path / "a.jsonl").write_text(LINE)
    (tmp_path / "README.md").write_text("About these files")
    (tmp_path / ".hidden").write_text(LINE)
    notes, first, second = read(tmp_path)

    assert notes == SkippedRecord(
        str(tmp_path / "README.md"), 0, "in no known format; expected one of: arxiv-day, json-lines"
    )
    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert (first.id, second.id) == ("2503.00001", "2503.00002")


def test_standard_input_is_read_as_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{LINE}\n{LINE}\n".encode())))
    meter = InputMeter()
    papers = list(read("-", meter=meter))

    assert len(papers) == 2
    assert meter.total_bytes is None


def test_the_meter_counts_the_bytes_of_all_inputs(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(LINE)
    (tmp_path / "b").write_text(LINE)
    meter = InputMeter()
    list(read(tmp_path / "a", tmp_path / "b", meter=meter))

    assert meter.read_bytes == meter.total_bytes == 2 * len(LINE)


def test_an_endless_line_is_skipped_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "papers"
    endless = b'{"title": "' + b"x" * (2 * MAX_LINE_BYTES) + b'"}'
    path.write_bytes(b"\n".join([LINE.encode(), endless, LINE.encode()]))
    _, skipped, last = read(path)

    assert skipped == SkippedRecord(str(path), 2, "line longer than 8 MiB")
    assert isinstance(last, Paper)


def test_an_abstract_of_a_hundred_kilobytes_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "papers"
    path.write_text(json.dumps({"title": "T", "abstract": "word " * 20_000}))
    (paper,) = read(path)

    assert isinstance(paper, Paper)
    assert len(paper.abstract) == 99_999
