"""`summarizer digest`: from papers, or from results that are already there, to the page of a week and its other forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from summarizer.cli import digest_options, filtering, options
from summarizer.cli.output import print_data, print_json, say

if TYPE_CHECKING:
    from summarizer.cli.publishing import Publication
    from summarizer.cli.running import JobResult
    from summarizer.papers import Filters
    from summarizer.settings import Settings

EPILOG = """[bold]Examples[/]

summarizer digest examples/sample-week -m extractive -o digest

summarizer digest papers/ --last-week -m MODEL -o digests

summarizer digest papers/ --week 2026-W46 -m MODEL -o digests --email

summarizer digest results.jsonl -o digest
"""


def digest(
    inputs: options.Inputs,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the pages.", show_default=False)],
    week: digest_options.Week = None,
    last_week: digest_options.LastWeek = False,
    since: digest_options.Since = None,
    until: digest_options.Until = None,
    repeat: digest_options.Repeat = False,
    title: digest_options.Title = None,
    threshold: digest_options.Threshold = None,
    formats: digest_options.Formats = "html,md,atom,json",
    site_url: digest_options.SiteUrl = None,
    email: digest_options.Email = False,
    to: digest_options.To = None,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    temperature: options.Temperature = None,
    seed: options.Seed = None,
    reasoning_effort: options.ReasoningEffort = None,
    max_output_tokens: options.MaxOutputTokens = None,
    price_in: options.PriceIn = None,
    price_out: options.PriceOut = None,
    prompt: options.PromptName = None,
    taxonomy: options.TaxonomyName = None,
    criterion: options.CriterionName = None,
    languages: options.Languages = None,
    translate_abstract: options.TranslateAbstract = None,
    cache_dir: options.CacheDir = None,
    concurrency: options.Concurrency = None,
    pack: options.Pack = None,
    timeout_seconds: options.TimeoutSeconds = None,
    rpm: options.Rpm = None,
    tpm: options.Tpm = None,
    max_cost: options.MaxCost = None,
    categories: filtering.Categories = None,
    primary_only: filtering.PrimaryOnly = False,
    venues: filtering.Venues = None,
    match: filtering.Match = None,
    exclude: filtering.Exclude = None,
    limit: filtering.Limit = None,
    sample: filtering.Sample = None,
    sample_seed: options.SampleSeed = 0,
    source: filtering.SourceName = None,
    overwrite: options.Overwrite = False,
    retry_failed: options.RetryFailed = False,
    replay: options.Replay = False,
    strict: options.Strict = False,
    as_json: options.AsJson = False,
) -> None:
    """Build a digest: page, Markdown, feed and JSON. Papers are annotated first; results files are used as they are.

    With days named, each digest gets a folder of its own under an archive page, and leaves out what an earlier one showed.
    """
    flags = dict(locals())
    from summarizer.cli.mailing import plan_mail  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.publishing import publish, select_results  # noqa: PLC0415
    from summarizer.cli.setup import read_settings  # noqa: PLC0415
    from summarizer.cli.windowing import describe_selection  # noqa: PLC0415

    settings = read_settings(flags)
    filters = filtering.build_filters(flags | {"since": None, "until": None})  # the window's here
    results = select_results(inputs, filters)
    publication = _plan(flags, settings, annotates=not results)
    mail = plan_mail(settings, to) if email else None
    run = None if results else _annotate(flags, settings, filters, publication)
    results = results or [publication.digest_folder / "results.jsonl"]
    publication = _complete(flags, settings, publication, run)
    published = publish(results, publication)
    if publication.edition:
        for line in describe_selection(publication.edition.selection):
            say(line)
    if not as_json:
        print_data("\n".join(map(str, published.paths)))
    if mail and not publication.notes:
        say(mail.send(published.digest, publication.digest_url))
    elif mail:
        say("mail not sent: the run stopped early and its digest is not whole")
    if run and run.error:
        raise run.error
    raise typer.Exit(run.exit_code if run else 0)


def _plan(flags: Mapping[str, Any], settings: Settings, *, annotates: bool) -> Publication:
    from datetime import UTC, datetime  # noqa: PLC0415

    from summarizer.cli.choices import choose_formats, choose_site_url, choose_threshold  # noqa: PLC0415
    from summarizer.cli.publishing import Publication  # noqa: PLC0415
    from summarizer.cli.windowing import open_edition  # noqa: PLC0415

    given = settings.model_fields_set
    return Publication(
        folder=flags["output"],
        edition=open_edition(flags, flags["output"], datetime.now(UTC).date()),
        title=flags["title"],
        taxonomy=settings.taxonomy if annotates or "taxonomy" in given else None,
        criterion=settings.criterion if annotates or "criterion" in given else None,
        languages=settings.languages if not annotates and flags["languages"] is not None else None,
        threshold=choose_threshold(flags["threshold"], settings),
        formats=choose_formats(flags["formats"]),
        site_url=choose_site_url(flags["site_url"]),
    )


def _complete(
    flags: Mapping[str, Any], settings: Settings, publication: Publication, run: JobResult | None
) -> Publication:
    """Return the publication with what is known once its papers are annotated."""
    from dataclasses import replace  # noqa: PLC0415

    from summarizer.cli.ending import describe_stop  # noqa: PLC0415
    from summarizer.cli.overviewing import OverviewDesk  # noqa: PLC0415
    from summarizer.cli.purse import Purse  # noqa: PLC0415

    purse, notes = Purse(settings.max_cost), describe_stop(run) if run else ()
    if run:
        purse.settle(run.report)
    desk = OverviewDesk(
        settings,
        publication.digest_folder,
        also=None if run else Path(flags["inputs"][0]).parent,
        may_ask=run is not None or flags["model"] is not None,
        replay=flags["replay"],
        is_whole=not notes,
        purse=purse,
    )
    return replace(publication, desk=desk, notes=notes)


def _annotate(flags: Mapping[str, Any], settings: Settings, filters: Filters, publication: Publication) -> JobResult:
    from summarizer.cli.ending import may_publish, say_result  # noqa: PLC0415
    from summarizer.cli.running import Job, run_job  # noqa: PLC0415

    job = Job(
        flags["inputs"],
        publication.digest_folder / "results.jsonl",
        filters=publication.edition.narrow(filters) if publication.edition else filters,
        source=flags["source"],
        overwrite=flags["overwrite"],
        retry_failed=flags["retry_failed"],
        strict=flags["strict"],
        replay=flags["replay"],
    )
    outcome = run_job(job, settings)
    filtering.say_counts(outcome.filtered)
    say_result(outcome, job)
    if flags["as_json"]:
        print_json(outcome.report.to_json())
    if outcome.error and not may_publish(outcome):
        raise outcome.error
    return outcome
