"""Facts about the file that a harvest fills."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError, StoreError
from summarizer.papers import Paper, read
from summarizer.papers.harvest.output import HarvestFile

FIRST = Paper(id="2611.00001", arxiv_id="2611.00001", version=1, title="Liver lesions in CT", abstract="We count them.")
SECOND = FIRST.model_copy(update={"id": "2611.00002", "arxiv_id": "2611.00002"})
FULL = FIRST.model_copy(
    update={
        "id": "2611.00003",
        "arxiv_id": "2611.00003",
        "doi": "10.5555/2611.00001",
        "authors": ("Ana Díaz", "Wei Li"),
        "categories": ("eess.IV", "cs.CV"),
        "published": datetime(2026, 11, 2, 9, tzinfo=UTC),
        "updated": datetime(2026, 11, 3, 9, 30, 1, tzinfo=UTC),
        "links": {"pdf": "https://arxiv.org/pdf/2611.00001v1"},
        "comment": "7 pages, $\\alpha \\to \\beta$",
        "journal": "Imaging Letters 3 (2026) 14",
        "source": "https://export.arxiv.org/api/query",
        "position": 12,
    }
)


def fill(path: Path, *papers: Paper) -> bytes:
    with HarvestFile(path) as file:
        file.append(file.select_new(papers))
    return path.read_bytes()


def test_a_paper_is_kept_once_for_each_version(tmp_path: Path) -> None:
    path = tmp_path / "new" / "papers.jsonl"
    revised = FIRST.model_copy(update={"version": 2})
    fill(path, FIRST, FIRST)
    content = fill(path, FIRST, revised, SECOND)

    assert content.count(b"\n") == 3
    assert content.count(b'"version":2') == 1


@pytest.mark.parametrize("left", range(1, 90, 4))
def test_a_torn_line_is_cut_off_wherever_it_tore(left: int, tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    whole = fill(path, FIRST)
    torn = fill(path, SECOND)[: len(whole) + left]
    path.write_bytes(torn)
    with HarvestFile(path) as file:
        new = file.select_new([FIRST, SECOND])

    assert path.read_bytes() == whole
    assert new == [SECOND]


def test_a_whole_line_without_its_line_break_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    whole = fill(path, FIRST)
    path.write_bytes(whole.rstrip(b"\n"))

    assert fill(path, FIRST) == whole


@pytest.mark.parametrize(
    "content",
    [
        b"notes\n",
        b"notes",
        b'{"status": "annotated"}\n',
        b"[1]\n",
        b'{"a": 1,\n"b": 2}\n',
        b'{\n "title"',
        b"\n",
        b"\0" * 9,
    ],
)
def test_a_file_of_something_else_is_never_touched(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "thesis.txt"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="something else than a harvested paper"):
        HarvestFile(path)

    assert path.read_bytes() == content


def test_two_harvests_can_not_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"

    with HarvestFile(path), pytest.raises(StoreError, match="another harvest is writing to this file"):
        HarvestFile(path)


@pytest.mark.parametrize("name", ["-", "."])
def test_a_harvest_goes_to_a_file(name: str) -> None:
    with pytest.raises(ConfigurationError, match="a harvest goes to a file"):
        HarvestFile(Path(name))


def test_a_disk_without_room_leaves_no_half_page(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    whole = fill(path, FIRST)
    with HarvestFile(path) as file:
        file._file = FullDisk(file._file)  # type: ignore[assignment]
        with pytest.raises(StoreError, match="No space left"):
            file.append([SECOND])

    assert path.read_bytes() == whole


class FullDisk:
    """A file that takes ten bytes, and no more."""

    def __init__(self, file: object) -> None:
        self._file = file
        self._is_full = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def write(self, data: bytes) -> int:
        if self._is_full:
            raise OSError(28, "No space left on device")
        self._is_full = True
        return int(self._file.write(data[:10]))  # type: ignore[attr-defined]


def test_a_harvest_reads_back_as_it_was_and_from_where_it_is_now(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    with HarvestFile(path) as file:
        file.append([FIRST])
        file.append([SECOND])
    fill(path, FULL)
    full = FULL.model_copy(update={"source": str(path), "position": 3})

    assert list(read(path))[2] == full
    assert [paper.position for paper in read(path) if isinstance(paper, Paper)] == [1, 2, 3]
