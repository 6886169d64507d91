from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from summarizer.digest.contents import Span
from summarizer.digest.formulas import convert_formula, render_prose
from tests.digest.document import Document
from tests.digest.hostile import HOSTILE

MATHML = {
    "math",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "mspace",
    "mrow",
    "mfrac",
    "msqrt",
    "mroot",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mmultiscripts",
    "mprescripts",
    "mtable",
    "mtr",
    "mtd",
}


class Tags(HTMLParser):
    """The tags of a fragment with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(text: str) -> list[str]:
    return [tag for tag, _ in Tags(render_prose(text)).found]


@pytest.mark.parametrize(
    ("text", "mathml"),
    [
        ("$x^2$", '<math alttext="x^2"><msup><mi>x</mi><mn>2</mn></msup></math>'),
        ("$$x$$", '<math alttext="x"><mi>x</mi></math>'),
        (r"\(x\)", '<math alttext="x"><mi>x</mi></math>'),
        (r"\[x\]", '<math alttext="x"><mi>x</mi></math>'),
        ("$a<b$", '<math alttext="a&lt;b"><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>'),
        (r"$90\%$", '<math alttext="90\\%"><mn>90</mn><mi>%</mi></math>'),
        (r"$\textbf{two words}$", '<math alttext="\\textbf{two words}"><mtext>two\u00a0words</mtext></math>'),
        (r"$x\!y$", '<math alttext="x\\!y"><mi>x</mi><mspace/><mi>y</mi></math>'),
    ],
)
def test_a_formula_becomes_mathml_that_carries_its_source(text: str, mathml: str) -> None:
    assert render_prose(text) == mathml


@pytest.mark.parametrize(
    "latex",
    [
        r"\mathcal{O}(n\log n)",
        r"\sim 0.5^\circ",
        r"0.93 \pm 0.05",
        r"x_{i,j} \in \mathbb{R}^{d\times d}",
        r"\left\| \frac{a}{b}\right\|_2^2",
        r"\sum_{i=1}^n x_i",
        r"\hat{y}, \bar{x}, \vec{v}",
        r"\sqrt[3]{x}",
        r"\begin{pmatrix}a&b\\c&d\end{pmatrix}",
        r"\mathrm{SE}(3)",
        r"\geq 10^{-3}",
        r"F_1",
    ],
)
def test_formulas_that_abstracts_hold_are_converted(latex: str) -> None:
    assert convert_formula(latex)


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "$ x $",
        "one $ alone",
        "\\$x\\$",
        "an empty $$ pair",
    ],
)
def test_prices_and_lone_signs_stay_text(text: str) -> None:
    assert render_prose(text) == escape(text)


@pytest.mark.parametrize(
    "latex",
    [
        r"\unicode{x2013}",
        r"\nosuchcommand",
        r"\frac{1}",
        "{x",
        "x % a comment hides this",
        r"\color{red}{x}",
        r"\phantom{hidden} x",
        r"\href{javascript:alert(1)}{x}",
        r"\kern100em x",
        r"\kern-5em x",
        r"\raisebox{1000em}{x}",
        r"\begin{array}{|c|}\hline a\end{array}",
        r"\cancel{x}",
        r"\,",
        r"\def\x{\x\x}\x",
        "x" + "^{x" * 60 + "}" * 60,
    ],
)
def test_a_formula_that_cannot_be_shown_faithfully_stays_latex(latex: str) -> None:
    assert convert_formula(latex) is None
    assert render_prose(f"a ${latex}$ b") == escape(f"a ${latex}$ b")


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</math><b>",
        "a & b",
        "\"'",
        "<a href=//e.example>x",
    ],
)
@pytest.mark.parametrize("command", ["", r"\text", r"\mathrm", r"\operatorname", r"\textsc"])
def test_markup_in_a_formula_is_no_markup(body: str, command: str) -> None:
    html = render_prose(f"${command}{{{body}}}$")

    assert {tag for tag, _ in Tags(html).found} <= MATHML


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_gives_mathml_alone_and_keeps_its_words(text: str) -> None:
    for framed in (text, f"${text}$", f"$\\text{{{text}}}$"):
        html = render_prose(framed)

        assert {tag for tag, _ in Tags(html).found} <= MATHML
        assert not any(
            name.startswith("on") or name in {"href", "style", "src"} for _, of in Tags(html).found for name in of
        )


@given(st.text(alphabet="$\\{}^_&%<>\"'[]()abx12 fracsqrtextdef", max_size=80))
def test_any_text_gives_mathml_alone_that_nests(text: str) -> None:
    html = str(render_prose(text))
    document = Document(f"<p>{html}</p>")

    assert {element.tag for element in document.elements} == {"p"}
    assert {tag for tag, _ in Tags(html).found} <= MATHML


@given(st.text(alphabet="$\\{}^_%ab 1", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_a_mark_covers_the_stretch_and_splits_no_formula(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    html = str(render_prose(text, Span(start, end)))
    before, _, rest = html.partition("<mark>")
    inside, _, after = rest.partition("</mark>")

    assert all(part.count("<math") == part.count("</math") for part in (before, inside, after))
    assert html.count("<math") == str(render_prose(text)).count("<math")


def test_a_formula_that_a_mark_touches_is_marked_whole() -> None:
    assert render_prose("a $x+y$ b", Span(4, 9)) == (
        'a <mark><math alttext="x+y"><mi>x</mi><mo>+</mo><mi>y</mi></math> b</mark>'
    )


def test_escaped_percent_signs_and_ampersands_are_read_outside_formulas_too() -> None:
    assert render_prose(r"15.5\% of R\&D, \\% and \$5") == r"15.5% of R&amp;D, \\% and \$5"


@pytest.mark.parametrize(
    "text",
    [
        "$" * 20_000,
        "$x" * 10_000,
        r"\(" * 10_000,
        "{" * 50_000,
        "$" + "{" * 50_000 + "$",
        r"$\sqrt" * 5_000,
        "$a$" * 5_000,
    ],
    ids=range(7),
)
def test_a_huge_text_is_rendered(text: str) -> None:
    assert "<script" not in render_prose(text)


def test_a_long_formula_stays_latex() -> None:
    text = f"${'x+' * 300}x$"

    assert render_prose(text) == text


def test_the_source_of_a_formula_is_escaped_in_its_attribute() -> None:
    html = render_prose("$\\text{\"a\" 'b'}$")

    assert not re.search(r'alttext="[^"]*"[^>]', html)
