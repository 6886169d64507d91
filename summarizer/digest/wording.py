"""How counts, dates, money and provenance are said, the same in every output form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from summarizer.digest.account import Origin, SetAside
from summarizer.digest.contents import Digest, Entry, Evidence, GoldScore, Overview, Statement

RELEVANCE_WORDS = ("none", "marginal", "partial", "substantial", "central", "core")
"""One word for each relevance, 0 to 5; the rubric's definition says what it means."""
SHOWN_AUTHORS = 4
"""Names shown before the rest is folded."""
FAILED_NOTE = "These papers were read, but no annotation of them passed. They may matter: look at them yourself."
TRUST_NOTE = (
    "Summaries, tags and scores come from the abstracts alone and can be wrong. The quote under each summary is what the"
    " score rests on."
)
NEW_VERSIONS_NOTE = "An earlier digest showed these papers; a newer version has come out since."
TREND_HEADING = "Share in the digests before, the oldest first"
_MAX_QUOTE_CHARACTERS = 240
_FINGERPRINT_CHARACTERS = 12
_MONTH_NAMES = "January February March April May June July August September October November December"
_MONTHS = _MONTH_NAMES.split()
_EXTRACTIVE = "extractive: a sentence of the abstract and a weighted lexicon, no chat model"


def say_day(day: date | datetime) -> str:
    """Return a UTC day, for instance `30 October 2023`, whatever the locale of this machine."""
    if isinstance(day, datetime):
        day = day.astimezone(UTC).date()
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_days(digest: Digest) -> str:
    """Return the days of the window, else those on which the papers were published, or that none has a date."""
    if digest.window:
        return say_window(digest.window.label, digest.window.first, digest.window.last)
    if digest.first_date is None or digest.last_date is None:
        return "undated"
    first, last = say_day(digest.first_date), say_day(digest.last_date)
    return first if first == last else f"{first} to {last}"


def say_window(label: str, first: date, last: date) -> str:
    """Return the days of a window, with its name where that says more."""
    days = say_day(first) if first == last else f"{say_day(first)} to {say_day(last)}"
    return f"{label}, {days}" if "W" in label else days


def say_papers(count: int) -> str:
    """Return a number of papers."""
    return f"{count:,} paper" if count == 1 else f"{count:,} papers"


def say_headline(digest: Digest) -> str:
    """Return the one sentence that tells a reader how much there is to read."""
    must_read, worth_a_look = digest.count_kind("must_read"), digest.count_kind("topic")
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
        f"{counts.read:,} records read = {counts.annotated:,} annotated + {counts.failed:,} failed"
        f" + {counts.skipped:,} skipped + {counts.duplicate:,} duplicate"
    )


def say_left_out(digest: Digest) -> str:
    """Return what is not among the papers of these days, and what is although it has no day; empty when there is none."""
    parts = []
    if digest.earlier:
        verb = "was" if digest.earlier == 1 else "were"
        parts.append(f"{say_papers(digest.earlier)} left out, which {verb} in another digest.")
    if digest.undated and digest.window:
        verb = "has" if digest.undated == 1 else "have"
        parts.append(f"{say_papers(digest.undated)} {verb} no date and may be of other days.")
    return " ".join((*digest.notes, *parts))


def say_unlisted(count: int) -> tuple[str, ...]:
    """Return that papers of sections which were not asked for are left out, if there are any."""
    verb = "is" if count == 1 else "are"
    return (f"{say_papers(count)} {verb} counted here and not listed.",) if count else ()


def say_nothing(digest: Digest) -> str:
    """Return why a digest lists no paper."""
    counts = digest.counts
    if counts.annotated:
        return "No paper is of a kind that is listed here."
    if counts.failed:
        return f"None of {say_papers(counts.failed)} could be annotated."
    return (
        "No new paper of these days was among what was read." if digest.window else "Nothing that was read is a paper."
    )


def say_overview_absence(origin: Origin) -> str:
    """Return why a digest has no overview, as far as its annotations tell."""
    if not origin.annotators:
        return "No overview: there is no paper."
    if origin.annotators == ("extractive",):
        return "No overview: it takes a chat model, and the extractive annotator is none."
    return "No overview: none was asked for."


def say_share(share: float) -> str:
    """Return a share of the papers as a percentage."""
    return f"{share:.0%}"


def say_shares(shares: Iterable[float]) -> str:
    """Return shares in their order."""
    return _listed(map(say_share, shares))


def cited_entries(digest: Digest, statement: Statement) -> tuple[Entry, ...]:
    """Return the papers that a statement rests on, in reading order."""
    return tuple(entry for entry in digest.entries if entry.paper.id in statement.paper_ids)


def say_gold_score(score: GoldScore) -> str:
    """Return how a prompt and model did on labelled papers, with the intervals."""
    metrics = "; ".join(
        f"{metric.label} {metric.value:.2f} ({metric.low:.2f} to {metric.high:.2f})" for metric in score.metrics
    )
    return f"{metrics}; {say_papers(score.n)} of the {score.split} split, {score.prompt.name} with {score.model}"


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
        say_day(entry.announced) if entry.announced else "undated",
        paper.venue,
        f"version {paper.version}" if paper.version and paper.version > 1 else None,
        "read in part: the abstract exceeds the input limit" if entry.truncated else None,
    )
    return tuple(fact for fact in facts if fact)


def provenance_rows(digest: Digest) -> tuple[tuple[str, str], ...]:
    """Return how the digest was made, as pairs of a label and a text."""
    origin = digest.origin
    rows = (
        ("Annotated by", _say_annotators(origin)),
        ("Prompt", _listed(_say_reference(prompt.name, prompt.fingerprint) for prompt in origin.prompts)),
        (
            "Gold set",
            say_gold_score(digest.gold_score) if digest.gold_score else _say_no_score(origin),
        ),
        ("Overview", _say_overview_origin(digest.overview)),
        ("Records", say_counts(digest)),
        ("Threshold", f"relevance {digest.threshold} or more for a place among the topics"),
        ("Criterion", _say_reference(digest.criterion.name, digest.criterion.fingerprint)),
        ("Taxonomy", _say_reference(digest.taxonomy.name, digest.taxonomy.fingerprint)),
        ("Translations", _listed(f"{language.endonym} ({language.tag})" for language in digest.languages)),
        ("Tokens", _say_tokens(origin)),
        ("Cost", _say_cost(origin)),
        ("Papers announced", say_days(digest)),
        ("Runs", _listed(origin.run_ids)),
        ("Software", _listed(f"summarizer {version}" for version in origin.versions)),
        ("Made", f"{digest.generated_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"),
    )
    return tuple((label, text) for label, text in rows if text != "none" or label == "Cost")


def _say_no_score(origin: Origin) -> str:
    return "no score known for this prompt and model" if origin.annotators else "none"


def _say_annotators(origin: Origin) -> str:
    if origin.annotators == ("extractive",):
        return _EXTRACTIVE
    requested, served = _listed(origin.requested_models), _listed(origin.served_models)
    chat = requested if requested == served or not origin.served_models else f"{requested}, served as {served}"
    return f"{chat}; {_EXTRACTIVE}" if "extractive" in origin.annotators else chat


def _say_tokens(origin: Origin) -> str:
    usage = origin.usage
    if not usage.input_tokens and not usage.output_tokens:
        return "none" if origin.annotators in {(), ("extractive",)} else "not reported"
    return (
        f"{usage.input_tokens:,} input ({usage.cached_input_tokens:,} at the cached price),"
        f" {usage.output_tokens:,} output ({usage.reasoning_tokens:,} for reasoning)"
    )


def _say_cost(origin: Origin) -> str:
    if origin.annotators in {(), ("extractive",)}:
        return "none"
    return f"{_say_usd(origin.cost_usd)}; {say_papers(origin.cache_hits)} answered from the cache"


def _say_overview_origin(overview: Overview | None) -> str:
    if overview is None or overview.origin is None:
        return "none"
    origin = overview.origin
    return (
        f"{_say_reference(origin.prompt.name, origin.prompt.fingerprint)} with {origin.model}, from"
        f" {origin.shown:,} of {say_papers(origin.relevant)} worth a look; cost {_say_usd(origin.cost_usd)}"
    )


def _say_usd(cost_usd: float | None) -> str:
    return "unknown" if cost_usd is None else f"{cost_usd:,.{2 if cost_usd >= 1 else 4}f} USD"


def _say_reference(name: str, fingerprint: str) -> str:
    return f"{name} ({fingerprint[:_FINGERPRINT_CHARACTERS]})"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts) or "none"
