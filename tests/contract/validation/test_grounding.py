"""Which numbers and names of a reply a paper supports, and which of a text its translation lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.grounding import Grounding


def _ground(text: str, language: str = "en") -> Grounding:
    return Grounding(read_figures(text, language=language), text)


def _unsupported(reply: str, source: str, language: str = "en") -> list[str]:
    return _ground(source).find_unsupported(read_figures(reply, language=language))


def _missing(source: str, translation: str, language: str) -> list[str]:
    return _ground(translation, language).find_missing(read_figures(source), language=language)


SUPPORTED = [
    # percent
    ("a Dice of 0.903", "90.3% Dice", "en"),
    ("90.3% Dice", "a Dice of 0.903", "en"),
    ("a Dice of 90.3", "90.3% Dice", "en"),
    ("90.3% Dice", "a Dice of 90.3", "en"),
    ("gains of 80 to 90 percent", "80% to 90%", "en"),
    ("half of the labels", "50% of the labels", "en"),
    ("90 per cent", "百分之九十", "zh-Hans"),
    ("by 2.1 points", "2.1个百分点", "zh-Hans"),
    ("90.3%", "９０．３％", "zh-Hans"),
    ("90%", "%90", "tr"),
    ("90.5%", "٩٠٫٥٪", "ar"),
    # thousands and scales
    ("50,000 scans", "50k scans", "en"),
    ("50,000 scans", "5万次扫描", "zh-Hans"),
    ("50k scans", "五万次扫描", "zh-Hans"),
    ("50 thousand", "50000", "en"),
    ("1.2 million images", "1,200,000 images", "en"),
    ("1.2 million images", "120万张图像", "zh-Hans"),
    ("1.2M images", "一百二十万张", "zh-Hans"),
    ("1.2M images", "120 萬張", "zh-Hant"),
    ("1.2 billion", "12亿", "zh-Hans"),
    ("1.2 billion", "12億枚", "ja"),
    ("1.2 million", "120만", "ko"),
    ("1.2 million", "1,2 Millionen", "de"),
    ("1.2 billion", "1,2 Milliarden", "de"),
    ("12,345 scans", "12.345 Scans", "de"),
    ("12,345 scans", "12 345 examens", "fr"),
    ("7B parameters", "70亿参数", "zh-Hans"),
    ("5 to 10 million", "500万至1000万", "zh-Hans"),
    ("50,000-100,000", "5-10万", "zh-Hans"),
    ("1{,}000 cases", "1000 cases", "en"),
    ("hundreds of thousands", "数十万", "zh-Hans"),
    ("a gigapixel slide", "十亿像素切片", "zh-Hans"),
    # words
    ("three datasets", "3 datasets", "en"),
    ("3 datasets", "three datasets", "en"),
    ("twenty-five organs", "25 organs", "en"),
    ("25 organs", "twenty-five organs", "en"),
    ("25 organs", "二十五个器官", "zh-Hans"),
    ("three hundred and five", "305", "en"),
    ("both modalities", "2つのモダリティ", "ja"),
    ("CT and MRI", "two modalities, CT and MRI", "en"),
    ("a dozen", "12", "en"),
    ("one of them", "one of them", "en"),
    ("segmentation", "一种分割方法，用于两个数据集，十分有效", "zh-Hans"),
    ("the duodenum", "十二指肠", "zh-Hans"),
    # rounding
    ("93.27%", "93.3%", "en"),
    ("93.27%", "93%", "en"),
    ("0.9327", "93.3%", "en"),
    ("1,281,167 images", "1.28 million images", "en"),
    ("1,281,167 images", "over 1.2 million images", "en"),
    ("1,281,167 images", "超过128万张", "zh-Hans"),
    ("12,345 scans", "12,000 scans", "en"),
    ("127 patients", "over 120 patients", "en"),
    # notation
    ("a gain of −3.2 dB", "a gain of -3.2 dB", "en"),
    ("a drop by 3.2 dB", "−3.2 dB", "en"),
    ("10x faster", "10倍", "zh-Hans"),
    ("$10\\times$ faster", "10× faster", "en"),
    ("$15.5\\%$ and $\\sim$20", "15.5% and about 20", "en"),
    ("a rate of $10^{-3}$", "a rate of 10⁻³", "en"),
    ("a rate of $10^{-3}$", "a rate of 0.001", "en"),
    ("$2.5\\times10^{6}$", "250万", "zh-Hans"),
    ("1e-4", "0.0001", "en"),
    ("256x256", "256×256", "zh-Hans"),
    ("256 \\times 256", "256x256", "en"),
    ("in the 1980s", "20世纪80年代", "zh-Hans"),
    ("in December 2019", "2019年12月", "zh-Hans"),
    ("labels in {0,1}", "Labels in {0,1}", "de"),
    ("10-fold validation", "十折验证", "zh-Hans"),
    # identifiers
    ("a 3D U-Net", "3D-Segmentierung", "de"),
    ("a 3D U-Net", "三维分割", "zh-Hans"),
    ("three-dimensional data", "3D data", "en"),
    ("volumetric data", "3D data", "en"),
    ("a ResNet-50", "resnet 50", "en"),
    ("a ResNet50 encoder", "ein ResNet-50-Encoder", "de"),
    ("ResNet-18/34/50", "ResNet-50 and ResNet-34", "en"),
    ("GPT-4V", "使用GPT-4V模型", "zh-Hans"),
    ("COVID-19", "COVID-19-Patienten", "de"),
    ("T1- and T2-weighted MRI", "T1加权和T2加权MRI", "zh-Hans"),
    ("BraTS2021", "BraTS 2021", "en"),
    ("the BraTS 2021 challenge", "2021年BraTS挑战赛", "zh-Hans"),
    ("an F$_1$ score", "F1-score", "en"),
    ("top-5 accuracy", "前5准确率", "zh-Hans"),
    ("type 2 diabetes", "type-2 diabetes", "en"),
    ("ImageNet-1K", "ImageNet-1k", "en"),
    ("U-Net++ and nnU-Net", "U-Net++和nnU-Net", "zh-Hans"),
    ("see https://example.org/a12", "https://example.org/a12", "zh-Hans"),
    ("auf drei öffentlichen Datensätzen", "on three public data sets", "en"),
    ("con ocho pacientes", "with eight patients", "en"),
    ("huit hôpitaux", "eight hospitals", "en"),
]


@pytest.mark.parametrize(("source", "reply", "language"), SUPPORTED)
def test_a_number_written_another_way_is_supported(source: str, reply: str, language: str) -> None:
    assert _unsupported(reply, source, language) == []


UNSUPPORTED = [
    ("a ResNet-50", "5000 scans", "en", ["5000"]),
    ("a ResNet-50", "50 scans", "en", ["50"]),
    ("a ResNet-50", "a ResNet-101", "en", ["ResNet-101"]),
    ("a ResNet-50 for 101 patients", "a ResNet-101", "en", ["ResNet-101"]),
    ("GPT-4", "GPT-4V", "en", ["GPT-4V"]),
    ("ImageNet-1K", "ImageNet-22K", "en", ["ImageNet-22K"]),
    ("a 2D network for 3 organs", "a 3D network", "en", ["3D"]),
    ("T1-weighted", "T2-weighted", "en", ["T2-weighted"]),
    ("BraTS 2021", "BraTS 2020", "en", ["2020"]),
    ("BraTS2021", "BraTS2020", "en", ["BraTS2020"]),
    ("93.27%", "90%", "en", ["90%"]),
    ("93.27%", "93.4%", "en", ["93.4%"]),
    ("93.27%", "94%", "en", ["94%"]),
    ("93%", "93.27%", "en", ["93.27%"]),
    ("a Dice of 0.903", "a Dice of 90.3", "en", ["90.3"]),
    ("50 patients", "50% of patients", "en", ["50%"]),
    ("50 patients", "0.5 patients", "en", ["0.5"]),
    ("1.2 million", "1.2 billion", "en", ["1.2 billion"]),
    ("1.2 million", "1.2 images", "en", ["1.2"]),
    ("1.2 million images", "1.2万张", "zh-Hans", ["1.2万"]),
    ("1.2 million images", "1.2亿张", "zh-Hans", ["1.2亿"]),
    ("1.2 million", "12 Millionen", "de", ["12 Millionen"]),
    ("1.2 billion", "1,2 Billionen", "de", ["1,2 Billionen"]),
    ("50,000 scans", "五十万次", "zh-Hans", ["五十万"]),
    ("124 patients", "120 patients", "en", ["120"]),
    ("100% of them", "up to 101%", "en", ["101%"]),
    ("three datasets", "five datasets", "en", ["five"]),
    ("three datasets", "5个数据集", "zh-Hans", ["5"]),
    ("10^{-3}", "10^{-4}", "en", ["10^-4"]),
    ("10x", "100倍", "zh-Hans", ["100"]),
    ("90%", "百分之八十", "zh-Hans", ["百分之八十"]),
    ("no numbers", "30人", "ja", ["30"]),
    ("3.5 mm", "35 mm", "en", ["35"]),
    ("at 1.5 T", "at 3 T", "en", ["3"]),
]


@pytest.mark.parametrize(("source", "reply", "language", "wanted"), UNSUPPORTED)
def test_a_number_the_paper_does_not_have_is_found(source: str, reply: str, language: str, wanted: list[str]) -> None:
    assert _unsupported(reply, source, language) == wanted


def test_two_is_refused_only_where_the_paper_counts_otherwise() -> None:
    assert _ground("on three public datasets").find_contradicted_pairs("on two public datasets") == [
        "two public datasets"
    ]
    assert _ground("on three public datasets and 2 others").find_contradicted_pairs("on two public datasets") == []
    assert _ground("on CT and MRI").find_contradicted_pairs("on two modalities") == []


KEPT = [
    ("93.27% on 1,204 scans", "在1204例扫描上为93.27%", "zh-Hans"),
    ("50,000 scans", "5万次扫描", "zh-Hans"),
    ("12 organs", "十二个器官", "zh-Hans"),
    ("10-fold validation", "十折验证", "zh-Hans"),
    ("10x", "十倍", "zh-Hans"),
    ("90%", "百分之九十", "zh-Hans"),
    ("90%", "九成", "zh-Hans"),
    ("50% of labels", "一半标注", "zh-Hans"),
    ("80% to 90%", "80-90%", "zh-Hans"),
    ("93.27% on 12 scans", "93,27 % bei zwölf Scans", "de"),
    ("1,204 scans", "1.204 Scans", "de"),
    ("1.2 million", "1,2 Millionen", "de"),
    ("12億", "12億", "ja"),
    ("1.2 billion images", "12億枚の画像", "ja"),
    ("ResNet-50 and 3D", "残差网络与三维", "zh-Hans"),
    ("three of 5", "若干", "zh-Hans"),
    ("https://example.org/1234", "见网站", "zh-Hans"),
    ("in the 1990s", "20世纪90年代", "zh-Hans"),
    ("BraTS 2021", "BraTS2021", "zh-Hans"),
    ("$15.5\\%$", "15.5%", "zh-Hans"),
]


@pytest.mark.parametrize(("source", "translation", "language"), KEPT)
def test_a_translation_that_kept_its_numbers_lacks_none(source: str, translation: str, language: str) -> None:
    assert _missing(source, translation, language) == []


LOST = [
    ("93.27% on 1,204 scans", "在许多扫描上为93.27%", "zh-Hans", ["1,204"]),
    ("93.27% on 1,204 scans", "在1,204例扫描上效果好", "zh-Hans", ["93.27%"]),
    ("93.27%", "93.3%", "zh-Hans", ["93.27%"]),
    ("90%", "90个", "zh-Hans", ["90%"]),
    ("12 organs", "若干器官", "zh-Hans", ["12"]),
    ("50,000 scans", "5000次扫描", "zh-Hans", ["50,000"]),
    ("10 organs", "10.5个器官", "zh-Hans", ["10"]),
    ("a rate of 0.05", "eine Rate von 0,5", "de", ["0.05"]),
    ("45 scans", "viele Scans", "de", ["45"]),
    ("45 scans", "多くのスキャン", "ja", ["45"]),
]


@pytest.mark.parametrize(("source", "translation", "language", "wanted"), LOST)
def test_a_number_that_a_translation_lost_is_found(
    source: str, translation: str, language: str, wanted: list[str]
) -> None:
    assert _missing(source, translation, language) == wanted


@given(st.text(alphabet="019.,%kMD- x×^_{}$\\eE万亿百一二十点分之ResNt", max_size=60))
def test_a_text_supports_itself_and_lacks_nothing_of_itself(text: str) -> None:
    assert _unsupported(text, text) == []
    assert _missing(text, text, "en") == []
