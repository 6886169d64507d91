"""Chat models that answer for the papers of a gold set: as it says, or as a test wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from summarizer.chat.interface import ChatRequest, ChatResponse, Usage
from summarizer.chat.scripted import Reply, ScriptedChatModel
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import read_gold
from summarizer.settings import Settings
from tests.evaluation.small_gold import small_gold, write_set

SHIPPED = Path(__file__).parents[2] / "eval" / "gold"
GATE = SHIPPED.parent / "gate.toml"
USAGE = Usage(input_tokens=900, output_tokens=120)

Change = Callable[[GoldPaper, dict[str, Any]], Reply | dict[str, Any]]
"""From a paper and the reply that gold would give to what is answered."""


def gold_reply(paper: GoldPaper) -> dict[str, Any]:
    """Return the labels of a paper in the form of a reply."""
    translation = paper.gold.translations["zh-Hans"]
    return {
        "tldr": paper.gold.tldr,
        "tags": list(paper.gold.tags),
        "evidence": paper.gold.evidence,
        "relevance": paper.gold.relevance,
        "translations": {"zh-Hans": {"title": translation.title, "tldr": translation.tldr}},
    }


def script_gold(papers: Sequence[GoldPaper], change: Change = lambda _, reply: reply) -> ScriptedChatModel:
    """Return a chat model that knows the labels; it tells a paper by its title."""

    def answer(request: ChatRequest) -> Reply:
        shown = request.messages[1].content
        [paper] = [paper for paper in papers if paper.title in shown]
        reply = change(paper, gold_reply(paper))
        if not isinstance(reply, dict):
            return reply
        return ChatResponse(
            text=json.dumps(reply, ensure_ascii=False),
            finish_reason="stop",
            usage=USAGE,
            served_model=request.model,
            latency_seconds=0.5,
        )

    return ScriptedChatModel(answer)


def write_dev(folder: Path) -> tuple[Path, list[GoldPaper]]:
    """Write the twelve made-up papers as a gold set, four of them in `test`, the others in `dev`."""
    papers = [
        paper.model_copy(update={"split": "test" if place < 4 else "dev"}) for place, paper in enumerate(small_gold())
    ]
    return write_set(folder, papers), [paper for paper in papers if paper.split == "dev"]


def read_dev() -> list[GoldPaper]:
    """Return the dev split of the set that ships."""
    return [paper for paper in read_gold(SHIPPED) if paper.split == "dev"]


def write_prompt(path: Path, version: int = 99) -> Path:
    """Write the released prompt as another version of it."""
    released = SHIPPED.parents[1] / "prompts" / "annotate.v1.toml"
    text = released.read_text(encoding="utf-8").replace("version = 1\n", f"version = {version}\n", 1)
    path.write_text(text.replace("weekly digest", "weekly letter", 1), encoding="utf-8")
    return path


def build_settings(folder: Path, **fields: Any) -> Settings:
    """Return the settings of an evaluation whose cache is in `folder`."""
    prices = {"price_in": 1.0, "price_out": 4.0}
    return Settings(
        **{
            "model": "test-model",
            "prompt": "annotate.v1",
            "cache_dir": folder / "cache",
            "concurrency": 4,
            **prices,
            **fields,
        }
    )
