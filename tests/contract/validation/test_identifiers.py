from __future__ import annotations

import pytest

from summarizer.contract.validation.identifiers import dimension_keys, offered_keys, wanted_keys


@pytest.mark.parametrize(
    ("reply", "paper"),
    [
        ("resnet50", "ResNet-50-FPN"),
        ("T1w", "T1-weighted"),
        ("T1", "T1-weighted"),
        ("non-COVID-19", "COVID-19"),
        ("ResNet-50s", "ResNet-50"),
        ("GPT-3.5", "GPT-3.5-turbo"),
        ("single-image-to-3D", "3D"),
        ("3D", "text-to-3D"),
    ],
)
def test_a_name_is_found_in_another_spelling(reply: str, paper: str) -> None:
    assert wanted_keys(reply) & offered_keys(paper)


@pytest.mark.parametrize(
    ("reply", "paper"),
    [
        ("ResNet-101", "ResNet-50"),
        ("GPT-4V", "GPT-4"),
        ("GPT-4", "GPT-4V"),
        ("Llama-3-70B", "Llama-3-8B"),
        ("T2", "T1-T3"),
        ("GPT-70B", "Llama-3-70B"),
    ],
)
def test_another_name_is_not(reply: str, paper: str) -> None:
    assert not wanted_keys(reply) & offered_keys(paper)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("three-dimensional", {"3d"}),
        ("Volumetric data", {"3d"}),
        ("二维与三维", {"2d", "3d"}),
        ("4-dimensional", {"4d"}),
        ("3次元", {"3d"}),
        ("a dimension", set()),
    ],
)
def test_dimensions_in_words_are_understood(text: str, wanted: set[str]) -> None:
    assert dimension_keys(text) == wanted


def test_a_chain_of_hyphens_costs_no_quadratic_work() -> None:
    assert len(offered_keys("-".join(f"a{number}" for number in range(10_000)))) < 100
