"""The sole importer of jinja2: the templates of this room, strict about names and escaped by default."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@cache
def load_template(name: str, *, escape: Callable[[object], object] | None = None) -> Template:
    """Return a template of this room.

    Everything that it prints is escaped for HTML. With `escape`, everything that it prints goes through `escape`
    instead, which must return `markupsafe.Markup`: a form other than HTML stays escaped by default too.
    """
    environment = Environment(
        loader=PackageLoader("summarizer.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=escape,
    )
    return environment.get_template(name)


def read_asset(name: str) -> str:
    """Return a static file that lies beside the templates."""
    return files("summarizer.digest").joinpath("templates", name).read_text(encoding="utf-8")
