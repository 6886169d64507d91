from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.contract.validation.formulas import find_lost_formulas

KEPT = [
    ("a loss $\\mathcal{L}_{seg}$ is used", "使用损失 $\\mathcal{L}_{seg}$"),
    ("with $ x_{i} + y $", "其中 $x_i+y$"),
    ("with $x_i$ and $$E = mc^2$$", "其中 $$E=mc^2$$ 与 $x_i$"),
    ("with \\(x^2_j\\) here", "此处 $x^2_j$"),
    ("with \\[x^2_j\\] here", "此处 $x^2_j$"),
    ("$20\\%$ of labels", "20%的标注"),
    ("$\\sim$20 and $\\approx 3.5\\times$", "约20和3.5倍"),
    ("$>0.99$", "大于0.99"),
    ("90\\% of it", "90%"),
    ("$k$-means", "k-means"),
    ("$k$-means", "$k$-均值"),
    ("$T_1$-weighted", "T1加权"),
    ("an $\\alpha$ of 1", "α为1"),
    ("an \\alpha of 1", "$\\alpha$为1"),
    ("\\textbf{A} \\emph{new} model", "新模型A"),
    ("from $5 to $10 a scan", "每次扫描5至10美元"),
    ("from $5 to $10 a scan", "每次扫描$5到$10"),
    ("$x \\text{ if } y^2$", "$x \\text{ 若 } y^2$"),
    ("$\\le 3$ with $a_1 \\le b$", "$a_1 \\leq b$ 且不超过3"),
    ("10 $\\mu m$ at 37$^\\circ$C", "37°C下10微米"),
    ("no formula", "没有公式"),
]


@pytest.mark.parametrize(("source", "translation"), KEPT)
def test_a_formula_written_the_same_is_kept(source: str, translation: str) -> None:
    assert find_lost_formulas(source, translation) == ([], [])


DAMAGED = [
    ("with $x_{i}+y$", "其中若干", ["$x_{i}+y$"], []),
    ("with $x_{i}+y$", "其中 $x_{j}+y$", ["$x_{i}+y$"], ["$x_{j}+y$"]),
    ("with $x^{10}$", "其中 $x^10$", ["$x^{10}$"], ["$x^10$"]),
    ("$a^2$ and $a^2$ again", "再次 $a^2$", ["$a^2$"], []),
    ("nothing", "其中 $z^2$", [], ["$z^2$"]),
    ("with $\\mathcal{L}(\\theta)$", "其中 \\mathcal{L}(\\theta)", ["$\\mathcal{L}(\\theta)$"], []),
    ("an \\alpha-net", "一个网络", ["\\alpha"], []),
    ("$k$-means", "均值", ["$k$"], []),
    ("text", "\\lambda 文本", [], ["\\lambda"]),
]


@pytest.mark.parametrize(("source", "translation", "missing", "added"), DAMAGED)
def test_a_lost_or_changed_formula_is_found(
    source: str, translation: str, missing: list[str], added: list[str]
) -> None:
    lost = find_lost_formulas(source, translation)

    assert (lost.missing, [formula for formula in lost.added if formula not in {"\\mathcal", "\\theta"}]) == (
        missing,
        added,
    )


@given(st.text(alphabet="$\\()[]{}ab1 _^.,医%", max_size=80))
def test_a_text_keeps_its_own_formulas(text: str) -> None:
    assert find_lost_formulas(text, text) == ([], [])
