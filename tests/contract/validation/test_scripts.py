from __future__ import annotations

import pytest

from summarizer.contract.languages import get_language
from summarizer.contract.validation.scripts import find_script_issues, find_wrong_characters, is_mostly_latin

TITLE = "Sparse Labels for Liver Segmentation in CT"
SENTENCE = "We show that few labels are enough to train a network which finds the liver in every scan of the body."


def _issues(text: str, source: str, tag: str, *, is_title: bool = True) -> str:
    return "".join(find_script_issues(text, source, get_language(tag), is_title=is_title))


TITLES = [
    ("CHAMMI", "CHAMMI", "zh-Hans"),
    ("SAM-Med3D", "SAM-Med3D", "ja"),
    ("Segment Anything", "Segment Anything", "zh-Hans"),
    ("Segment Anything in Medical Images", "医学图像中的 Segment Anything", "zh-Hans"),
    (
        "Evaluating LLaVA-Med, CLIP and Vision Transformers on BraTS",
        "LLaVA-Med、CLIP 与 Vision Transformer 在 BraTS 上的评测",
        "zh-Hans",
    ),
    (TITLE, "用于CT肝脏分割的稀疏标注", "zh-Hans"),
    (TITLE, "用於CT肝臟分割的稀疏標註", "zh-Hant"),
    (TITLE, "CTにおける肝臓セグメンテーションのための疎なラベル", "ja"),
    ("Automatic Brain Tumor Segmentation", "脳腫瘍自動分割", "ja"),
    (TITLE, "CT 간 분할을 위한 희소 라벨", "ko"),
    (TITLE, "Spärliche Annotationen für die Lebersegmentierung im CT", "de"),
    (TITLE, "Разреженные метки для сегментации печени на КТ", "ru"),
    (TITLE, "تسميات متفرقة لتجزئة الكبد", "ar"),
    (TITLE, "برچسب‌های پراکنده برای بخش‌بندی کبد", "fa"),
    (TITLE, "सीटी में यकृत विभाजन के लिए विरल लेबल", "hi"),
    ("nnU-Net", "nnU-Net", "de"),
]


@pytest.mark.parametrize(("source", "text", "tag"), TITLES)
def test_a_title_in_its_language_passes(source: str, text: str, tag: str) -> None:
    assert _issues(text, source, tag) == ""


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant", "ja", "ko", "de", "fr", "ru", "ar", "hi", "vi"])
def test_an_untranslated_title_is_refused(tag: str) -> None:
    assert "translate it" in _issues(TITLE, TITLE, tag)


@pytest.mark.parametrize("tag", ["zh-Hans", "ja", "ko", "de", "fr", "ru", "ar", "hi", "tr"])
def test_an_english_sentence_is_refused_also_when_reworded(tag: str) -> None:
    reworded = SENTENCE.replace("few labels", "a handful of labels").replace("every", "each")

    assert _issues(reworded, SENTENCE, tag, is_title=False)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("用于CT肝脏分割的稀疏标注", "ja"),
        ("用于CT肝脏分割的稀疏标注", "ko"),
        ("用于CT肝脏分割的稀疏标注", "de"),
        ("少ないラベルで肝臓を見つけるネットワークを学習できることを示す。", "zh-Hans"),
        ("Ние разпознаваме", "hi"),
        ("Einige wenige Annotationen genügen", "zh-Hans"),
    ],
)
def test_another_script_is_refused(text: str, tag: str) -> None:
    assert _issues(text, TITLE, tag) != ""


def test_a_run_of_english_in_chinese_is_quoted() -> None:
    text = "我们证明少量标注足以训练网络，which finds the liver in every scan of the body，效果很好，泛化能力也很强，适合临床使用。"

    assert "which finds the liver" in _issues(text, SENTENCE, "zh-Hans", is_title=False)


@pytest.mark.parametrize(
    "text",
    [
        "我们在 ImageNet, COCO, Cityscapes, Kvasir, Chaos, Prostate, Decathlon, Amos, Totalsegmentator 等数据集上验证了该方法的有效性与泛化能力。",
        "会议（International Conference on Medical Image Computing and Computer Assisted Intervention）接收了本文，方法有效。",
        "该方法在 International Conference on Medical Image Computing and Computer Assisted Intervention 上发表，并在多个公开的数据集上取得了领先的分割结果，"
        "同时显著降低了标注成本，代码与模型权重均已公开，便于其他研究者复现与扩展。",
    ],
)
def test_names_are_no_untranslated_run(text: str) -> None:
    assert _issues(text, SENTENCE, "zh-Hans", is_title=False) == ""


def test_a_copied_run_in_german_is_quoted() -> None:
    text = "Wir zeigen, dass wenige Annotationen genügen, to train a network which finds the liver in jedem Bild des Körpers."

    assert "which finds the liver" in _issues(text, SENTENCE, "de", is_title=False)


@pytest.mark.parametrize(
    ("text", "tag", "wrong"),
    [
        ("用于肝脏分割", "zh-Hans", []),
        ("用於肝臟分割", "zh-Hant", []),
        ("用于肝臟分割", "zh-Hans", ["臟"]),
        ("用於肝脏分割", "zh-Hant", ["脏"]),
        ("皇后在台里干着面条", "zh-Hans", []),
        ("裡面的台灣著名群體床", "zh-Hant", []),
        ("裏面的臺灣着", "zh-Hant", []),
        ("著名的乾坤", "zh-Hans", []),
        ("мы нашли объём", "uk", ["ъ", "ы", "ё"]),
        ("ми знайшли об'єм і її", "uk", []),
        ("ми знайшли її", "ru", ["ї"]),
        ("این روش پیشنهادی", "fa", []),
    ],
)
def test_characters_of_a_neighbour_are_found(text: str, tag: str, wrong: list[str]) -> None:
    assert sorted(find_wrong_characters(text, "", get_language(tag))) == sorted(wrong)


def test_a_character_of_the_source_may_stay() -> None:
    assert find_wrong_characters("數據集《漢字》", "the 漢字 data 數據", get_language("zh-Hans")) == []


@pytest.mark.parametrize(
    ("text", "expected"), [("liver", True), ("Läsion α", True), ("肝脏", False), ("肝脏分割 CT", False), ("", True)]
)
def test_latin_text_is_told_from_other(text: str, expected: bool) -> None:
    assert is_mostly_latin(text) is expected
