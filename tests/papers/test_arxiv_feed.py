"""Facts about reading arXiv's announcement feeds."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from summarizer.papers import Paper, read

SAMPLES = Path(__file__).parents[1] / "data" / "sources"
EASTERN = timezone(timedelta(hours=-5))


def read_papers(path: Path) -> list[Paper]:
    return [paper for paper in read(path) if isinstance(paper, Paper)]


def test_every_field_of_an_rss_item_is_kept() -> None:
    path = SAMPLES / "arxiv-feed.rss.xml"

    assert read_papers(path)[0] == Paper(
        id="2601.00002",
        version=1,
        arxiv_id="2601.00002",
        title="Denoising low-dose CT with $k$-space priors",
        abstract="A filter that keeps edges and costs nothing.",
        authors=("Ana Díaz", "Bo Li"),
        categories=("eess.IV", "cs.CV"),
        published=datetime(2026, 1, 5, tzinfo=EASTERN),
        links={"abstract": "https://arxiv.org/abs/2601.00002"},
        comment="Announce Type: new",
        source=str(path),
        position=7,
    )


@pytest.mark.parametrize(
    ("name", "announced"),
    [
        ("arxiv-feed.rss.xml", ["Announce Type: new", "Announce Type: replace-cross"]),
        ("arxiv-feed.atom.xml", ["Announce Type: cross"]),
        ("arxiv-feed.rdf.xml", [None]),
    ],
)
def test_the_kind_of_announcement_is_kept(name: str, announced: list[str | None]) -> None:
    assert [paper.comment for paper in read_papers(SAMPLES / name)] == announced


def test_an_atom_entry_has_its_id_version_and_both_dates() -> None:
    (paper,) = read_papers(SAMPLES / "arxiv-feed.atom.xml")

    assert (paper.id, paper.version, paper.abstract) == ("2601.00004", 1, "A small organ, a small model.")
    assert paper.published == datetime(2026, 1, 5, tzinfo=EASTERN)
    assert paper.updated is not None


def test_feeds_of_the_old_shape_have_id_and_category_in_the_title_and_html_elsewhere() -> None:
    (paper,) = read_papers(SAMPLES / "arxiv-feed.rdf.xml")

    assert (paper.id, paper.version, paper.categories) == ("1301.0005", 2, ("cs.CV",))
    assert (paper.title, paper.abstract) == ("Tracking cells", "Cells move, and we follow.")
    assert paper.authors == ("Ana Díaz", "Bo Li")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A title. (arXiv:1301.0005v2 [cs.CV])", "A title"),
        ("A title.\n (arXiv:1301.0005v2\t[cs.CV]  UPDATED) ", "A title"),
        ("A title (part 1)", "A title (part 1)"),
        pytest.param("A" + " " * 400_000 + "title", "A title", id="spaces"),
        pytest.param("(arXiv:" * 100_000, "(arXiv:" * 100_000, id="parentheses"),
    ],
)
def test_a_title_is_read_without_the_id_behind_it(tmp_path: Path, title: str, expected: str) -> None:
    path = tmp_path / "feed"
    item = f"<item><title>{title}</title></item>"
    path.write_text(f'<?xml version="1.0"?><rss><channel><title>updates on arXiv.org</title>{item}</channel></rss>')

    assert [paper.title for paper in read_papers(path)] == [expected]


@pytest.mark.parametrize("name", ["arxiv-feed.rss.xml", "arxiv-feed.atom.xml", "arxiv-feed.rdf.xml"])
def test_no_item_is_lost(name: str) -> None:
    text = (SAMPLES / name).read_text()

    assert len(list(read(SAMPLES / name))) == text.count("<item") + text.count("<entry>")


def test_a_feed_without_items_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "weekend"
    path.write_text("<rss><channel><title>eess.IV updates on arXiv.org</title></channel></rss>")

    assert list(read(path)) == []
