"""The commands in one place, and the one place where errors become exit codes."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from summarizer import __version__
from summarizer.cli import (
    annotate,
    batch,
    cache,
    digest,
    doctor,
    evaluate,
    export,
    gold,
    harvest,
    init,
    join,
    papers,
    prompts,
    runs,
    weekly,
)
from summarizer.cli.output import print_data, say
from summarizer.errors import SummarizerError

INTERNAL_ERROR = 70
DEBUG, VERSION = "--debug", "--version"

EPILOG = """[bold]Start here[/]: summarizer digest examples/sample-week -m extractive -o digest

[bold]--version[/] prints the version; [bold]--debug[/], anywhere on the line, shows debug messages and tracebacks.
"""

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Read scientific abstracts in bulk through a chat model, and prove how well it does.",
    epilog=EPILOG,
)
app.command(epilog=papers.EPILOG)(papers.papers)
app.command(epilog=annotate.EPILOG)(annotate.annotate)
app.command(epilog=digest.EPILOG)(digest.digest)
app.command(epilog=init.EPILOG)(init.init)
app.command(epilog=weekly.EPILOG)(weekly.weekly)
app.command(epilog=harvest.EPILOG)(harvest.harvest)
app.command(epilog=join.EPILOG)(join.join)
app.command(epilog=export.EPILOG)(export.export)
app.add_typer(prompts.app, name="prompts")
app.add_typer(evaluate.app, name="eval")
app.add_typer(gold.app, name="gold")
app.add_typer(cache.app, name="cache")
app.add_typer(batch.app, name="batch")
app.command(epilog=runs.EPILOG)(runs.runs)
app.command(epilog=doctor.EPILOG)(doctor.doctor)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    `--debug` and `--version` are taken off here: an option of the whole program would make Typer load its converters,
    and with them pydantic, before it shows any help.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    is_debug = DEBUG in arguments
    arguments = [argument for argument in arguments if argument != DEBUG]
    _configure_logging(logging.DEBUG if is_debug else logging.WARNING)
    if arguments == [VERSION]:
        print_data(f"summarizer {__version__}")
        sys.exit(0)
    try:
        app(args=arguments, prog_name="summarizer")
    except Exception as error:  # the last line of defence: one clear line and an exit code
        if is_debug:
            raise
        sys.exit(_explain(error))
    sys.exit(0)


def _configure_logging(level: int) -> None:
    package = logging.getLogger("summarizer")
    package.setLevel(level)
    package.handlers = [logging.StreamHandler()]


def _explain(error: Exception) -> int:
    if isinstance(error, SummarizerError):
        say(f"error: {error}")
        return error.exit_code
    say(
        f"internal error: {type(error).__name__}: {error}\nplease report it with the output of the same line and --debug"
    )
    return INTERNAL_ERROR
