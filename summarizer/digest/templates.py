"""The sole importer of jinja2: the templates of a package, strict about names and escaped by default."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

PACKAGE = "summarizer.digest"


@cache
def load_template(name: str, *, escape: Callable[[object], object] | None = None, package: str = PACKAGE) -> Template:
    """Return a template from the folder `templates` of a package.

    Everything that it prints is escaped for HTML. With `escape`, everything that it prints goes through `escape`
    instead, which must return `markupsafe.Markup`: a form other than HTML stays escaped by default too.
    """
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=escape,
    )
    return environment.get_template(name)


def read_asset(name: str, *, package: str = PACKAGE) -> str:
    """Return a static file that lies beside the templates."""
    return files(package).joinpath("templates", name).read_text(encoding="utf-8")
