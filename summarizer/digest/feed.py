"""Render digests as Atom feeds. The sole importer of feedgen.

Ids stay the same whenever and wherever a feed is built: a paper's is its arXiv or DOI address, a digest's is made from
its title, criterion and window. Dates come from the papers and the digest, never from the clock.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from summarizer.digest import wording
from summarizer.digest.contents import Digest, Entry
from summarizer.digest.shown import ShownDigest
from summarizer.digest.templates import load_template

if TYPE_CHECKING:
    from feedgen.entry import FeedEntry
    from feedgen.feed import FeedGenerator

_NAMESPACE = uuid.UUID("6f0f3c9e-0d5b-5c7e-9b62-3e1c5a7d2f48")
_NEWEST = 30
"""Digests in the feed over all of them."""


def render_feed(digest: Digest, *, site_url: str | None = None) -> str:
    """Return a feed of the papers at or above the threshold and the new versions, in reading order.

    Args:
        digest: shown on the page beside the feed.
        site_url: where the digest's folder is published, with a slash at its end; None leaves the address of the page
            relative, which readers resolve against the address of the feed.
    """
    label = digest.window.label if digest.window else ""
    feed = _new_feed(
        _digest_id(digest.title, digest.criterion.name, label), _heading(digest), digest.generated_at, site_url
    )
    below = sum(len(section.entries) for section in digest.sections if section.kind == "rest")
    feed.subtitle(
        f"{wording.say_headline(digest)} {wording.say_counts(digest)}. {wording.say_papers(below)} below the threshold"
        " on the page alone."
    )
    shown = [entry for section in digest.sections if section.kind != "rest" for entry in section.entries]
    for entry in (*shown, *digest.new_versions):
        _add_paper(feed, entry, digest)
    return _text(feed)


def render_archive_feed(digests: Sequence[ShownDigest], *, site_url: str | None = None) -> str:
    """Return a feed with one entry for each digest of a folder, the newest first.

    Args:
        digests: at least one, the earliest first.
        site_url: as for `render_feed`, of the folder that holds the digests' folders.
    """
    newest, base = digests[-1], site_url or ""
    feed = _new_feed(
        _digest_id(newest.title, newest.criterion, "archive"),
        newest.title,
        max(digest.made for digest in digests),
        site_url,
    )
    for digest in digests[: -_NEWEST - 1 : -1]:
        entry = feed.add_entry(order="append")
        entry.id(_digest_id(digest.title, digest.criterion, digest.label))
        entry.title(f"{digest.title}: {wording.say_window(digest.label, digest.first, digest.last)}")
        entry.link(href=f"{base}{digest.label}/{digest.page}")
        _date(entry, digest.made)
        entry.content(load_template("feed_digest.html.j2").render(digest=digest), type="html")
    return _text(feed)


def _new_feed(feed_id: str, title: str, updated: datetime, site_url: str | None) -> FeedGenerator:
    from feedgen.feed import FeedGenerator  # noqa: PLC0415  # with lxml, which few commands need

    feed = FeedGenerator()
    feed.id(feed_id)
    feed.title(title)
    feed.updated(updated)
    feed.author({"name": "summarizer"})
    feed.generator("summarizer")
    feed.link(href=f"{site_url or ''}index.html", rel="alternate")
    if site_url:
        feed.link(href=f"{site_url}feed.xml", rel="self")
    return feed


def _add_paper(feed: FeedGenerator, entry: Entry, digest: Digest) -> None:
    paper, item = entry.paper, feed.add_entry(order="append")
    item.id(_paper_id(entry))
    item.title(paper.title or "Untitled")
    if entry.links:
        item.link(href=entry.links[0].url)
    item.author([{"name": name} for name in paper.authors if name] or {"name": "Authors unknown"})
    item.category([{"term": tag.id, "label": tag.label} for tag in entry.tags])
    _date(item, paper.updated or paper.published or digest.generated_at, paper.published)
    content = load_template("feed_paper.html.j2").render(entry=entry, digest=digest, wording=wording)
    item.content(content, type="html")


def _date(item: FeedEntry, updated: datetime, published: datetime | None = None) -> None:
    item.updated(updated)
    if published:
        item.published(published)


def _paper_id(entry: Entry) -> str:
    addresses = {link.label: link.url for link in entry.links}
    return addresses.get("arXiv") or addresses.get("DOI") or f"urn:uuid:{uuid.uuid5(_NAMESPACE, entry.paper.id)}"


def _digest_id(*names: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, chr(0).join(names))}"


def _heading(digest: Digest) -> str:
    return f"{digest.title}: {wording.say_days(digest)}" if digest.window else digest.title


def _text(feed: FeedGenerator) -> str:
    text: str = feed.atom_str(pretty=True).decode()
    return text
