"""What was asked in two runs: the rendered prompts line by line, and every setting that differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from summarizer.contract.criterion import load_criterion
from summarizer.contract.languages import get_language
from summarizer.contract.prompts import load_prompt
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.errors import PromptError
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.report.material import Material, ReportedRun
from summarizer.evaluation.runs import EvaluationRun, Manifest, find_source, list_factors

MAX_LINES = 600
MAX_LINE_CHARACTERS = 4_000
_KINDS = {"+": "added", "-": "removed", "@": "place"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a unified difference."""

    text: str
    kind: str
    """`added`, `removed`, `place` or empty."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that differs."""

    name: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What differs between the questions of two runs."""

    factors: tuple[str, ...]
    changes: tuple[Change, ...]
    lines: tuple[Line, ...]
    """Of the rendered prompts; empty where they are equal or not kept."""
    added: int
    removed: int
    note: str
    """Why there are no lines, or not all; empty otherwise."""

    @property
    def is_confounded(self) -> bool:
        """Whether more than one thing changed, so that no difference has a known cause."""
        return len(self.factors) > 1


def compare_questions(a: ReportedRun, b: ReportedRun, material: Material) -> Asked:
    """Compare what two runs asked."""
    first, second = a.scored.manifest, b.scored.manifest
    texts = [_render(side, material.gold) for side in (a, b)]
    lines, note = _compare_texts(texts, (first.label, second.label))
    return Asked(
        factors=list_factors(first, second),
        changes=tuple(_list_changes(first, second)),
        lines=tuple(lines[:MAX_LINES]),
        added=sum(line.kind == "added" for line in lines),
        removed=sum(line.kind == "removed" for line in lines),
        note=f"{len(lines) - MAX_LINES:,} more lines differ." if len(lines) > MAX_LINES else note,
    )


def _compare_texts(texts: Sequence[str | None], names: tuple[str, str]) -> tuple[list[Line], str]:
    a, b = texts
    if a is None and b is None:
        return [], "Neither side has a prompt, or its text was not kept."
    if a is None or b is None:
        return [], f"{names[0] if a is None else names[1]} has no prompt, or its text was not kept."
    if a == b:
        return [], "The rendered prompts are the same."
    compared = list(unified_diff(a.splitlines(), b.splitlines(), lineterm="", n=3))[2:]
    return [Line(text[:MAX_LINE_CHARACTERS], _KINDS.get(text[:1], "")) for text in compared], ""


def _render(side: ReportedRun, gold: Sequence[GoldPaper]) -> str | None:
    """Return all that a chat model is told, with the first paper of the run in it; None where it is not known any more."""
    run = side.run
    if run is None or run.manifest.profile.prompt is None:
        return None
    paper = next((paper for paper in gold if paper.id in run.manifest.papers), None)
    try:
        return _render_messages(run, paper)
    except PromptError:
        return None


def _render_messages(run: EvaluationRun, paper: GoldPaper | None) -> str | None:
    profile, folder = run.manifest.profile, run.folder
    wanted = [profile.prompt, profile.taxonomy, profile.criterion]
    prompt = load_prompt(find_source(folder, "prompt") or (profile.prompt.name if profile.prompt else ""))
    taxonomy = load_taxonomy(find_source(folder, "taxonomy") or profile.taxonomy.name)
    criterion = load_criterion(find_source(folder, "criterion") or profile.criterion.name)
    found = [prompt.fingerprint, taxonomy.fingerprint, criterion.fingerprint]
    if found != [reference and reference.fingerprint for reference in wanted]:
        return None
    languages = [get_language(tag) for tag in profile.languages]
    system = prompt.render_system(taxonomy=taxonomy, criterion=criterion, languages=languages)
    user = prompt.render_user(paper.to_paper())[0] if paper else ""
    return f"[system]\n{system}\n\n[user]\n{user}\n\n[after an invalid reply]\n{prompt.render_reask(['(issue)'])}\n"


def _list_changes(a: Manifest, b: Manifest) -> Iterator[Change]:
    settings = [_list_settings(manifest) for manifest in (a, b)]
    for name in dict.fromkeys((*settings[0], *settings[1])):
        one, other = (found.get(name, "not set") for found in settings)
        if one != other:
            yield Change(name, one, other)


def _list_settings(manifest: Manifest) -> dict[str, str]:
    profile = manifest.profile
    references = {
        name.replace("_", " "): f"{reference.name} ({reference.fingerprint[:12]})"
        for name in ("prompt", "lexicon", "translation_prompt", "taxonomy", "criterion")
        if (reference := getattr(profile, name))
    }
    parameters = {name.replace("_", " "): str(value) for name, value in sorted(profile.parameters.items())}
    return {
        "annotator": profile.annotator,
        "model": profile.requested_model,
        "served model": ", ".join(manifest.served_models) or "none",
        "base URL": manifest.base_url or "none",
        **references,
        "languages": ", ".join(profile.languages) or "none",
        **parameters,
        "replies a paper": str(manifest.repeats),
        "version": manifest.version,
    }
