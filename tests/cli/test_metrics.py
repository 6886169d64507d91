"""Facts about the metrics file, read back with the parser of the format."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from summarizer.annotate.report import RunReport
from summarizer.chat.interface import Usage
from summarizer.cli.metrics import MetricsFile
from tests.cli.conftest import Cli, write_day

Samples = dict[tuple[str, str], float]


def write(path: Path, report: RunReport, *, max_cost_usd: float | None = None) -> Samples:
    MetricsFile(path, report, run_id="r1", model='odd "name"\\', max_cost_usd=max_cost_usd).write()
    return {
        (sample.name, sample.labels.get("outcome", "")): sample.value
        for family in text_string_to_metric_families(path.read_text())
        for sample in family.samples
    }


def test_every_figure_of_the_report_is_there(tmp_path: Path) -> None:
    usage = Usage(input_tokens=1000, cached_input_tokens=600, output_tokens=50)
    report = RunReport(
        annotated=5, failed=2, skipped=1, duplicate=3, resumed=4, calls=9, cache_hits=1, usage=usage, cost_usd=0.25
    )
    samples = write(tmp_path / "run.prom", report, max_cost_usd=5.0)

    assert [samples["summarizer_records_total", name] for name in ("annotated", "failed", "skipped", "duplicate")] == [
        5,
        2,
        1,
        3,
    ]
    assert samples["summarizer_resumed_papers_total", ""] == 4
    assert samples["summarizer_cached_papers_total", ""] == 1
    assert samples["summarizer_calls_total", ""] == 9
    assert samples["summarizer_input_tokens_total", ""] == 1000
    assert samples["summarizer_cached_input_tokens_total", ""] == 600
    assert samples["summarizer_output_tokens_total", ""] == 50
    assert (samples["summarizer_cost_usd", ""], samples["summarizer_max_cost_usd", ""]) == (0.25, 5.0)


def test_an_unknown_cost_has_no_line(tmp_path: Path) -> None:
    samples = write(tmp_path / "run.prom", RunReport(cost_usd=None))

    assert ("summarizer_cost_usd", "") not in samples
    assert ("summarizer_max_cost_usd", "") not in samples


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "run.prom", RunReport())

    assert [path.name for path in tmp_path.iterdir()] == ["run.prom"]


def test_the_file_of_an_earlier_run_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "run.prom", RunReport(annotated=1))
    samples = write(tmp_path / "run.prom", RunReport(annotated=2))

    assert samples["summarizer_records_total", "annotated"] == 2


@pytest.mark.parametrize("name", ["out.jsonl", "runs.jsonl", "day.txt"])
def test_no_other_file_is_ever_replaced(cli: Cli, tmp_path: Path, name: str) -> None:
    day = write_day(tmp_path / "day.txt", 2)
    command = ("annotate", day, "-o", "out.jsonl", "-m", "extractive")
    first = cli(*command, "--metrics", name)
    cli(*command)
    before = Path(name).read_bytes()
    second = cli(*command, "--metrics", name)

    assert (first.exit_code, second.exit_code) == (2, 2)
    assert "--metrics" in first.stderr
    assert Path(name).read_bytes() == before


def test_a_run_leaves_its_last_state(cli: Cli, tmp_path: Path) -> None:
    day = write_day(tmp_path / "day.txt", 2)
    cli("annotate", day, "-o", "out.jsonl", "-m", "extractive", "--metrics", "run.prom")

    assert 'summarizer_records_total{outcome="annotated"} 2.0' in Path("run.prom").read_text()
    assert "summarizer_run_active 0.0" in Path("run.prom").read_text()
