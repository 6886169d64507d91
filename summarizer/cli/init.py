"""`summarizer init`: a few questions, and a settings file for `summarizer weekly`."""

from __future__ import annotations

import json
import math
import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.output import say
from summarizer.errors import ConfigurationError

SETTINGS_FILE = Path("summarizer.toml")
EXTRACTIVE = "extractive"
PROVIDER = "https://api.openai.com/v1"

EPILOG = """[bold]Examples[/]

summarizer init

summarizer init --yes

Keys are never asked for and never written: they belong into the environment.
"""

_NO_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Answers:
    """What the settings file is made of."""

    name: str = "medical-imaging"
    title: str = "Medical imaging, week by week"
    categories: tuple[str, ...] = ("eess.IV", "cs.CV")
    model: str = EXTRACTIVE
    base_url: str = PROVIDER
    languages: tuple[str, ...] = ("zh-Hans",)
    max_cost: float | None = 2.0
    prices: tuple[float, ...] = ()
    """USD for a million tokens, in and out, where the price list does not know the model."""
    min_relevance: int = 2
    output: str = "digests/medical-imaging"
    mail_to: tuple[str, ...] = ()
    smtp_host: str = ""
    mail_from: str = ""

    @property
    def uses_chat_model(self) -> bool:
        """Whether a chat model was named."""
        return self.model != EXTRACTIVE


def init(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take the defaults.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a summarizer.toml that is there.")] = False,
) -> None:
    """Ask a few questions and write summarizer.toml, for `summarizer weekly`."""
    if SETTINGS_FILE.exists() and not force:
        raise ConfigurationError(f"{SETTINGS_FILE} is there already; look at it, or replace it with --force")
    if not yes and not sys.stdin.isatty():
        raise ConfigurationError("init asks questions, and nobody is at this terminal; add --yes to take the defaults")
    answers = Answers() if yes else _ask(Answers())
    text = render_settings(answers)
    _check(text)
    from summarizer.cli.files import write_lines  # noqa: PLC0415  # keeps --help instant

    write_lines([text], SETTINGS_FILE)
    for line in _next_steps(answers):
        say(line)


def _ask(answers: Answers) -> Answers:
    name = _NO_NAME.sub("-", _prompt("Name of the digest", answers.name).lower()).strip("-") or answers.name
    answers = replace(
        answers,
        name=name,
        title=_prompt("Its title", answers.title),
        categories=_ask_list("arXiv categories to fetch every week", answers.categories),
    )
    answers = _ask_model(answers)
    answers = replace(
        answers,
        min_relevance=int(_prompt("Relevance from which a paper counts, 0 to 5", "2", _check_relevance)),
        output=_prompt("Folder of the pages", f"digests/{name}"),
        mail_to=_ask_list("Mail it to (addresses, or none)", ()),
    )
    if not answers.mail_to:
        return answers
    sender = _prompt("Sender", answers.mail_to[0])
    return replace(answers, mail_from=sender, smtp_host=_prompt("Mail server (port 587, STARTTLS)", "localhost"))


def _ask_model(answers: Answers) -> Answers:
    model = _prompt(f"Chat model, or {EXTRACTIVE} to work without one", answers.model)
    answers = replace(answers, model=model)
    if not answers.uses_chat_model:
        return answers
    cost = _prompt("USD that one week may cost at most, or none", "2", _check_cost)
    answers = replace(
        answers,
        base_url=_prompt("Its address", answers.base_url),
        languages=_ask_list("Translate to (language tags, or none)", answers.languages),
        max_cost=None if cost == "none" else float(cost),
    )
    return replace(answers, prices=_ask_prices(answers) if answers.max_cost else ())


def _ask_prices(answers: Answers) -> tuple[float, ...]:
    """Ask what tokens cost where that is not known: a cap can't be held without."""
    from summarizer.chat.pricing import find_price  # noqa: PLC0415  # keeps --help instant

    if find_price(answers.base_url, answers.model):
        return ()
    say("the price list does not know this model at this address; 0 for a server of your own")
    return tuple(float(_prompt(f"USD for a million tokens {way}", "0", _check_price)) for way in ("in", "out"))


def _ask_list(question: str, default: tuple[str, ...]) -> tuple[str, ...]:
    text = _prompt(question, ", ".join(default) or "none")
    return tuple(part for word in text.split(",") if (part := word.strip()) and part != "none")


def _prompt(question: str, default: str, check: Callable[[str], str] = str) -> str:
    text: str = typer.prompt(question, default=default, value_proc=check, err=True)
    return text.strip()


def _check_relevance(text: str) -> str:
    if text.strip() not in {"0", "1", "2", "3", "4", "5"}:
        raise typer.BadParameter("a number from 0 to 5 is needed")
    return text


def _check_cost(text: str) -> str:
    if text.strip() != "none" and not 0 < _read_number(text) < math.inf:
        raise typer.BadParameter("an amount above 0 is needed, or none")
    return text.strip()


def _check_price(text: str) -> str:
    if not 0 <= _read_number(text) < math.inf:
        raise typer.BadParameter("a price is needed, or 0")
    return text


def _read_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def render_settings(answers: Answers) -> str:
    """Return the settings file, with a comment on every key."""
    chat = [
        f"base_url = {_toml(answers.base_url)}",
        f"max_cost = {_toml(answers.max_cost)}  # USD, for all profiles of one run together"
        if answers.max_cost
        else "# max_cost = 2.0  # USD, for all profiles of one run together",
        *(
            f"price_{way} = {price}  # USD for a million tokens"
            for way, price in zip(("in", "out"), answers.prices, strict=False)
        ),
    ]
    mail = [
        f"smtp_host = {_toml(answers.smtp_host)}",
        f"mail_from = {_toml(answers.mail_from)}",
        '# smtp_user = "me"  # the password goes into SUMMARIZER_SMTP_PASSWORD',
    ]
    lines = [
        "# Settings of summarizer. Keys and passwords never stand here: they belong into the environment.",
        "",
        "# Who reads the abstracts: a chat model, or `extractive` for none (and no overview, no translations).",
        f"model = {_toml(answers.model)}",
        *(chat if answers.uses_chat_model else []),
        f"languages = {_toml(answers.languages)}  # titles and summaries are translated; [] for none",
        *(["", "# Mail, by SMTP with TLS.", *mail] if answers.mail_to else []),
        "",
        "# One table for each reader; `summarizer weekly` makes a digest for every one of them.",
        f"[profile.{answers.name}]",
        f"title = {_toml(answers.title)}",
        f"harvest = {_toml(answers.categories)}  # arXiv categories, fetched every week",
        '# inputs = ["papers/*.jsonl"]  # files to read as well',
        '# match = ["segmentation", "/low-?dose/"]  # words of title or abstract, all needed; any of the entries will do',
        '# exclude = ["retracted"]',
        '# criterion = "criterion.mine.toml"  # what relevance means, where it is not medical imaging',
        f'min_relevance = {answers.min_relevance}  # below it a paper has no place among the topics; "auto" for eval threshold\'s',
        '# sections = ["must_read", "topic"]  # leave out the rest, which is counted all the same',
        f"output = {_toml(answers.output)}",
        '# site_url = "https://example.org/digests/"  # where that folder is published; goes into feed and mail',
        f"{'' if answers.mail_to else '# '}mail_to = {_toml(answers.mail_to or ('me@example.org',))}",
    ]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Return a value as TOML: a JSON string, number or list of strings is one too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _check(text: str) -> None:
    """Make sure that what is written will be read.

    Raises:
        ConfigurationError: an answer can't be used.
    """
    from summarizer.cli.profiles import parse_profiles  # noqa: PLC0415  # keeps --help instant

    parse_profiles(tomllib.loads(text), SETTINGS_FILE)


def _next_steps(answers: Answers) -> list[str]:
    steps = [f"{SETTINGS_FILE} written; look through it, then:"]
    if answers.uses_chat_model and answers.base_url == PROVIDER:
        steps.append("  export OPENAI_API_KEY=…      the key stays in the environment")
    if answers.uses_chat_model:
        steps.append("  summarizer doctor            is the chat model there, and what can it do")
    if answers.mail_to:
        steps.append("  export SUMMARIZER_SMTP_PASSWORD=…   if the mail server asks for one")
    return [
        *steps,
        "  summarizer weekly --dry-run  what would be done",
        "  summarizer weekly            last week, from harvest to page",
        "docs/weekly.md has recipes for every Monday: cron, systemd, GitHub Actions.",
    ]
