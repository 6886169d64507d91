"""One reader's week: fetch, annotate, publish, mail; each step goes on where an earlier run stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from summarizer.annotate.assembly import build_budget
from summarizer.annotate.extractive import EXTRACTIVE
from summarizer.chat.pricing import find_price
from summarizer.cli import filtering
from summarizer.cli.choices import choose_site_url, choose_threshold
from summarizer.cli.ending import describe_stop, may_publish, say_result
from summarizer.cli.fetching import Fetcher, build_request
from summarizer.cli.mail_record import MailRecord
from summarizer.cli.mailing import MailPlan, plan_mail
from summarizer.cli.output import say
from summarizer.cli.overviewing import OverviewDesk
from summarizer.cli.profiles import ReaderProfile
from summarizer.cli.publishing import Publication, Published, publish
from summarizer.cli.purse import Purse
from summarizer.cli.running import INTERRUPTED, Job, JobResult, run_job
from summarizer.cli.windowing import Edition, describe_selection
from summarizer.contract.criterion import load_criterion
from summarizer.contract.languages import get_language
from summarizer.contract.prompts import load_prompt
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.digest.contents import Digest, Window
from summarizer.digest.selection import Selection
from summarizer.digest.shown import digests_before, read_shown
from summarizer.errors import ConfigurationError, DeliveryError
from summarizer.papers import Filters
from summarizer.papers.harvest import HarvestRequest
from summarizer.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done for one reader, checked before anything is fetched or paid for."""

    name: str
    profile: ReaderProfile
    settings: Settings
    edition: Edition
    filters: Filters
    request: HarvestRequest | None
    """What to fetch; None where all papers are in files."""
    publication: Publication
    mail: MailPlan | None
    work: Path
    """Folder of results, the ledger of runs and the overview: nothing in it is for publishing."""
    overwrite: bool = False
    """Start the results anew; replies in the cache cost nothing."""
    retry_failed: bool = False

    def describe(self) -> list[str]:
        """Return what will be done, a line for each step."""
        window, profile = self.edition.window, self.profile
        wanted = [*profile.harvest, *([profile.query] if profile.query else [])]
        cap = (
            "no cap on the cost" if self.settings.max_cost is None else f"at most ${self.settings.max_cost:,.2f} in all"
        )
        return [
            f"{self.name}: {window.label}, {window.first} to {window.last}",
            f"  papers  {', '.join([*(f'arXiv {name}' for name in wanted), *profile.inputs])}",
            f"  model   {self.settings.model}, {cap}",
            f"  digest  {self.publication.digest_folder}",
            f"  mail    {', '.join(profile.mail_to) or 'none'}",
        ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended."""

    exit_code: int
    summary: str
    """One line."""


def plan_profile(
    name: str, profile: ReaderProfile, settings: Settings, window: Window, *, work: Path, address: str | None
) -> Plan:
    """Check everything that can be checked before the first request.

    Raises:
        ConfigurationError: no model or key, or a value of the profile can't be used.
        PromptError: a prompt, taxonomy or criterion can't be used.
        StoreError: what the output folder says about earlier digests can't be used.
    """
    settings = profile.specialize(settings)
    _check_annotator(settings)
    past = digests_before(window, read_shown(profile.folder))
    edition = Edition(window, past, Selection(window, past))
    publication = Publication(
        folder=profile.folder,
        edition=edition,
        title=profile.title,
        taxonomy=settings.taxonomy,
        criterion=settings.criterion,
        languages=None,
        threshold=choose_threshold(_text(profile.min_relevance), settings),
        formats=profile.formats,
        site_url=choose_site_url(profile.site_url),
        kinds=profile.sections,
    )
    mail = plan_mail(settings, profile.mail_to) if profile.mail_to else None
    request = build_request(profile, window, address)
    folder = work / window.label / name
    return Plan(name, profile, settings, edition, profile.build_filters(), request, publication, mail, folder)


def execute(plan: Plan, fetcher: Fetcher, purse: Purse, mailed: MailRecord) -> Outcome:
    """Do what was planned; what is done already costs nothing.

    Raises:
        SummarizerError: what stopped it; the digest is published as far as it could be when the budget did.
    """
    fetched = fetcher.fetch(plan.request) if plan.request else None
    spent_before = purse.spent_usd
    inputs = [*([str(fetched)] if fetched else []), *plan.profile.inputs]
    settings = purse.limit(plan.settings)
    result = _annotate(plan, inputs, settings, purse) if inputs else None
    if result and result.exit_code == INTERRUPTED:
        return Outcome(INTERRUPTED, f"{_heading(plan)}: interrupted; the same command goes on")
    notes = describe_stop(result) if result else ()
    desk = OverviewDesk(plan.settings, plan.work, may_ask=True, is_whole=not notes, purse=purse)
    results = [plan.work / "results.jsonl"] if result else []
    published = publish(results, replace(plan.publication, desk=desk, notes=notes))
    for line in describe_selection(plan.edition.selection):
        say(line)
    sent, exit_code = _mail(plan, published.digest, mailed, is_whole=not notes)
    cost = "cost unknown" if result and result.report.cost_usd is None else f"${purse.spent_usd - spent_before:,.4f}"
    return _conclude(plan, published, result, [cost, *([sent] if sent else [])], exit_code)


def _check_annotator(settings: Settings) -> None:
    if settings.model is None:
        raise ConfigurationError('model: not set; name one in summarizer.toml, or model = "extractive" for none')
    if settings.model != EXTRACTIVE:
        if settings.needs_key and settings.api_key is None:
            raise ConfigurationError(f"OPENAI_API_KEY: not set, and {settings.public_base_url} needs it")
        price = find_price(settings.base_url, settings.model, price_in=settings.price_in, price_out=settings.price_out)
        build_budget(settings, settings.model, price)
    for tag in settings.languages:
        get_language(tag)
    load_prompt(settings.prompt, reply="annotation")
    load_taxonomy(settings.taxonomy)
    load_criterion(settings.criterion)


def _annotate(plan: Plan, inputs: list[str], settings: Settings, purse: Purse) -> JobResult:
    job = Job(
        inputs,
        plan.work / "results.jsonl",
        filters=plan.edition.narrow(plan.filters),
        overwrite=plan.overwrite,
        retry_failed=plan.retry_failed,
    )
    result = run_job(job, settings)
    purse.settle(result.report)
    filtering.say_counts(result.filtered)
    say_result(result, job)
    if result.error and not may_publish(result):
        raise result.error
    if result.error:
        say(f"error: {result.error}")
    return result


def _mail(plan: Plan, digest: Digest, mailed: MailRecord, *, is_whole: bool) -> tuple[str, int]:
    """Send to those who do not have it yet, and return what to say and the exit code."""
    if plan.mail is None:
        return "", 0
    if not is_whole or not digest.counts.annotated:
        return "not mailed: the digest is not whole" if not is_whole else "not mailed: no papers", 0
    label, sent, refused = plan.edition.window.label, 0, 0
    for recipient in plan.mail.recipients:
        if mailed.is_sent(plan.name, label, recipient):
            continue
        try:
            replace(plan.mail, recipients=(recipient,)).send(digest, plan.publication.digest_url)
        except DeliveryError as error:
            say(f"error: {error}")
            refused += 1
            continue
        mailed.add(plan.name, label, recipient)
        sent += 1
    text = f"mailed to {sent}" if sent or not refused else "not mailed"
    return f"{text}, {refused} failed" if refused else text, DeliveryError.exit_code if refused else 0


def _conclude(plan: Plan, published: Published, result: JobResult | None, said: list[str], exit_code: int) -> Outcome:
    digest = published.digest
    facts = [
        f"{digest.counts.annotated:,} papers",
        f"{digest.count_kind('must_read'):,} must-read",
        f"{digest.counts.failed:,} failed",
        f"{result.report.calls if result else 0:,} calls for annotations",
        *said,
        str(published.paths[0]),
    ]
    codes = [exit_code, result.exit_code if result else 0]
    return Outcome(find_worst(codes), f"{_heading(plan)}: {', '.join(facts)}")


_SEVERITY = (0, 1, 6, 3, 2, 130, 70)
"""Exit codes, the mildest first."""


def find_worst(codes: Sequence[int]) -> int:
    """Return the exit code that says most about what went wrong."""
    return max(codes, key=lambda code: _SEVERITY.index(code) if code in _SEVERITY else len(_SEVERITY), default=0)


def _heading(plan: Plan) -> str:
    return f"{plan.edition.window.label} {plan.name}"


def _text(threshold: int | str | None) -> str | None:
    return None if threshold is None else str(threshold)
