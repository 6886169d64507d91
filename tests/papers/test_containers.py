"""Facts about compressed files and archives: found by content, read as streams, and bounded."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from backports import zstd

from summarizer.errors import SourceError
from summarizer.papers import InputMeter, Paper, SkippedRecord, read
from summarizer.papers.sources.containers import FREE_BYTES

LINES = "".join(json.dumps({"id": f"2601.{n:05}", "title": f"Paper {n}", "summary": "S"}) + "\n" for n in range(3000))
COMPRESS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "bzip2": bz2.compress, "zstd": zstd.compress}


def zip_of(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "input.txt"
    path.write_bytes(content)
    return path


def ids(path: Path) -> list[str]:
    return [record.id for record in read(path) if isinstance(record, Paper)]


@pytest.mark.parametrize("compress", COMPRESS.values(), ids=COMPRESS)
def test_compression_is_known_by_content_whatever_the_name(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    path = write(tmp_path, compress(LINES.encode()))

    assert len(ids(path)) == LINES.count("\n")


@pytest.mark.parametrize("compress", COMPRESS.values(), ids=COMPRESS)
def test_parts_compressed_one_after_the_other_are_one_file(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    path = write(tmp_path, compress(LINES[: len(LINES) // 2].encode()) + compress(LINES[len(LINES) // 2 :].encode()))

    assert len(ids(path)) == LINES.count("\n")


@pytest.mark.parametrize("compress", COMPRESS.values(), ids=COMPRESS)
def test_a_file_that_is_cut_off_is_an_error_after_its_last_whole_record(
    tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    whole = "".join(json.dumps({"title": f"{n * 7919 % 10007} {n}"}) + "\n" for n in range(60_000)).encode()
    packed = compress(whole)
    path = write(tmp_path, packed[: len(packed) * 3 // 4])
    seen = 0

    with pytest.raises(SourceError, match="cut off"):  # noqa: PT012
        for record in read(path):
            assert isinstance(record, Paper)
            seen += 1

    assert seen > 10_000


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(LINES.encode()))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\0" * 40

    with pytest.raises(SourceError, match=r"input\.txt: "):
        ids(write(tmp_path, bytes(packed)))


def test_in_a_folder_a_file_that_is_cut_off_is_skipped_after_what_could_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(LINES.encode())[:-4])
    (tmp_path / "b").write_text(LINES)
    records = list(read(tmp_path))
    (skipped,) = [record for record in records if isinstance(record, SkippedRecord)]

    assert skipped == SkippedRecord(str(tmp_path / "a"), 0, "cut off: the compressed data end too early")
    assert len(records) == 1 + 2 * LINES.count("\n")


def test_every_file_of_an_archive_is_read_in_order(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    members = {
        "b.jsonl": b'{"title": "B"}',
        "sub/": b"",
        "sub/a.gz": gzip.compress(b'{"title": "A"}'),
        "README": b"prose",
        "inner": zip_of({"c": b'{"title": "C"}'}),
    }
    path = write(tmp_path, zip_of(members))
    papers = [record for record in read(path) if isinstance(record, Paper)]

    assert [paper.title for paper in papers] == ["B", "A", "C"]
    assert [paper.source for paper in papers] == [f"{path}/b.jsonl", f"{path}/sub/a.gz", f"{path}/inner/c"]
    assert f"{path}/README: left out: in no known format" in caplog.text


def test_a_file_of_an_archive_that_is_damaged_costs_only_itself(tmp_path: Path) -> None:
    content = bytearray(zip_of({"a": b'{"title": "A"}', "b": b'{"title": "B"}'}))
    content[content.index(b"PK\x03\x04") + 14] ^= 0xFF  # the checksum in the directory is the one that counts
    content[content.index(b"PK\x01\x02") + 16] ^= 0xFF
    *_, skipped, last = read(write(tmp_path, bytes(content)))

    assert isinstance(skipped, SkippedRecord)
    assert "CRC" in skipped.reason
    assert isinstance(last, Paper)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zip_of({}), "the archive holds no files"),
        (zip_of({"a": LINES.encode()})[:-30], "cut off or damaged archive"),
    ],
)
def test_an_archive_without_use_is_an_error(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        ids(write(tmp_path, content))


def test_an_encrypted_file_is_skipped_with_the_reason(tmp_path: Path) -> None:
    content = bytearray(zip_of({"a": b'{"title": "A"}'}))
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (skipped,) = read(write(tmp_path, bytes(content)))

    assert isinstance(skipped, SkippedRecord)
    assert "encrypted" in skipped.reason


def test_a_decompression_bomb_is_stopped(tmp_path: Path) -> None:
    line = b'{"title": "' + b"x" * (2**20) + b'"}\n'
    path = write(tmp_path, gzip.compress(line * (2 * FREE_BYTES // len(line))))

    with pytest.raises(SourceError, match="looks like a decompression bomb"):
        ids(path)


def test_containers_in_containers_without_end_are_refused(tmp_path: Path) -> None:
    content = b'{"title": "A"}'
    for _ in range(4):
        content = gzip.compress(content)

    with pytest.raises(SourceError, match="compressed more than 3 times over"):
        ids(write(tmp_path, content))


def test_an_archive_through_a_pipe_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Pipe(zip_of({"a": b'{"title": "A"}'}))))
    (paper,) = read("-")

    assert isinstance(paper, Paper)
    assert paper.source == "standard input/a"


@pytest.mark.parametrize("pack", [*COMPRESS.values(), lambda data: zip_of({"a": data, "b": data})])
def test_the_meter_counts_bytes_on_disk(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = write(tmp_path, pack(LINES.encode()))
    meter = InputMeter()
    list(read(path, meter=meter))

    assert meter.read_bytes == meter.total_bytes == path.stat().st_size
