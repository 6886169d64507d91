"""How counts, dates, money and provenance are said, the same in every output form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from summarizer.digest.contents import Digest, Entry, Evidence, Origin, SetAside
from summarizer.digest.order import MUST_READ, WORTH_A_LOOK

RELEVANCE_WORDS = ("none", "marginal", "partial", "substantial", "central", "core")
"""One word for each relevance, 0 to 5; the rubric's definition says what it means."""
SHOWN_AUTHORS = 4
"""Names shown before the rest is folded."""
FAILED_NOTE = "These papers were read, but no annotation of them passed. They may matter: look at them yourself."
TRUST_NOTE = (
    "Summaries, tags and scores come from the abstracts alone and can be wrong. The quote under each summary is what the"
    " score rests on."
)
_MAX_QUOTE_CHARACTERS = 240
_FINGERPRINT_CHARACTERS = 12
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_EXTRACTIVE = "extractive: a sentence of the abstract and a weighted lexicon, no chat model"


def say_day(day: date | datetime) -> str:
    """Return a UTC day, for instance `30 October 2023`, whatever the locale of this machine."""
    if isinstance(day, datetime):
        day = day.astimezone(UTC).date()
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_days(digest: Digest) -> str:
    """Return the days on which the papers were published, or that none has a date."""
    if digest.first_date is None or digest.last_date is None:
        return "undated"
    first, last = say_day(digest.first_date), say_day(digest.last_date)
    return first if first == last else f"{first} to {last}"


def say_papers(count: int) -> str:
    """Return a number of papers."""
    return f"{count:,} paper" if count == 1 else f"{count:,} papers"


def say_headline(digest: Digest) -> str:
    """Return the one sentence that tells a reader how much there is to read."""
    must_read, worth_a_look = (
        sum(digest.relevance_counts[score] for score in scores) for scores in (MUST_READ, WORTH_A_LOOK)
    )
    annotated, subject = say_papers(digest.counts.annotated), digest.criterion.subject
    if not digest.counts.annotated:
        return "No paper was annotated."
    if not must_read:
        return f"No must-read for {subject} among {annotated}; {worth_a_look:,} worth a look."
    verb = "is" if must_read == 1 else "are"
    return f"{must_read:,} of {annotated} {verb} a must-read for {subject}; {worth_a_look:,} more worth a look."


def say_counts(digest: Digest) -> str:
    """Return the sum that shows that no record was lost."""
    counts = digest.counts
    return (
        f"{counts.read:,} read = {counts.annotated:,} annotated + {counts.failed:,} failed"
        f" + {counts.skipped:,} skipped + {counts.duplicate:,} duplicate"
    )


def say_translations(digest: Digest) -> str:
    """Return which translations are missing and why; empty when none is."""
    if not digest.counts.annotated:
        return ""
    if "extractive" in digest.origin.annotators and not digest.languages:
        return "No translations: the extractive annotator quotes the abstract in its own language."
    if digest.missing_languages:
        return f"No paper has a translation into {_listed(language.name for language in digest.missing_languages)}."
    return "" if digest.languages else "No translations: none were asked for."


def say_quote(evidence: Evidence) -> str:
    """Return the evidence, cut at a word when it is too long for a glance."""
    if len(evidence.quote) <= _MAX_QUOTE_CHARACTERS:
        return evidence.quote
    return evidence.quote[:_MAX_QUOTE_CHARACTERS].rsplit(" ", 1)[0] + " …"


def say_whereabouts(record: SetAside) -> str:
    """Return where a record stands in its source."""
    return f"{record.file}, line {record.line:,}" if record.line else record.file


def paper_facts(entry: Entry) -> tuple[str, ...]:
    """Return what a card says about a paper beside its authors: category, day, venue, version, limits."""
    paper = entry.paper
    facts = (
        paper.categories[0] if paper.categories else None,
        say_day(paper.published) if paper.published else "undated",
        paper.venue,
        f"version {paper.version}" if paper.version and paper.version > 1 else None,
        "read in part: the abstract exceeds the input limit" if entry.truncated else None,
    )
    return tuple(fact for fact in facts if fact)


def provenance_rows(digest: Digest) -> tuple[tuple[str, str], ...]:
    """Return how the digest was made, as pairs of a label and a text."""
    origin = digest.origin
    references = ((prompt.name, prompt.fingerprint) for prompt in origin.prompts)
    rows = (
        ("Annotated by", _say_annotators(origin)),
        ("Prompt", _listed(_say_reference(*reference) for reference in references)),
        ("Criterion", _say_reference(digest.criterion.name, digest.criterion.fingerprint)),
        ("Taxonomy", _say_reference(digest.taxonomy.name, digest.taxonomy.fingerprint)),
        ("Translations", _listed(f"{language.endonym} ({language.tag})" for language in digest.languages)),
        ("Tokens", _say_tokens(origin)),
        ("Cost", _say_cost(origin)),
        ("Papers published", say_days(digest)),
        ("Runs", _listed(origin.run_ids)),
        ("Software", f"summarizer {_listed(origin.versions)}"),
        ("Made", _say_moment(digest.generated_at)),
    )
    return tuple((label, text) for label, text in rows if text != "none" or label == "Cost")


def _say_annotators(origin: Origin) -> str:
    if origin.annotators == ("extractive",):
        return _EXTRACTIVE
    requested, served = _listed(origin.requested_models), _listed(origin.served_models)
    chat = requested if requested == served or not origin.served_models else f"{requested}, served as {served}"
    return f"{chat}; {_EXTRACTIVE}" if "extractive" in origin.annotators else chat


def _say_tokens(origin: Origin) -> str:
    usage = origin.usage
    if not usage.input_tokens and not usage.output_tokens:
        return "none" if origin.annotators == ("extractive",) else "not reported"
    return (
        f"{usage.input_tokens:,} input ({usage.cached_input_tokens:,} at the cached price),"
        f" {usage.output_tokens:,} output ({usage.reasoning_tokens:,} for reasoning)"
    )


def _say_cost(origin: Origin) -> str:
    if origin.annotators == ("extractive",):
        return "none"
    cost = "unknown" if origin.cost_usd is None else f"{origin.cost_usd:,.{2 if origin.cost_usd >= 1 else 4}f} USD"
    return f"{cost}; {say_papers(origin.cache_hits)} answered from the cache"


def _say_reference(name: str, fingerprint: str) -> str:
    return f"{name} ({fingerprint[:_FINGERPRINT_CHARACTERS]})"


def _say_moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts) or "none"
