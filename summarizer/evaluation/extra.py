"""The packages of the `eval` extra: heavy, and only needed where something is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from summarizer.errors import ConfigurationError


@contextmanager
def eval_extra() -> Iterator[None]:
    """Import packages of the `eval` extra in this block.

    Raises:
        ConfigurationError: one is not installed; says how to install it.
    """
    try:
        yield
    except ImportError as error:
        raise ConfigurationError(
            f"the package {error.name} is missing; install what evaluation needs: pip install 'summarizer[eval]'"
        ) from error
