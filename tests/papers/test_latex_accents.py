"""Facts about LaTeX accents in names and titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers.sources.latex_accents import decode_accents, decode_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"M\"uller", "Müller"),
        (r"M{\"u}ller", "Müller"),
        (r"M\"{u}ller", "Müller"),
        (r"Poincar\'e", "Poincaré"),
        (r"Erd{\H{o}}s", "Erdős"),
        (r"\v{S}koda and \c Ceylan", "Škoda and Çeylan"),
        (r"Mart\'{\i}n, Mart{\'\i}n", "Martín, Martín"),
        (r"S\o ren \O{}sterg{\aa}rd", "Søren Østergård"),
        (r"Micha\l Nowak", "Michał Nowak"),
        (r"Stra{\ss}e", "Straße"),
        (r"R\&D at 50\%", "R&D at 50%"),
        ("Fig.~1", "Fig. 1"),
        ("about ~10", "about ~10"),
    ],
)
def test_accents_and_letters_become_unicode(text: str, expected: str) -> None:
    assert decode_accents(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        r"$\vec{u} \cdot \v{s}$",
        r"on $O(\'e)$",
        r"\textbf{bold} and \alpha",
        r"x_{1}^{2}",
        "{CT}",
        r"\operatorname{ae}",
        r"\(\'e\)",
        r"a lone \ ",
        pytest.param("\\(" * 400_000, id="never closed"),
        pytest.param("\\(a" * 400_000 + "\\)", id="closed once"),
    ],
)
def test_formulas_and_other_commands_stay(text: str) -> None:
    assert decode_accents(text) == text


def test_formulas_stay_beside_accents() -> None:
    assert decode_accents(r"K\"ahler $\"a$ and \'e") == r"Kähler $\"a$ and é"


def test_a_formula_may_hold_commands_and_line_breaks() -> None:
    assert decode_accents("\\'a \\(\\'e\n\\frac{1}{2}\\) \\'o") == "á \\(\\'e\n\\frac{1}{2}\\) ó"


def test_braces_in_a_name_only_group() -> None:
    assert decode_name(r"{van der} Erd{\H o}s") == "van der Erdős"


@given(st.text(st.characters(exclude_characters="\\~")))
def test_text_without_latex_is_not_touched(text: str) -> None:
    assert decode_accents(text) == text
