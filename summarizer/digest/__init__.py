"""Room 5, the digest: build once, then render.

`build_digest` turns the records of a results file into a `Digest`, a frozen value that holds everything a reader sees;
each output form is one function from it to text. None of them reads files, calls a chat model or asks the time: the same
records give the same bytes. Two modules touch the world: `shown` keeps what the digests of a folder showed, and `smtp`
sends mail. Titles, abstracts, names and model output are hostile: they are made visible once, on the way in, and escaped
by each form on the way out.
"""

from summarizer.digest.archive import render_archive
from summarizer.digest.build import add_overview, build_digest
from summarizer.digest.contents import Digest
from summarizer.digest.feed import render_archive_feed, render_feed
from summarizer.digest.json_form import render_json
from summarizer.digest.mail import build_mail
from summarizer.digest.markdown import render_markdown
from summarizer.digest.page import render_page

__all__ = [
    "Digest",
    "add_overview",
    "build_digest",
    "build_mail",
    "render_archive",
    "render_archive_feed",
    "render_feed",
    "render_json",
    "render_markdown",
    "render_page",
]
