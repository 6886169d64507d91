"""Facts about the reports that commands of `summarizer eval` leave beside a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from summarizer.cli.eval_reports import report_comparison, report_run
from summarizer.evaluation.report import ReportedRun
from tests.evaluation.report.samples import GATE, Sample, build_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return build_sample(tmp_path_factory.mktemp("evaluation"), every=16, with_baseline=False)


@pytest.fixture
def gold(sample: Sample) -> Path:
    assert sample.b.run
    return sample.b.run.folder.parents[1] / "gold"


def test_a_verdict_leaves_four_files_and_says_where_the_page_is(
    sample: Sample, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report_comparison(
        sample.comparison, sample.a, sample.b, gold=gold, baselines=(), config=GATE, timing=None, folder=tmp_path
    )
    page = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert capsys.readouterr() == ("", f"report: {tmp_path / 'report.html'}\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "junit.xml",
        "report.html",
        "summary.md",
        "verdict.json",
    ]
    assert f"summarizer eval compare {sample.a.scored.name} {sample.b.scored.name} --gold {gold}" in page


def test_a_gate_names_the_file_of_its_baseline(sample: Sample, gold: Path, tmp_path: Path) -> None:
    report_comparison(
        sample.comparison,
        ReportedRun(replace(sample.a.scored, name="main"), None),
        sample.b,
        gold=gold,
        baselines=(),
        config=GATE,
        timing=None,
        folder=tmp_path,
        baseline=Path("eval/baselines/main.json"),
    )

    assert "summarizer eval gate --baseline eval/baselines/main.json annotate.v99" in (
        tmp_path / "report.html"
    ).read_text(encoding="utf-8")


def test_on_github_the_findings_are_annotations(
    sample: Sample, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report_comparison(
        sample.comparison,
        sample.a,
        sample.b,
        gold=gold,
        baselines=(),
        config=GATE,
        timing=None,
        folder=tmp_path,
        on_github=True,
    )
    lines = capsys.readouterr().err.splitlines()[1:]

    assert len(lines) == min(len(sample.comparison.reasons), 9)
    assert all(line.startswith("::") for line in lines)


def test_a_run_leaves_its_page(sample: Sample, gold: Path, tmp_path: Path) -> None:
    report_run(sample.b, gold=gold, baselines=(), config=GATE, folder=tmp_path)

    assert f"summarizer eval rescore {sample.b.scored.name}" in (tmp_path / "report.html").read_text(encoding="utf-8")
