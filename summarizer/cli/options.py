"""The flags that several commands share, each defined once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_MODEL, _ASKED, _RUN = "Chat model", "What is asked", "Run"

Inputs = Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.", show_default=False)]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", help="Name of the chat model, or [bold]extractive[/] for none.", rich_help_panel=_MODEL
    ),
]
BaseUrl = Annotated[
    str | None, typer.Option(help="Root of an OpenAI-compatible API.", metavar="URL", rich_help_panel=_MODEL)
]
Temperature = Annotated[float | None, typer.Option(help="Sent only when set.", rich_help_panel=_MODEL)]
Seed = Annotated[int | None, typer.Option(help="Sent only when set.", rich_help_panel=_MODEL)]
ReasoningEffort = Annotated[
    str | None, typer.Option(help="Sent only when set, for instance low.", rich_help_panel=_MODEL)
]
MaxOutputTokens = Annotated[
    int | None, typer.Option(help="Limit of one reply, reasoning included.", rich_help_panel=_MODEL)
]
PriceIn = Annotated[
    float | None, typer.Option(help="USD for a million input tokens, if unlisted.", rich_help_panel=_MODEL)
]
PriceOut = Annotated[
    float | None, typer.Option(help="USD for a million output tokens, if unlisted.", rich_help_panel=_MODEL)
]
PromptName = Annotated[str | None, typer.Option("--prompt", help="Name or file of the prompt.", rich_help_panel=_ASKED)]
TaxonomyName = Annotated[
    str | None, typer.Option("--taxonomy", help="Name or file of the tags.", rich_help_panel=_ASKED)
]
CriterionName = Annotated[
    str | None, typer.Option("--criterion", help="Name or file of the relevance rubric.", rich_help_panel=_ASKED)
]
Languages = Annotated[
    str | None,
    typer.Option("--lang", help="Languages to translate to, comma-separated; none for none.", rich_help_panel=_ASKED),
]
TranslateAbstract = Annotated[
    bool | None,
    typer.Option("--translate-abstract", help="Translate whole abstracts in a second call.", rich_help_panel=_ASKED),
]
CacheDir = Annotated[Path | None, typer.Option(help="Folder of the response cache.", rich_help_panel=_RUN)]
Concurrency = Annotated[
    int | None, typer.Option("--concurrency", "-c", help="Requests in flight.", rich_help_panel=_RUN)
]
Pack = Annotated[
    int | None,
    typer.Option(
        "--pack", help="Papers in one request, up to 32; see docs/bulk.md before.", metavar="N", rich_help_panel=_RUN
    ),
]
TimeoutSeconds = Annotated[
    float | None, typer.Option("--timeout", help="Seconds for one request.", metavar="SECONDS", rich_help_panel=_RUN)
]
Rpm = Annotated[
    int | None, typer.Option("--rpm", help="Requests a minute; learned when not given.", rich_help_panel=_RUN)
]
Tpm = Annotated[
    int | None, typer.Option("--tpm", help="Tokens a minute; learned when not given.", rich_help_panel=_RUN)
]
MaxCost = Annotated[
    float | None,
    typer.Option("--max-cost", help="USD that this run may cost at most.", metavar="USD", rich_help_panel=_RUN),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what a run would ask and cost, and ask nothing.", rich_help_panel=_RUN)
]
Replay = Annotated[bool, typer.Option("--replay", help="Use stored replies alone.", rich_help_panel=_RUN)]
Metrics = Annotated[
    Path | None,
    typer.Option("--metrics", help="Keep Prometheus metrics in FILE.", metavar="FILE", rich_help_panel=_RUN),
]
SampleSeed = Annotated[int, typer.Option(help="Another number draws other papers.", rich_help_panel="Which papers")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Start the output anew.", rich_help_panel=_RUN)]
RetryFailed = Annotated[
    bool, typer.Option("--retry-failed", help="Ask anew for papers that failed before.", rich_help_panel=_RUN)
]
CheckGold = Annotated[
    bool,
    typer.Option(
        "--check-gold", help="Judge prompt and model on the gold set first; refuse to start.", rich_help_panel=_RUN
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 for skipped records too.", rich_help_panel=_RUN)]
AsJson = Annotated[bool, typer.Option("--json", help="Print a report for machines to stdout.")]
