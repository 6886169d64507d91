"""The flags that the commands of `summarizer eval` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

_ON, _VERDICT, _RUN = "What is scored", "Verdict", "Run"

GOLD = Path("eval/gold")
REPORTS = Path("eval/reports")
BASELINES = Path("eval/baselines")
GATE = Path("eval/gate.toml")

ScoredSplit = Literal["dev", "test"]
OnInconclusive = Literal["pass", "fail"]

Gold = Annotated[Path, typer.Option("--gold", help="Folder of the gold set.", metavar="DIR", rich_help_panel=_ON)]
Split = Annotated[
    ScoredSplit,
    typer.Option(help="[bold]test[/] decides and wears out: it needs --reason.", rich_help_panel=_ON),
]
Repeats = Annotated[int, typer.Option("--repeat", min=1, help="Replies for each paper.", rich_help_panel=_ON)]
Reason = Annotated[
    str | None,
    typer.Option(help="Why the test split is read; kept in its ledger.", metavar="TEXT", rich_help_panel=_ON),
]
By = Annotated[
    str | None, typer.Option(help="Who reads it; your login name by default.", metavar="NAME", rich_help_panel=_ON)
]
Reports = Annotated[Path, typer.Option(help="Folder of the runs.", metavar="DIR", rich_help_panel=_RUN)]
Offline = Annotated[
    bool, typer.Option("--offline", help="Use stored replies alone; a missing one is exit 5.", rich_help_panel=_RUN)
]
Baselines = Annotated[
    Path, typer.Option("--baselines", help="Folder of committed baselines.", metavar="DIR", rich_help_panel=_VERDICT)
]
Gate = Annotated[
    Path, typer.Option("--gate", help="File of margins and rules.", metavar="FILE", rich_help_panel=_VERDICT)
]
Inconclusive = Annotated[
    OnInconclusive | None,
    typer.Option(help="Exit 0 or 3 for an inconclusive verdict, instead of 4.", rich_help_panel=_VERDICT),
]
RunName = Annotated[str, typer.Argument(help="Id of a run, or the end of it, or its folder.", show_default=False)]
