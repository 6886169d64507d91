"""Render the page over all digests of a folder: self-contained, with a search, complete without scripts."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from summarizer.digest import wording
from summarizer.digest.policy import content_security_policy
from summarizer.digest.shown import ShownDigest
from summarizer.digest.templates import load_template, read_asset


def render_archive(digests: Sequence[ShownDigest]) -> str:
    """Return the page: the digests, the newest first, each with its papers at or above the threshold.

    Args:
        digests: at least one, the earliest first.
    """
    style, script = read_asset("archive.css"), read_asset("archive.js")
    return load_template("archive.html.j2").render(
        title=digests[-1].title,
        digests=digests[::-1],
        paper_count=len({paper_id for digest in digests for paper_id in digest.papers}),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=content_security_policy(style, script),
        wording=wording,
    )
