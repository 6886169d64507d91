from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from summarizer.annotate.extractive.extractor import Extractor
from summarizer.annotate.extractive.lexicon import load_lexicon
from summarizer.contract.schema import Annotation
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.contract.validation.evidence import find_evidence
from summarizer.contract.validation.sentences import count_sentences, count_words
from summarizer.errors import AnnotationInvalidError
from summarizer.papers.paper import Paper

_TAXONOMY = load_taxonomy("taxonomy.v1")
_TAGS = {tag.id for tag in _TAXONOMY.tags}
_ANNOTATOR = Extractor(_TAXONOMY, load_lexicon("criterion.medical-imaging.v1"))

_WORDS = st.sampled_from(
    str.split(
        "We propose a CT scan of 3.5 mm in patients . , ; : ( ) $x$ \\textbf{U-Net} <b>MRI</b> cell_CT\u0301 e.g. Fig. 字 — "
        "medical\u00a0image \u202e X-ray\x00 tumor\n lesions % {\\deg} https://a.b/c. segmentation ? 12%",
        " ",
    )
)
_TEXTS = st.one_of(st.text(max_size=300), st.lists(_WORDS, max_size=120).map(" ".join))


def _annotate(title: str, abstract: str = "") -> Annotation:
    return _ANNOTATOR.extract(Paper(id="1", title=title, abstract=abstract))


def test_a_paper_gets_summary_tags_relevance_and_evidence() -> None:
    annotation = _annotate(
        "Sparse labels for liver lesions in CT",
        "Outlining lesions is slow. To this end, we propose a semi-supervised network for lesion segmentation in "
        "abdominal CT scans, which needs 5 outlined cases. Experiments show a Dice score of 81.2.",
    )

    assert annotation.tldr == (
        "We propose a semi-supervised network for lesion segmentation in abdominal CT scans, which needs 5 outlined cases."
    )
    assert set(annotation.tags) >= {"segmentation", "label-efficient", "ct"}
    assert annotation.relevance == 4
    assert annotation.evidence == ("we propose a semi-supervised network for lesion segmentation in abdominal CT scans")
    assert annotation.translations == {}


def test_without_an_abstract_the_title_is_all_there_is() -> None:
    annotation = _annotate("Brain tumor segmentation in MRI")

    assert annotation.tldr == "Brain tumor segmentation in MRI."
    assert annotation.relevance >= 4
    assert annotation.evidence in "Brain tumor segmentation in MRI"


@pytest.mark.parametrize("title", ["", "?!", " \n", "___"])
def test_a_paper_without_a_word_fails_instead_of_being_invented(title: str) -> None:
    with pytest.raises(AnnotationInvalidError, match="Neither title nor abstract"):
        _annotate(title, "--")


@given(_TEXTS, _TEXTS)
@example("x", "a" * 1000 + " CT. " + "b" * 1000)
@example("x", "see $5. (We propose. It works. CT) " * 30)
def test_any_text_gives_a_valid_annotation(title: str, abstract: str) -> None:
    if not any(map(str.isalnum, title + abstract)):
        return
    annotation = _annotate(title, abstract)

    assert count_words(annotation.tldr) in range(1, 31)
    assert count_sentences(annotation.tldr) == 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", annotation.tldr + annotation.evidence)
    assert 1 <= len(annotation.tags) == len(set(annotation.tags)) <= 5
    assert set(annotation.tags) <= _TAGS
    assert "other" not in annotation.tags or annotation.tags == ("other",)
    assert annotation.relevance in range(6)
    assert (annotation.evidence == "") == (annotation.relevance == 0)
    assert annotation.evidence in title or annotation.evidence in abstract


@given(st.lists(_WORDS, max_size=120).map(" ".join))
def test_the_evidence_passes_the_validation_of_replies(abstract: str) -> None:
    annotation = _annotate("A title", abstract)

    assert not annotation.evidence or find_evidence(annotation.evidence, "A title", abstract) is not None


@pytest.mark.parametrize(
    "unit",
    ["MRI ", "word ", "a. ", "$", "(", "{", "<b", "we propose CT ", "字", "\\textbf{", "CT, ", "e.g. ", "1", "  "],
)
def test_a_line_of_100_kb_is_annotated(unit: str) -> None:
    annotation = _annotate("A title", unit * (100_000 // len(unit)))

    assert count_words(annotation.tldr) <= 30
    assert len(annotation.tldr) <= 321
    assert len(annotation.evidence) <= 240


def test_the_answer_is_the_same_every_time() -> None:
    texts = ("Tumor segmentation", "We segment tumors in MRI and CT. We register ultrasound.")
    again = Extractor(_TAXONOMY, load_lexicon("criterion.medical-imaging.v1"))

    assert _annotate(*texts) == _annotate(*texts) == again.extract(Paper(id="2", title=texts[0], abstract=texts[1]))
