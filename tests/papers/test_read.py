"""Facts about inputs: detection by content, files, folders, patterns, and what can't be read."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError, SourceError
from summarizer.papers import InputMeter, Paper, SkippedRecord, read
from summarizer.papers.sources import SOURCES
from summarizer.papers.sources.lines import MAX_LINE_BYTES

SAMPLES = Path(__file__).parents[1] / "data" / "sources"
LINE = json.dumps({"id": "2503.00001", "title": "T", "summary": "S"})
PYTHONPATH = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
FORMATS = {
    "arxiv-atom.xml": "arxiv-atom",
    "arxiv-day.md": "arxiv-day",
    "arxiv-feed.atom.xml": "arxiv-feed",
    "arxiv-feed.rdf.xml": "arxiv-feed",
    "arxiv-feed.rss.xml": "arxiv-feed",
    "conference-list.md": "conference-list",
    "oai-arxiv-raw.xml": "oai-pmh",
    "oai-arxiv.xml": "oai-pmh",
    "oai-dc.xml": "oai-pmh",
    "paper-table.md": "paper-table",
    "papers.csv": "delimited",
    "papers.json": "json-array",
    "papers.jsonl": "json-lines",
    "papers.tsv": "delimited",
    "pubmed.nbib": "medline",
    "pubmed.xml": "pubmed-xml",
    "reading-notes.md": "reading-notes",
    "references.bib": "bibtex",
    "references.ris": "ris",
    "review-post.md": "review-post",
}
SHARED_FORMATS = {
    "seeds/000_74ab9b593eedb915.txt": "review-post",
    "seeds/001_8365cecda7d1ee74.txt": "paper-table",
    "seeds/002_ee4d7f849f30c58d.txt": "conference-list",
    "seeds/003_c131811f513e51bb.txt": "reading-notes",
    "seeds/004_126af9eaec7cd56a.txt": "arxiv-day",
    "corpus/kaggle-snapshot-sample.json": "json-lines",
    "corpus/arxiv-daily/2025-03-18.jsonl": "json-lines",
    "corpus/arxiv-api/id_0000.0000_s0_m100_8b51d9633a68.xml": "arxiv-atom",
    "corpus/arxiv-api/id_abc_s0_m100_b79c8dcf6bc3.xml": "arxiv-atom",
    "corpus/arxiv-api/q_testing_s0_m15_80c242b59d59.xml": "arxiv-atom",
}


def detect(path: Path) -> str:
    head = path.read_text(encoding="utf-8")[:16_384]
    scores = sorted(((source.confidence(head), source.name) for source in SOURCES), reverse=True)

    assert scores[0][0] > scores[1][0], f"{scores[0]} or {scores[1]}"
    return scores[0][1]


@pytest.mark.parametrize(("name", "expected"), FORMATS.items(), ids=FORMATS)
def test_each_sample_is_detected_as_itself_and_nothing_else(name: str, expected: str) -> None:
    head = (SAMPLES / name).read_text(encoding="utf-8")

    assert [source.name for source in SOURCES if source.confidence(head) > 0] == [expected]


@pytest.mark.parametrize(("name", "expected"), SHARED_FORMATS.items(), ids=SHARED_FORMATS)
def test_each_real_document_is_detected(shared: Path, name: str, expected: str) -> None:
    assert detect(shared / name) == expected


def test_every_format_has_a_sample_and_every_sample_is_used() -> None:
    assert set(FORMATS.values()) == {source.name for source in SOURCES}
    assert set(FORMATS) == {path.name for path in SAMPLES.iterdir()}


def test_a_format_can_be_forced_by_name(tmp_path: Path) -> None:
    path = tmp_path / "papers"
    path.write_text('{"name": "no title, so this is not detected"}\n' + LINE)
    skipped, paper = read(path, source="json-lines")

    assert isinstance(skipped, SkippedRecord)
    assert isinstance(paper, Paper)


def test_an_unknown_format_is_an_error_that_lists_them_all() -> None:
    with pytest.raises(ConfigurationError, match=r"'word'; choose one of: arxiv-day, .*delimited"):
        read(source="word")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"\x7fELF\x00\x01", "not a text file (it holds NUL bytes)"),
        (b"Dear colleagues,\n", "in no known format; expected one of: arxiv-day, "),
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


@pytest.mark.parametrize("name", ["missing", "missing-*.jsonl"])
def test_a_missing_input_is_an_error_before_anything_is_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        read(tmp_path / name)


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


def test_a_folder_is_read_in_order_and_prose_in_it_is_left_out_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "b.jsonl").write_text(LINE.replace("00001", "00002"))
    (tmp_path / "a.jsonl").write_text(LINE)
    (tmp_path / "README.md").write_text("About these files")
    (tmp_path / ".hidden").write_text(LINE)
    first, second = read(tmp_path)

    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert (first.id, second.id) == ("2503.00001", "2503.00002")
    assert f"{tmp_path / 'README.md'}: left out: in no known format" in caplog.text


def test_a_pattern_that_the_shell_left_alone_is_expanded(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "c.txt"):
        (tmp_path / name).write_text(LINE)
    papers = [record for record in read(f"{tmp_path}/*.jsonl") if isinstance(record, Paper)]

    assert [Path(paper.source).name for paper in papers] == ["a.jsonl", "b.jsonl"]


def test_a_file_whose_name_is_a_pattern_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "papers[1].jsonl"
    path.write_text(LINE)
    (paper,) = read(path)

    assert isinstance(paper, Paper)


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


def test_a_nul_byte_costs_the_record_that_it_is_in(tmp_path: Path) -> None:
    path = tmp_path / "papers"
    path.write_bytes(b"\n".join([LINE.encode(), b'{"title": "a\0b"}', LINE.encode()]))
    _, skipped, last = read(path)

    assert skipped == SkippedRecord(str(path), 2, "line 2 holds a NUL byte")
    assert isinstance(last, Paper)


def test_an_abstract_of_a_hundred_kilobytes_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "papers"
    path.write_text(json.dumps({"title": "T", "abstract": "word " * 20_000}))
    (paper,) = read(path)

    assert isinstance(paper, Paper)
    assert len(paper.abstract) == 99_999


def test_a_file_of_a_folder_that_can_not_be_opened_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "missing")
    (tmp_path / "b").write_text(LINE)
    skipped, paper = read(tmp_path)

    assert skipped == SkippedRecord(str(tmp_path / "a"), 0, "can't be read (No such file or directory)")
    assert isinstance(paper, Paper)


def test_a_citation_in_a_text_is_no_bibliography(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Please cite:\n```\n@article{key,\n title={T}\n}\n```\n")

    with pytest.raises(SourceError, match="in no known format"):
        list(read(tmp_path / "README.md"))


@pytest.mark.parametrize(
    ("package", "content"), [("pybtex", b"@article{key,\n title={T}\n}"), ("backports", b"\x28\xb5\x2f\xfd")]
)
def test_a_format_whose_package_is_missing_says_what_to_install(tmp_path: Path, package: str, content: bytes) -> None:
    (tmp_path / "input").write_bytes(content)
    program = f"import sys; sys.modules[{package!r}] = None; from summarizer.papers import read; list(read('input'))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=PYTHONPATH, capture_output=True, text=True, check=False
    )

    assert "SourceError: input: " in run.stderr
    assert "pip install 'summarizer[sources]'" in run.stderr


def test_a_file_whose_name_is_no_utf8_is_named_in_characters_that_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.jsonl")
    try:
        path.write_text(LINE)
    except OSError as error:
        pytest.skip(f"this file system refuses such a name: {error}")

    (paper,) = read(path)

    assert isinstance(paper, Paper)
    assert paper.source == f"{tmp_path}/caf\ufffd.jsonl"
    assert paper.model_dump_json()
