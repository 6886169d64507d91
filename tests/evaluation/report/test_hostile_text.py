"""Facts about text that was written to do harm: it is shown, and nothing else happens."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # our own output
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from summarizer.annotate.records import AnnotatedRecord, FailedRecord, RecordError
from summarizer.evaluation.comparison import NewViolation
from summarizer.evaluation.metric import Violation
from summarizer.evaluation.report import (
    ReportedRun,
    render_annotations,
    render_junit,
    render_report,
    render_run_report,
    render_summary,
)
from summarizer.evaluation.report.markdown import MAX_BYTES, escape_comment
from summarizer.evaluation.runs import GoldRecord
from summarizer.evaluation.scored import summarize_run
from tests.digest.document import Document
from tests.evaluation.report.samples import GATE, Sample

ATTACK = (
    "</style></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg onload=alert(1)> "
    "{{ 7*7 }} {% raw %} [x](javascript:alert(1)) ![x](https://example.org/x.png) @somebody #1 `</code>` | a | b | \x00\x1b]0;x\x07"
    "\u202e \r\n::error::gone\n# heading\n- item"
)
LONG = "word " * 8_000


def infect(record: GoldRecord, text: str) -> GoldRecord:
    paper = record.paper.model_copy(update={"title": text, "abstract": text})
    if isinstance(record, AnnotatedRecord):
        changes = {"tldr": text, "tags": (text, "other"), "evidence": text}
        texts = {
            tag: own.model_copy(update={"title": text, "tldr": text})
            for tag, own in record.annotation.translations.items()
        }
        annotation = record.annotation.model_copy(update={**changes, "translations": texts})
        return record.model_copy(update={"paper": paper, "annotation": annotation})
    return FailedRecord(
        paper=paper, provenance=record.provenance, error=RecordError(type="RefusalError", message=text, raw_text=text)
    )


def build_hostile(sample: Sample, text: str) -> Sample:
    """Return the sample with a hostile title, abstract, reply, guardrail, reason and label everywhere."""
    assert sample.a.run
    assert sample.b.run
    outcomes = {name: tuple(infect(record, text) for record in own) for name, own in sample.b.run.outcomes.items()}
    gold = [
        paper.model_copy(
            update={
                "title": text,
                "abstract": text,
                "gold": paper.gold.model_copy(update={"tldr": text, "tags": (text,)}),
            }
        )
        for paper in sample.material.gold
    ]
    new = tuple(NewViolation(paper.id, (Violation(text, text),), text) for paper in sample.comparison.papers[:12])
    guardrails = tuple(
        replace(rule, label=text, status="fail", new=new, broken=(text,)) for rule in sample.comparison.guardrails
    )
    comparison = replace(
        sample.comparison, label_a=text, label_b=text, guardrails=guardrails, reasons=(text, text), uncompared=(text,)
    )
    run = ReportedRun(sample.b.scored, replace(sample.b.run, outcomes=outcomes))
    return Sample(comparison, sample.a, run, replace(sample.material, gold=gold, command=text))


@pytest.fixture(scope="module")
def hostile(sample: Sample) -> Sample:
    return build_hostile(sample, ATTACK)


def test_it_becomes_no_element_and_no_attribute_of_the_page(sample: Sample, hostile: Sample) -> None:
    tame = Document(render_report(sample.comparison, sample.a, sample.b, sample.material))
    html = render_report(hostile.comparison, hostile.a, hostile.b, hostile.material)
    page = Document(html)

    assert {element.tag for element in page.elements} <= {element.tag for element in tame.elements} | {"mark", "del"}
    assert len(page.find("script")) == len(page.find("style")) == 1
    assert not [name for element in page.elements for name in element.attributes if name.startswith("on")]
    assert page.find("img") == []
    assert "{{ 7*7 }}" in page.one("body").text


def test_nor_of_the_page_of_one_run(hostile: Sample) -> None:
    page = Document(render_run_report(hostile.b, summarize_run(hostile.b.scored, GATE.eval), hostile.material))

    assert len(page.find("script")) == 1
    assert page.find("img") == []


def test_long_text_is_cut(sample: Sample) -> None:
    long = build_hostile(sample, LONG)
    comparison = replace(long.comparison, label_a="A", label_b="B", reasons=("x",), uncompared=())
    guardrails = tuple(replace(rule, label="rule", new=(), broken=()) for rule in comparison.guardrails)
    gold = [
        mine.model_copy(update={"abstract": LONG, "gold": mine.gold.model_copy(update={"tldr": LONG})})
        for mine in sample.material.gold
    ]
    html = render_report(
        replace(comparison, guardrails=guardrails), long.a, long.b, replace(long.material, gold=gold, command="")
    )

    assert len(html.encode()) < 20_000 * len(gold)


def test_it_is_text_in_markdown_and_calls_nobody(hostile: Sample) -> None:
    text = render_summary(hostile.comparison, hostile.a, hostile.b, hostile.material)
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    tags = {*re.findall(r"<([a-z]\w*)", html)}

    assert tags <= {"h2", "h3", "p", "strong", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert "@<!-- -->somebody" in text
    assert "#<!-- -->1" in text
    assert "@somebody" not in text


@pytest.mark.parametrize("text", [LONG, "@x" * 20_000, "\U0001f600" * 20_000])
def test_markdown_stays_under_what_a_comment_may_have(sample: Sample, text: str) -> None:
    long = build_hostile(sample, text)
    comparison = replace(long.comparison, label_a="A", label_b="B")
    guardrails = tuple(replace(rule, label="rule") for rule in comparison.guardrails)
    summary = render_summary(replace(comparison, guardrails=guardrails), long.a, long.b, long.material)

    assert len(summary.encode()) <= MAX_BYTES


def test_junit_stays_well_formed(hostile: Sample) -> None:
    root = ET.fromstring(render_junit(hostile.comparison))  # noqa: S314  # our own output

    assert root.findall(".//failure")
    assert not root.findall(".//script")


def test_an_annotation_stays_on_its_line(hostile: Sample) -> None:
    lines = render_annotations(hostile.comparison).split("\n")

    assert len(lines) == len(hostile.comparison.reasons) + 1
    assert all(line.startswith("::error title=") for line in lines[:-1])
    assert all(line.count("::error") <= 3 for line in lines)
    assert "\r" not in "".join(lines)


def test_code_is_left_as_it_is_in_a_comment() -> None:
    assert escape_comment("mail a@example.org @b") == "mail `a@example.org` @<!-- -->b"
