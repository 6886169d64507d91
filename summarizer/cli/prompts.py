"""`summarizer prompts`: what is sent, exactly."""

from __future__ import annotations

from typing import Annotated

import typer

from summarizer.cli import options
from summarizer.cli.output import print_data, print_json, say

app = typer.Typer(
    no_args_is_help=True,
    help="Look at what is sent, exactly.",
    epilog="[bold]Example[/]: summarizer prompts render examples/sample-week",
)


@app.command("list", epilog="[bold]Example[/]: summarizer prompts list")
def list_prompts(as_json: options.AsJson = False) -> None:
    """List the released prompts, taxonomies and criteria."""
    from summarizer.contract.released import list_released  # noqa: PLC0415  # keeps --help instant

    released = list_released()
    if as_json:
        fields = ("kind", "name", "fingerprint", "description")
        print_json([{field: getattr(file, field) for field in fields} for file in released])
        return
    for file in released:
        print_data(f"{file.kind:<10} {file.name:<30} {file.fingerprint[:12]}  {file.description}")


@app.command("show", epilog="[bold]Examples[/]: summarizer prompts show annotate · summarizer prompts show taxonomy.v1")
def show_prompt(
    name: Annotated[str, typer.Argument(help="A name that `prompts list` prints, with or without version.")],
) -> None:
    """Print a released file as it is: a good start for one of your own."""
    from summarizer.contract.released import find_released  # noqa: PLC0415  # keeps --help instant

    print_data(find_released(name).path.read_text(encoding="utf-8").rstrip())


@app.command("render", epilog="[bold]Example[/]: summarizer prompts render examples/sample-week --limit 2")
def render_prompt(
    inputs: options.Inputs,
    prompt: options.PromptName = None,
    taxonomy: options.TaxonomyName = None,
    criterion: options.CriterionName = None,
    languages: options.Languages = None,
    model: options.Model = None,
    limit: Annotated[int, typer.Option(min=1, help="Render the first N papers.")] = 1,
    as_json: options.AsJson = False,
) -> None:
    """Print the messages for the first papers of the inputs, with their sizes; nothing is sent."""
    flags = dict(locals())
    from summarizer.chat.tokens import estimate_tokens  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.setup import read_settings, render_messages  # noqa: PLC0415

    settings = read_settings(flags)
    rendered = render_messages(inputs, settings, limit)
    if as_json:
        print_json([{"system": one.system, "user": one.user, "truncated": one.truncated} for one in rendered])
        return
    print_data(rendered[0].system)
    for one in rendered:
        print_data(f"\n{'-' * 80}\n{one.user}")
    system, user = (estimate_tokens(text, settings.model or "") for text in (rendered[0].system, rendered[0].user))
    say(f"static part: about {system:,} tokens; first paper: about {user:,}")
