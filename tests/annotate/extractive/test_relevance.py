"""Relevance of abstracts of our own words, by the shipped lexicon."""

from __future__ import annotations

import pytest

from summarizer.annotate.extractive.lexicon import load_lexicon
from summarizer.annotate.extractive.phrases import read_words
from summarizer.annotate.extractive.relevance import RelevanceScorer
from summarizer.annotate.extractive.sentences import split_sentences


@pytest.fixture(scope="module")
def scorer() -> RelevanceScorer:
    return RelevanceScorer(load_lexicon("criterion.medical-imaging.v1"))


def _score(scorer: RelevanceScorer, title: str, abstract: str) -> tuple[int, str]:
    text = f"{title}\n{abstract}"

    return scorer.score(read_words(text), split_sentences(text))


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("Counting crowds from drones", "We count people in aerial video by density maps."),
        ("Faster attention heads", "At each step the operation masks one head. The backbone is kept."),
    ],
)
def test_a_paper_without_a_medical_word_is_0_without_evidence(
    scorer: RelevanceScorer, title: str, abstract: str
) -> None:
    assert _score(scorer, title, abstract) == (0, "")


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        (
            "Finding knives in luggage",
            "We detect contraband in CT images of suitcases. X-ray images of baggage are hard.",
        ),
        ("Spectra of quasars", "The X-ray telescope sees active galactic nuclei. We fit images of each galaxy."),
        ("Knots in timber", "Computed tomography of wooden logs shows knots. We segment the CT scans in a sawmill."),
        ("Textures from cellular automata", "We train neural cellular automata to grow images."),
        ("Model surgery", "We apply network surgery to an image classifier. Gradient surgery helps."),
        ("Fault diagnosis of bearings", "Machine health is read from images of vibration."),
        ("Weeds and leaf disease", "We detect plant disease in images of leaves from a farm."),
        ("Skinning from video", "Skin weights and bone lengths of a skeleton are learned from video."),
        ("Sorting solar cells", "We find cracks in solar cell images."),
        ("Ships from space", "Vessel detection in satellite images is improved."),
        (
            "Cutting images",
            "We learn the anatomy of a diffusion model. The heart of the method is a mask on a Retina display.",
        ),
    ],
)
def test_a_look_alike_is_1_at_most(scorer: RelevanceScorer, title: str, abstract: str) -> None:
    assert _score(scorer, title, abstract)[0] <= 1


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("A calibrated detector", "Trust matters in driving and healthcare. We calibrate detectors on street images."),
        ("Answers from medical records", "Clinical notes of patients are long. We ask a language model about them."),
        ("Heart rhythm from signals", "We classify the ECG of patients with cardiac disease."),
    ],
)
def test_a_mention_or_medicine_without_pictures_is_1(scorer: RelevanceScorer, title: str, abstract: str) -> None:
    assert _score(scorer, title, abstract)[0] == 1


def test_one_medical_experiment_among_others_is_2(scorer: RelevanceScorer) -> None:
    abstract = (
        "Losses for thin structures are fragile. We propose a smoother loss. It needs no tuning. It is quick. "
        "Experiments on roads, rivers and colonoscopy images show a gain."
    )

    level, evidence = _score(scorer, "A loss for thin structures", abstract)

    assert level == 2
    assert "colonoscopy images" in evidence


def test_biology_without_a_patient_is_3(scorer: RelevanceScorer) -> None:
    abstract = "We follow bacteria in time-lapse microscopy. Each microscopy image holds hundreds of single cells."

    assert _score(scorer, "Tracking bacteria in microscopy", abstract)[0] == 3


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        (
            "Liver lesions in abdominal CT",
            "We segment liver lesions in CT scans. The network is trained on a public benchmark.",
        ),
        ("Knee MRI from few samples", "We reconstruct knee MRI from undersampled k-space. It is four times faster."),
        ("Polyps in video", "Polyps hide in colonoscopy. We detect polyps in endoscopic video with a small network."),
        ("Grading whole-slide images", "Histopathology is slow. We grade tumors on whole-slide images by weak labels."),
        ("Vessels of the eye", "We trace retinal vessels in fundus photographs. Diabetic retinopathy changes them."),
    ],
)
def test_one_clinical_task_is_the_subject_and_at_least_4(scorer: RelevanceScorer, title: str, abstract: str) -> None:
    assert _score(scorer, title, abstract)[0] >= 4


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("A survey of diffusion models in medical imaging", "We review medical image synthesis and segmentation."),
        (
            "Lung nodules on chest CT",
            "In this retrospective study of patients from two hospitals, lung nodules on chest CT were read by four "
            "radiologists. External validation confirmed the result.",
        ),
    ],
)
def test_a_survey_or_a_study_of_patients_is_5(scorer: RelevanceScorer, title: str, abstract: str) -> None:
    assert _score(scorer, title, abstract)[0] == 5


def test_acronyms_need_their_capitals(scorer: RelevanceScorer) -> None:
    assert _score(scorer, "The pet and the oct", "An image of my pet, by ct.") == (0, "")


def test_the_evidence_is_the_densest_clause(scorer: RelevanceScorer) -> None:
    abstract = "Many scans are blurred. We sharpen ultrasound images of the fetal heart, and we release a tool."

    assert _score(scorer, "Sharper scans", abstract)[1] == "We sharpen ultrasound images of the fetal heart"
