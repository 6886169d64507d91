"""Facts about translations: faults are caught in each language, and a faithful text has none."""

from __future__ import annotations

import numpy as np
import pytest

from summarizer.contract.schema import Translation
from summarizer.errors import EvaluationError
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.metric import Scorecard
from summarizer.evaluation.scorers.glossary import Glossary
from tests.evaluation.scorers.runs import column, score, small_run, to_annotated, value, violated
from tests.evaluation.small_gold import small_gold

TITLE = "Slow Attention for 5,000 Chest CT Scans"
ABSTRACT = (
    r"Chest CT holds many slices. Slow attention visits 5,000 scans one after another at $\alpha < 0.5$ and finds 94% of "
    "the nodules that three readers marked."
)
TLDR = r"Slow attention visits 5,000 chest CT scans at $\alpha < 0.5$ and finds 94% of the nodules."
FAITHFUL = {
    "zh-Hans": ("面向5,000例胸部CT的慢注意力", r"慢注意力在$\alpha < 0.5$下查看5千例胸部CT，找到94%的结节。"),
    "zh-Hant": ("面向5,000例胸部CT的慢注意力", r"慢注意力在$\alpha < 0.5$下檢視5千例胸部CT，找到94%的結節。"),
    "ja": ("5,000件の胸部CTのための遅い注意", r"遅い注意は$\alpha < 0.5$で胸部CTを5千件見て、結節の94%を見つける。"),
    "ko": (
        "흉부 CT 5,000건을 위한 느린 주의",
        r"느린 주의는 $\alpha < 0.5$에서 흉부 CT 5천 건을 보고 결절의 94%를 찾는다.",
    ),
    "de": (
        "Langsame Aufmerksamkeit für 5.000 Thorax-CTs",
        r"Langsame Aufmerksamkeit besucht bei $\alpha < 0.5$ 5.000 Thorax-CTs und findet 94 % der Knoten.",
    ),
    "ru": (
        "Медленное внимание для 5 000 КТ грудной клетки",
        r"Медленное внимание при $\alpha < 0.5$ просматривает 5 000 КТ грудной клетки и находит 94 % узелков.",
    ),
}
TEN_THOUSANDS = {"zh-Hans": "5万", "zh-Hant": "5萬", "ja": "5万", "ko": "5만"}
THOUSANDS = {"zh-Hans": "5千", "zh-Hant": "5千", "ja": "5千", "ko": "5천"}


@pytest.fixture
def paper() -> GoldPaper:
    pattern = small_gold()[0]
    labels = pattern.gold.model_copy(update={"tldr": TLDR, "second_tldr": "", "translations": {}})
    return pattern.model_copy(update={"title": TITLE, "abstract": ABSTRACT, "gold": labels})


def translate(paper: GoldPaper, language: str, tldr: str, *, title: str = "", abstract: str | None = None) -> Scorecard:
    texts = Translation(title=title or FAITHFUL[language][0], tldr=tldr, abstract=abstract)
    return score([paper], {paper.id: to_annotated(paper, translations={language: texts})}, language=language)


def faults(card: Scorecard) -> set[str]:
    return {name.removeprefix("translation.") for name in violated(card) if name.startswith("translation.")}


@pytest.mark.parametrize("language", FAITHFUL)
def test_a_faithful_translation_is_clean(paper: GoldPaper, language: str) -> None:
    card = translate(paper, language, FAITHFUL[language][1])

    assert violated(card) == {}
    assert value(card, "translation.numbers_kept") == value(card, "translation.formulas_kept") == 1


@pytest.mark.parametrize("language", FAITHFUL)
@pytest.mark.parametrize("changed", ["49", ""], ids=["changed", "dropped"])
def test_a_number_that_is_not_the_source_s_is_caught(paper: GoldPaper, language: str, changed: str) -> None:
    tldr = FAITHFUL[language][1]
    tldr = tldr.replace("94", changed) if changed else tldr.replace("94 %", "").replace("94%", "")
    card = translate(paper, language, tldr)

    assert faults(card) == {"numbers"}
    assert value(card, "translation.numbers_kept") == 0


@pytest.mark.parametrize("language", TEN_THOUSANDS)
def test_ten_thousands_for_thousands_are_caught(paper: GoldPaper, language: str) -> None:
    tldr = FAITHFUL[language][1].replace(THOUSANDS[language], TEN_THOUSANDS[language])
    found = violated(translate(paper, language, tldr))["translation.numbers"]

    assert TEN_THOUSANDS[language] in {violation.quoted for violation in found}


@pytest.mark.parametrize("language", FAITHFUL)
@pytest.mark.parametrize("formula", ["", r"$\beta < 0.5$"], ids=["dropped", "changed"])
def test_a_formula_that_is_not_the_source_s_is_caught(paper: GoldPaper, language: str, formula: str) -> None:
    card = translate(paper, language, FAITHFUL[language][1].replace(r"$\alpha < 0.5$", formula))

    assert "formulas" in faults(card)
    assert value(card, "translation.formulas_kept") == 0


@pytest.mark.parametrize("language", FAITHFUL)
def test_a_formula_that_the_source_lacks_is_caught(paper: GoldPaper, language: str) -> None:
    (violation,) = violated(translate(paper, language, rf"{FAITHFUL[language][1]} $\beta^2 > \gamma$"))[
        "translation.formulas"
    ]

    assert violation.quoted == r"$\beta^2 > \gamma$"


@pytest.mark.parametrize("language", FAITHFUL)
def test_an_untranslated_sentence_is_caught(paper: GoldPaper, language: str) -> None:
    assert faults(translate(paper, language, TLDR)) == {"script"}


def test_one_kind_of_chinese_for_the_other_is_caught(paper: GoldPaper) -> None:
    assert faults(translate(paper, "zh-Hans", FAITHFUL["zh-Hant"][1])) == {"script"}
    assert faults(translate(paper, "zh-Hant", FAITHFUL["zh-Hans"][1])) == {"script"}


def test_a_fault_of_the_title_is_caught(paper: GoldPaper) -> None:
    assert faults(translate(paper, "zh-Hans", FAITHFUL["zh-Hans"][1], title="面向50,000例胸部CT的慢注意力")) == {
        "numbers"
    }


def test_a_fault_of_a_translated_abstract_is_caught(paper: GoldPaper) -> None:
    abstract = r"胸部CT切片众多。慢注意力在$\alpha < 0.5$下依次查看5万例扫描，找到三位阅片者所标结节的94%。"
    clean = abstract.replace("5万", "5,000")
    tldr = FAITHFUL["zh-Hans"][1]

    assert faults(translate(paper, "zh-Hans", tldr, abstract=clean)) == set()
    assert faults(translate(paper, "zh-Hans", tldr, abstract=abstract)) == {"numbers"}


def test_a_language_without_references_has_no_overlap_to_measure(paper: GoldPaper) -> None:
    names = {found.metric.name for found in translate(paper, "ja", FAITHFUL["ja"][1]).columns}

    assert "translation.numbers_kept" in names
    assert "translation.chrf2" not in names
    assert "translation.bleu" not in names


def test_a_paper_without_a_reference_counts_for_nothing_in_overlap() -> None:
    papers = small_run()
    bare = papers[0].model_copy(update={"gold": papers[0].gold.model_copy(update={"translations": {}})})
    texts = {"zh-Hans": Translation(title="标题", tldr="完全不同的内容。")}
    card = score([bare, *papers[1:]], {bare.id: to_annotated(bare, translations=texts)})

    assert value(card, "translation.chrf2") == 100
    assert np.isnan(column(card, "translation.chrf2").per_paper[0])


def test_a_term_of_the_glossary_is_looked_up_in_its_translation(paper: GoldPaper) -> None:
    glossary = Glossary("zh-Hans", {"nodule": ("结节",), "CT": ("CT",), "attention": ("关注",)})
    texts = Translation(title=FAITHFUL["zh-Hans"][0], tldr=FAITHFUL["zh-Hans"][1])
    card = score([paper], {paper.id: to_annotated(paper, translations={"zh-Hans": texts})}, glossary=glossary)

    # Title: attention, CT. Summary: attention, CT, nodules. `注意力` is none of the renderings of attention here.
    assert value(card, "translation.glossary") == pytest.approx(3 / 5)


def test_a_glossary_for_another_language_is_refused() -> None:
    with pytest.raises(EvaluationError, match="for ja"):
        score(small_run(), glossary=Glossary("ja", {"nodule": ("結節",)}))


def test_the_length_ratio_is_of_characters(paper: GoldPaper) -> None:
    title, tldr = FAITHFUL["zh-Hans"]

    assert value(translate(paper, "zh-Hans", tldr), "translation.length_ratio") == pytest.approx(
        len(title + tldr) / len(TITLE + TLDR)
    )
