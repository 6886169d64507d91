"""`summarizer doctor`: is everything there that a run needs?"""

from __future__ import annotations

import typer

from summarizer.cli import options
from summarizer.cli.output import print_data, print_json

EPILOG = """[bold]Examples[/]

summarizer doctor -m MODEL

summarizer doctor -m MODEL --base-url http://localhost:11434/v1

A chat model is sent one short made-up abstract, about 3,000 tokens.
"""


def doctor(
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    prompt: options.PromptName = None,
    taxonomy: options.TaxonomyName = None,
    criterion: options.CriterionName = None,
    languages: options.Languages = None,
    cache_dir: options.CacheDir = None,
    timeout_seconds: options.TimeoutSeconds = None,
    as_json: options.AsJson = False,
) -> None:
    """Check settings, key, cache folder, endpoint, model and structured output, and name the fix for each finding."""
    flags = dict(locals())
    from summarizer.cli.diagnosis import diagnose  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings  # noqa: PLC0415

    findings = diagnose(read_settings(flags))
    if as_json:
        print_json([finding.to_json() for finding in findings])
    else:
        for finding in findings:
            print_data(f"{finding.level:<8} {finding.subject:<18} {finding.detail}")
            if finding.fix:
                print_data(f"{'':<27} → {finding.fix}")
    raise typer.Exit(max(finding.exit_code for finding in findings))
