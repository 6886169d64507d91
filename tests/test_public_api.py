"""Facts about `import summarizer`."""

from __future__ import annotations

import subprocess
import sys

import summarizer


def test_every_public_name_exists_and_the_list_is_sorted() -> None:
    assert summarizer.__all__ == sorted(summarizer.__all__)
    assert all(getattr(summarizer, name) is not None for name in summarizer.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(summarizer, "no_such_name")


def test_importing_the_package_and_its_command_line_loads_nothing_heavy() -> None:
    heavy = {"openai", "aiohttp", "diskcache", "tiktoken", "jinja2", "genai_prices", "opencc", "orjson", "tenacity"}
    script = f"import sys, summarizer.cli; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
