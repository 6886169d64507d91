"""Read scientific abstracts in bulk through a chat model, and prove how well it does.

The names below are the public interface; each is imported when it is first used, so that the command line starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.annotate.assembly import build_annotator
    from summarizer.annotate.interface import Annotator, Outcome
    from summarizer.annotate.pipeline import Run, RunOptions
    from summarizer.annotate.records import AnnotatedRecord, FailedRecord
    from summarizer.annotate.report import RunReport
    from summarizer.annotate.results import read_results
    from summarizer.annotate.store import ResultFile
    from summarizer.chat.interface import ChatModel, ChatRequest, ChatResponse, Usage
    from summarizer.chat.scripted import ScriptedChatModel
    from summarizer.contract.schema import Annotation
    from summarizer.digest import build_digest, render_markdown, render_page
    from summarizer.errors import SummarizerError
    from summarizer.papers import Paper, SkippedRecord, read
    from summarizer.settings import Settings, load_settings

__version__ = "0.1.0"

__all__ = [
    "AnnotatedRecord",
    "Annotation",
    "Annotator",
    "ChatModel",
    "ChatRequest",
    "ChatResponse",
    "FailedRecord",
    "Outcome",
    "Paper",
    "ResultFile",
    "Run",
    "RunOptions",
    "RunReport",
    "ScriptedChatModel",
    "Settings",
    "SkippedRecord",
    "SummarizerError",
    "Usage",
    "__version__",
    "build_annotator",
    "build_digest",
    "load_settings",
    "read",
    "read_results",
    "render_markdown",
    "render_page",
]

_HOMES = {
    "annotate.interface": ("Annotator", "Outcome"),
    "annotate.assembly": ("build_annotator",),
    "annotate.pipeline": ("Run", "RunOptions"),
    "annotate.records": ("AnnotatedRecord", "FailedRecord"),
    "annotate.report": ("RunReport",),
    "annotate.results": ("read_results",),
    "annotate.store": ("ResultFile",),
    "chat.interface": ("ChatModel", "ChatRequest", "ChatResponse", "Usage"),
    "chat.scripted": ("ScriptedChatModel",),
    "contract.schema": ("Annotation",),
    "digest": ("build_digest", "render_markdown", "render_page"),
    "errors": ("SummarizerError",),
    "papers": ("Paper", "SkippedRecord", "read"),
    "settings": ("Settings", "load_settings"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
