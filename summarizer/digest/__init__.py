"""Room 5, the digest: build once, then render.

`build_digest` turns the records of a results file into a `Digest`, a frozen value that holds everything a reader sees;
each output form is one function from it to text. Nothing here reads files, calls a chat model or asks the time: the
same records give the same bytes. Titles, abstracts, names and model output are hostile: they are made visible once, on
the way in, and escaped by each form on the way out.
"""

from summarizer.digest.build import build_digest
from summarizer.digest.contents import Digest
from summarizer.digest.markdown import render_markdown
from summarizer.digest.page import render_page

__all__ = ["Digest", "build_digest", "render_markdown", "render_page"]
