from __future__ import annotations

import pytest

from summarizer.contract.languages import get_language
from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.source import Source
from summarizer.contract.validation.translations import Original, find_translation_issues

SOURCE = Source(
    "OrganMix: Few Labels for Abdominal Segmentation",
    "OrganMix pastes organ patches between 1,204 CT volumes, trains a 3D ResNet-50 with a loss $\\mathcal{L}_{mix}$ and 10% of "
    "the labels, and reaches 90.3\\% Dice on 1.2 million slices, far above what training on the same scans without patches "
    "reaches; the code, the weights and the splits of the data are public and free for research in hospitals everywhere.",
)
TLDR = "OrganMix pastes organs between 1,204 CT volumes and reaches 90.3% Dice."


def _issues(text: str, tag: str, name: str = "tldr") -> str:
    texts = {"title": SOURCE.title, "tldr": TLDR, "abstract": SOURCE.abstract}
    original = Original(name, texts[name], read_figures(texts[name]))
    return "\n".join(find_translation_issues(text, original, SOURCE, get_language(tag)))


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("OrganMix在1,204个CT容积之间粘贴器官，Dice达到90.3%。", "zh-Hans"),
        ("OrganMix 在 1204 个 CT 容积之间粘贴器官，Dice 达百分之九十点三。", "zh-Hans"),
        ("OrganMix在1,204個CT容積之間貼上器官，Dice達到90.3%。", "zh-Hant"),
        ("OrganMixは1,204件のCTボリューム間で臓器を貼り付け、Dice 90.3%を達成する。", "ja"),
        ("OrganMix fügt Organe zwischen 1.204 CT-Volumina ein und erreicht einen Dice-Wert von 90,3 %.", "de"),
        ("OrganMix colle des organes entre 1 204 volumes de TDM et atteint un Dice de 90,3 %.", "fr"),
    ],
)
def test_a_faithful_translation_passes(text: str, tag: str) -> None:
    assert _issues(text, tag) == ""


@pytest.mark.parametrize(
    ("text", "tag", "wanted"),
    [
        ("", "zh-Hans", "is empty"),
        ("OrganMix在1,204个CT容积之间粘贴器官，Dice达到93.0%。", "zh-Hans", 'states "93.0%"'),
        ("OrganMix在1,204个CT容积之间粘贴器官。", "zh-Hans", 'lacks "90.3%"'),
        ("OrganMix在12万个CT容积之间粘贴器官，Dice达到90.3%。", "zh-Hans", 'states "12万"'),
        ("OrganMix在1,204個CT容積之間貼上器官，Dice達到90.3%。", "zh-Hans", "個"),
        ("OrganMix在1,204个CT容积之间粘贴器官，Dice达到90.3%。", "zh-Hant", "个"),
        ("OrganMix在1,204个CT容积之间粘贴器官，Dice达到90.3%。", "ja", "not written in Japanese"),
        (TLDR, "zh-Hans", "not written in Simplified Chinese"),
        (TLDR, "de", "not written in German"),
        ("OrganMix fügt Organe zwischen 1.204 CT-Volumina ein und erreicht 9,03 %.", "de", '"9,03 %"'),
        ("OrganMix在1,204个CT容积\u200b之间粘贴器官，Dice达到90.3%。", "zh-Hans", "U+200B"),
        ("**OrganMix**在1,204个CT容积之间粘贴器官，Dice达到90.3%。", "zh-Hans", "Markdown"),
    ],
)
def test_damage_is_named(text: str, tag: str, wanted: str) -> None:
    assert wanted in _issues(text, tag)


ABSTRACT = (
    "OrganMix在1,204个CT容积之间粘贴器官图块，用损失 $\\mathcal{L}_{mix}$ 和10%的标注训练3D ResNet-50，在120万张切片上Dice达到90.3%，"
    "远高于在相同扫描上不用图块的训练；代码、权重和数据划分均已公开，各地医院均可免费用于研究。"
)


def test_a_faithful_abstract_passes() -> None:
    assert _issues(ABSTRACT, "zh-Hans", "abstract") == ""


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("120万", "12万", '"1.2 million"'),
        ("{mix}", "{max}", "formula"),
        (" $\\mathcal{L}_{mix}$ ", "", "formula"),
        ("10%", "少量", '"10%"'),
        ("ResNet-50", "ResNet-101", '"ResNet-101"'),
    ],
)
def test_damage_in_an_abstract_is_named(old: str, new: str, wanted: str) -> None:
    assert wanted in _issues(ABSTRACT.replace(old, new), "zh-Hans", "abstract")


def test_an_abstract_that_was_cut_short_is_refused() -> None:
    assert "translate all of it" in _issues("OrganMix在CT之间粘贴器官图块。", "zh-Hans", "abstract")
