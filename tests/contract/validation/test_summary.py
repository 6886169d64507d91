from __future__ import annotations

import pytest

from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.source import Source
from summarizer.contract.validation.summary import MAX_WORDS, find_summary_issues

SOURCE = Source(
    "OrganMix: Few Labels for Abdominal Segmentation",
    "Labelled scans are scarce. OrganMix pastes organ patches between 1,204 CT volumes and trains a 3D ResNet-50 on three "
    "public datasets; it gains 2.1 points and reaches 90.3\\% Dice.",
)


def _issues(tldr: str) -> str:
    return "\n".join(find_summary_issues(tldr, read_figures(tldr), SOURCE))


@pytest.mark.parametrize(
    "tldr",
    [
        "OrganMix pastes organ patches between CT volumes and reaches 90.3% Dice with few labels.",
        "Pasting organ patches, e.g. livers, lifts a 3D ResNet-50 by 2.1 points vs. plain training.",
        "This paper trains on 3 public datasets and about 1,200 CT volumes to segment organs",
        "OrganMix: pasting organs between CT and MRI, two modalities, saves labels.",
        " ".join(["organ"] * MAX_WORDS),
    ],
)
def test_a_good_summary_passes(tldr: str) -> None:
    assert _issues(tldr) == ""


@pytest.mark.parametrize(
    ("tldr", "wanted"),
    [
        ("", "write one sentence"),
        (" \u3000", "write one sentence"),
        ("N/A", "write one sentence"),
        ("TL;DR", "write one sentence"),
        ("No abstract available.", "write one sentence"),
        (" ".join(["organ"] * (MAX_WORDS + 1)), "has 31 words"),
        ("OrganMix pastes organs. It saves labels.", "has 2 sentences"),
        ("OrganMix – few labels for abdominal segmentation.", "only repeats the title"),
        ("OrganMix 在少量标注下分割腹部器官。", "write it in English"),
        ("OrganMix reaches 93.0% Dice.", '"93.0%"'),
        ("OrganMix trains a ResNet-101.", '"ResNet-101"'),
        ("OrganMix trains on two public datasets.", '"two public datasets"'),
        ("OrganMix trains on five public datasets.", '"five"'),
        ("OrganMix <b>pastes</b> organs.", "HTML"),
        ("OrganMix uses a loss $\theta$ on organs.", "\\\\theta"),
        ("OrganMix\npastes organs", "on one line"),
    ],
)
def test_a_broken_rule_is_named(tldr: str, wanted: str) -> None:
    assert wanted in _issues(tldr)


def test_all_broken_rules_are_named_at_once() -> None:
    issues = _issues("OrganMix <b>reaches</b> 99.9% Dice. It uses a ResNet-101 on many, " + "many " * 30 + "scans.")

    assert [part in issues for part in ("words", "sentences", "HTML", "99.9%", "ResNet-101")] == [True] * 5
