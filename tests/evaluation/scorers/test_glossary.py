"""Facts about the glossary: how it is read, and when a term counts as rendered."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.errors import EvaluationError
from summarizer.evaluation.scorers.glossary import GLOSSARY_FILE, Glossary, read_glossary
from tests.evaluation.scorers.runs import GOLD, HAS_GOLD

GLOSSARY = Glossary(
    "zh-Hans",
    {
        "segmentation": ("分割",),
        "instance segmentation": ("实例分割",),
        "segmentation mask": ("分割掩码",),
        "polyp": ("息肉",),
        "U-Net": ("U-Net",),
        "SAM": ("SAM",),
    },
)


def write(folder: Path, text: str) -> Path:
    path = folder / GLOSSARY_FILE
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("source", "translation", "rendered", "missing"),
    [
        ("Segmentation of polyps", "息肉分割", 2, ()),
        ("Segmentation of polyps", "息肉切分", 1, ("segmentation",)),
        ("Instance segmentation", "语义分割", 0, ("instance segmentation",)),
        ("A U-Net-like model", "一种类似UNet的模型", 1, ()),
        ("Polyps, polyps, polyps", "息肉", 1, ()),
        ("The same sample", "相同的样本", 0, ()),
        ("SAM for polyps", "用于息肉的SAM模型", 2, ()),
        ("SAM for polyps", "用 Samsung 设备检测息肉", 1, ("SAM",)),
        ("Segmentation masks", "分割掩码", 1, ()),
        ("Segmentation masks", "息肉分割", 0, ("segmentation mask",)),
        ("Oversegmentation of unpolypous tissue", "过度切分", 0, ()),
        ("", "", 0, ()),
    ],
)
def test_a_term_is_rendered_by_any_accepted_word(
    source: str, translation: str, rendered: int, missing: tuple[str, ...]
) -> None:
    assert GLOSSARY.check(source, translation) == (rendered, missing)


def test_variants_and_languages_are_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "# terms\nen\tzh-Hans\tja\ntumor|tumour\t肿瘤|瘤\t腫瘍\nDICOM\tDICOM\t\n")

    chinese = read_glossary(path, "zh")
    assert chinese is not None
    assert chinese.renderings == {
        "tumor": ("肿瘤", "瘤"),
        "tumour": ("肿瘤", "瘤"),
        "DICOM": ("DICOM",),
    }
    japanese = read_glossary(path, "ja")
    assert japanese is not None
    assert japanese.renderings == {"tumor": ("腫瘍",), "tumour": ("腫瘍",)}
    assert read_glossary(path, "ko") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must name the columns"),
        ("zh-Hans\ten\n", "must name the columns"),
        ("en\tzh-Hans\nCT\n", "line 2: 1 columns"),
        ("en\tzh-Hans\nCT\tCT\nCT\tCT\n", "line 3: 'CT' is there twice"),
        ("en\tzh-Hans\n\tCT\n", "line 2: an English term is empty"),
    ],
)
def test_a_broken_glossary_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        read_glossary(write(tmp_path, text), "zh-Hans")


def test_a_glossary_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / GLOSSARY_FILE
    path.write_bytes(b"en\tzh-Hans\n\xff\n")
    with pytest.raises(EvaluationError, match="no UTF-8"):
        read_glossary(path, "zh-Hans")


def test_another_glossary_has_another_signature() -> None:
    assert GLOSSARY.signature.startswith("terms:6|sha256:")
    assert GLOSSARY.signature != Glossary("zh-Hans", {**GLOSSARY.renderings, "polyp": ("瘜肉",)}).signature


def test_a_glossary_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="can't be read"):
        read_glossary(tmp_path / GLOSSARY_FILE, "zh-Hans")


@pytest.mark.skipif(not HAS_GOLD, reason="no gold set in this checkout")
def test_the_one_that_ships_has_terms_and_names_to_keep() -> None:
    glossary = read_glossary(GOLD / GLOSSARY_FILE, "zh-Hans")

    assert glossary is not None
    assert len(glossary.renderings) >= 60
    assert {"DICOM", "U-Net", "PSNR"} <= {term for term, accepted in glossary.renderings.items() if term in accepted}
