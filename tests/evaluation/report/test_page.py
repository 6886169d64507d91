"""Facts about the page of a verdict, and of one run."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from summarizer.evaluation.compare import compare
from summarizer.evaluation.comparison import Comparison, Interval, NewViolation, Verdict
from summarizer.evaluation.metric import Violation
from summarizer.evaluation.report import ReportedRun, render_report, render_run_report
from summarizer.evaluation.report.page import link_paper
from summarizer.evaluation.report.wording import say_answer
from summarizer.evaluation.scored import summarize_run
from summarizer.evaluation.timing import TimingComparison
from tests.digest.document import Document
from tests.evaluation.report.samples import COMMAND, GATE, Sample, build_sample

MAX_BYTES_A_PAPER = 10_000
"""2 MB for 200 papers."""


def render(sample: Sample, **changes: Any) -> Document:
    comparison = replace(sample.comparison, **changes)
    return Document(render_report(comparison, sample.a, sample.b, sample.material))


def section(page: Document, name: str) -> str:
    """Return the text of the section with this heading."""
    return next(found.text for found in page.find("section", aria_labelledby=name))


def test_equal_arguments_give_equal_bytes(sample: Sample, html: str) -> None:
    assert render_report(sample.comparison, sample.a, sample.b, sample.material) == html


def test_the_verdict_comes_first_with_its_reasons(sample: Sample, page: Document) -> None:
    verdict = page.one("section", id="verdict")

    assert verdict.text.startswith(f"{sample.comparison.verdict} {say_answer(sample.comparison)}")
    for reason in sample.comparison.reasons:
        assert " ".join(reason.split()) in verdict.text
    assert page.one("title").text == "FAIL: annotate.v1 → annotate.v99"


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_every_verdict_has_an_answer_and_a_colour_that_says_it_too(sample: Sample, verdict: Verdict) -> None:
    page = render(sample, verdict=verdict)

    assert say_answer(replace(sample.comparison, verdict=verdict)) in page.one("section", id="verdict").text
    assert f"v-{verdict.lower()}" in page.one("section", id="verdict").classes


def test_an_improvement_is_said(sample: Sample) -> None:
    verdict = render(sample, verdict="PASS", is_improved=True).one("section", id="verdict")

    assert verdict.text.startswith("PASS improved B may ship, and is better.")


def test_the_worst_papers_stand_beside_the_verdict(sample: Sample, page: Document) -> None:
    worst = [paper.id for paper in sample.comparison.worse_papers[:3]]
    [linked] = page.find("ol", class_="harmed")

    assert [link.attributes["href"] for link in linked.find("a")][:3] == [link_paper(name) for name in worst]


def test_the_gate_is_read_from_the_90_percent_interval(sample: Sample, page: Document) -> None:
    [table] = page.find("table", class_="gate")
    for entry in sample.comparison.primaries:
        assert entry.gate_interval
        assert entry.metric.label in table.text
        assert str(entry.verdict) in table.text


def test_every_metric_is_in_the_table(sample: Sample, page: Document) -> None:
    text = section(page, "metrics")

    assert all(entry.metric.label in text for entry in sample.comparison.metrics)
    assert "B does not beat extractive in" in text


def test_a_baseline_that_is_beaten_everywhere_is_said_to_be(sample: Sample) -> None:
    [row] = sample.material.baselines
    assert row.standing
    beaten = replace(row, standing=replace(row.standing, unbeaten=(), lacking=()))
    material = replace(sample.material, baselines=[beaten])
    page = Document(render_report(sample.comparison, sample.a, sample.b, material))

    assert "B beats extractive in every primary metric that both have." in section(page, "metrics")


def test_the_forest_plot_has_a_row_with_its_numbers_for_each_metric_of_quality(sample: Sample, page: Document) -> None:
    [table] = page.find("table", class_="forest")
    drawn = [row for row in table.find("tr") if row.find("circle")]
    expected = [entry for entry in sample.comparison.metrics if entry.gain is not None and entry.metric.task != "cost"]

    assert len(drawn) == len(expected)
    for row, entry in zip(drawn, expected, strict=True):
        assert row.text.startswith(entry.metric.label)
        assert row.find("td")[1].text.count("[") == 1
    assert "intervals exclude zero" in section(page, "differences")


def test_charts_are_hidden_from_readers_that_have_the_table(page: Document) -> None:
    charts = page.find("svg")

    assert len(charts) > 20
    assert all(chart.attributes.get("aria-hidden") or chart.attributes.get("aria-label") for chart in charts)


def test_every_paper_has_an_address_of_its_own(sample: Sample, page: Document) -> None:
    ids = [article.attributes["id"] for article in page.find("article")]

    assert ids == [f"paper={paper.id}" for paper in sample.comparison.papers]
    assert len({*ids}) == len(ids)


def test_a_paper_is_shown_as_reference_a_and_b(sample: Sample, page: Document) -> None:
    found = next(article for article in page.find("article") if "In short" in article.text)
    cells = found.find("td")
    record = sample.b.find_record(str(found.attributes["id"]).removeprefix("paper="))

    assert next(cell.text for cell in cells if cell.attributes.get("data-side") == "B").startswith("In short,")
    assert found.find("ins")[0].text.startswith("In short")
    assert record is not None
    assert found.attributes["data-fate"] == "worse"
    assert found.attributes["data-tasks"] == "summary"
    assert "ROUGE-L" in found.text


def test_wrong_tags_are_struck_and_missed_ones_named(page: Document) -> None:
    struck = [mark.text for article in page.find("article") for mark in article.find("s")]

    assert "other" in struck
    assert any("missed: " in article.text for article in page.find("article"))


def test_new_violations_are_named_with_their_papers(sample: Sample, page: Document) -> None:
    text = section(page, "guardrails")
    new = [found for rule in sample.comparison.guardrails for found in rule.new]

    assert new
    assert all(found.id in text and found.violations[0].detail in text for found in new)


def test_a_waiver_is_shown_with_its_reason(sample: Sample) -> None:
    rule = next(rule for rule in sample.comparison.guardrails if rule.name == "summary.unsupported_numbers")
    paper = sample.comparison.papers[0].id
    waived = replace(rule, new=(NewViolation(paper, (Violation("5 is not there"),), "looked at by hand"),))
    page = render(sample, guardrails=(waived,))

    assert "waived: looked at by hand" in section(page, "guardrails")


def test_the_footer_says_what_reproduces_it(sample: Sample, page: Document) -> None:
    text = section(page, "provenance")
    manifest = sample.b.scored.manifest

    for fact in (COMMAND, "seed 20261120", "500 resamples", manifest.gold_sha, manifest.run_id, manifest.version):
        assert fact in text
    assert all(column.metric.signature in text for column in sample.b.scored.card.columns)


def test_a_reading_of_the_test_split_is_counted(sample: Sample) -> None:
    manifest = sample.b.scored.manifest.model_copy(update={"split": "test", "test_reads": 7, "reason": "release"})
    run = ReportedRun(replace(sample.b.scored, manifest=manifest), sample.b.run)
    page = Document(render_report(sample.comparison, sample.a, run, sample.material))

    assert "test read #7" in page.find("p", class_="eyebrow")[0].text
    assert "#7: release" in section(page, "provenance")


def test_time_is_reported_where_both_were_asked_together(sample: Sample) -> None:
    timing = TimingComparison(40, 1.0, 1.5, 1.5, Interval(1.2, 1.9))
    page = Document(render_report(sample.comparison, sample.a, sample.b, replace(sample.material, timing=timing)))

    assert "over 40 papers: 1.00 → 1.50, ratio 1.50 [1.20, 1.90]" in section(page, "cost")


def test_more_than_one_change_is_confounded_beside_the_verdict(sample: Sample) -> None:
    manifest = sample.b.scored.manifest
    profile = manifest.profile.model_copy(update={"requested_model": "other"})
    run = ReportedRun(replace(sample.b.scored, manifest=manifest.model_copy(update={"profile": profile})), sample.b.run)
    page = Document(render_report(sample.comparison, sample.a, run, sample.material))

    assert "Confounded: 2 factors changed (prompt and model)" in page.one("section", id="verdict").text


def test_a_committed_baseline_has_scores_and_no_replies(sample: Sample) -> None:
    page = Document(render_report(sample.comparison, ReportedRun(sample.a.scored, None), sample.b, sample.material))

    assert "not kept" in page.find("article")[0].text
    assert len(page.find("table", class_="confusion")) == 1
    assert "its replies were not kept" in section(page, "relevance")


def test_two_baselines_have_no_replies_to_show(sample: Sample) -> None:
    a, b = (ReportedRun(side.scored, None) for side in (sample.a, sample.b))
    page = Document(render_report(sample.comparison, a, b, sample.material))

    assert page.find("table", class_="confusion") == []
    assert "No replies were kept." in section(page, "tags")


def test_a_verdict_without_a_difference_lists_no_paper_as_worse(sample: Sample) -> None:
    card = sample.a.scored.card
    comparison: Comparison = compare(card, card, config=GATE)
    page = Document(render_report(comparison, sample.a, sample.a, sample.material))

    assert "None. 0 got better, 32 are as before." in section(page, "harmed")
    assert {article.attributes["data-fate"] for article in page.find("article")} == {"same"}


def test_the_page_lets_nothing_in_but_its_own_style_and_script(html: str, page: Document) -> None:
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"] or ""
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
        for tag in ("style", "script")
        for content in re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    ]

    assert len(hashes) == 2
    assert all(digest in policy for digest in hashes)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<[^>]+\s(style|on\w+)=", html)
    assert not [
        element
        for element in page.elements
        if (element.attributes.get("href") or element.attributes.get("src") or "").startswith(("http", "//"))
    ]


def test_a_single_run_has_its_own_smaller_page(sample: Sample, html: str) -> None:
    summaries = summarize_run(sample.b.scored, GATE.eval)
    text = render_run_report(sample.b, summaries, sample.material)
    page = Document(text)

    assert text == render_run_report(sample.b, summaries, sample.material)
    assert len(text) < len(html)
    assert page.one("h1").text == "annotate.v99"
    assert all(entry.metric.label in section(page, "metrics") for entry in summaries)
    assert "This run does not beat extractive" in section(page, "metrics")
    assert len(page.find("article")) == len(sample.material.gold)
    assert len(page.find("table", class_="confusion")) == 1


def test_an_incomplete_run_says_so_first(sample: Sample) -> None:
    manifest = sample.b.scored.manifest
    lost = {"id": manifest.papers[0], "repeat": 0, "reason": "no reply in the cache"}
    manifest = type(manifest).model_validate({**manifest.model_dump(), "missing": [lost]})
    run = ReportedRun(replace(sample.b.scored, manifest=manifest), sample.b.run)
    page = Document(render_run_report(run, summarize_run(run.scored, GATE.eval), sample.material))

    assert page.one("section", id="verdict").text.startswith("INCOMPLETE1 of 32 papers lack a reply")


def test_a_page_of_200_papers_stays_under_2_mb(tmp_path: Path) -> None:
    sample = build_sample(tmp_path, every=4, with_baseline=False)
    html = render_report(sample.comparison, sample.a, sample.b, sample.material)

    assert len(html.encode()) < MAX_BYTES_A_PAPER * len(sample.material.gold)
