"""Place the quoted evidence in title and abstract, so that it can be highlighted."""

from __future__ import annotations

import re

from summarizer.contract.validation.evidence import find_evidence
from summarizer.digest.contents import Evidence, Span


def locate_evidence(quote: str, *, title: str, abstract: str) -> Evidence:
    """Return the quote with its first place in title and in abstract."""
    return Evidence(
        quote,
        in_title=_find_span(find_evidence(quote, title, ""), title),
        in_abstract=_find_span(find_evidence(quote, "", abstract), abstract),
    )


def _find_span(found: str | None, text: str) -> Span | None:
    """Return where `found`, a slice of `text`, stands: as whole words if it does so anywhere (`CT` is not in `CTA`)."""
    if found is None:
        return None
    whole = re.search(rf"(?<!\w){re.escape(found)}(?!\w)", text)
    start = whole.start() if whole else text.index(found)
    return Span(start, start + len(found))
