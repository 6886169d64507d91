"""Facts about markup that publishers leave in titles and abstracts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.papers.sources.html_text import plain_text

MATH = '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">{}</mml:math>'


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>6</sup> rays", "10⁶ rays"),
        ("H<sub>2</sub>O and L<inf>max</inf>", "H₂O and L_{max}"),
        ("x<sup>i</sup> is the 21<sup>st</sup>", "x^i is the 21st"),
        ("shown<sup>†</sup>", "shown†"),
        ("<i>Homo</i> <b>sapiens</b><br/>again", "Homo sapiens again"),
        ("<jats:title>Aim</jats:title><jats:p>One &amp; two</jats:p>", " Aim  One & two "),
        ('<tex xmlns:mml="m">$R^{2}$</tex>Former', "$R^{2}$Former"),
        ("under 5&#x2009;mm, &lt;3%", "under 5\u2009mm, <3%"),
    ],
)
def test_markup_becomes_readable_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<mml:msub><mml:mi>E</mml:mi><mml:mn>11</mml:mn></mml:msub>", "E₁₁"),
        ("<mml:msup><mml:mi>x</mml:mi><mml:mi>k</mml:mi></mml:msup>", "x^k"),
        ("<mml:mi>p</mml:mi> <mml:mo>&lt;</mml:mo> <mml:mn>0.05</mml:mn>", "p<0.05"),
        (
            "<mml:mfrac><mml:mrow><mml:mi>a</mml:mi><mml:mo>+</mml:mo><mml:mi>b</mml:mi></mml:mrow><mml:mi>c</mml:mi></mml:mfrac>",
            "(a+b)/c",
        ),
        ("<mml:msqrt><mml:mi>n</mml:mi></mml:msqrt>", "√n"),
        ("<mml:munderover><mml:mo>∑</mml:mo><mml:mn>1</mml:mn><mml:mi>n</mml:mi></mml:munderover>", "∑₁ⁿ"),
    ],
)
def test_a_formula_in_mathml_becomes_readable_text(content: str, text: str) -> None:
    assert plain_text(MATH.format(content)) == text


def test_a_formula_given_in_latex_and_mathml_is_kept_once() -> None:
    latex = '<inline-formula><tex-math notation="LaTeX">$2\\times$</tex-math>'
    twice = f"{latex}<alternatives>{MATH.format('<mml:mn>2</mml:mn>')}</alternatives></inline-formula> faster"

    assert plain_text(twice) == r"$2\times$ faster"


@pytest.mark.parametrize(
    "text", ["a < b and c > d", "the <MASK> and <s> tokens", "R&D at AT&T", "<i, j>", r"$a<b$ & \&"]
)
def test_the_authors_own_angle_brackets_and_ampersands_stay(text: str) -> None:
    assert plain_text(text) == text


@pytest.mark.parametrize("markup", ["x</sup>y", "<sup>x", "<math><msup><mi>x", "<sub><sup>x</sub>y"])
def test_unbalanced_markup_loses_no_text(markup: str) -> None:
    assert plain_text(markup).replace("y", "").strip("^_{}") == "x"


@given(st.text(st.sampled_from('<>/&;"= asupbtexmrow:#1'), max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(plain_text(text), str)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", ["<sup>", "</sup>", "<sup><sub>", '<p a="', "<math><mrow>", "&#1", "<a b=c "])
def test_a_megabyte_of_broken_markup_is_read_in_linear_time(part: str) -> None:
    assert len(plain_text(part * (2**20 // len(part)))) <= 2**20
