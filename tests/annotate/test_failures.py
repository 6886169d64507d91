"""Facts about the groups of failures."""

from __future__ import annotations

from pathlib import Path

from summarizer.annotate.failures import FailureCounter, FailureGroup
from summarizer.annotate.results import read_results
from summarizer.annotate.store import ResultFile
from tests.builders import PROFILE, build_annotated, build_failed, build_paper


def test_failures_are_grouped_by_type_the_largest_group_first_each_with_an_example(tmp_path: Path) -> None:
    counter = FailureCounter(ResultFile(tmp_path / "out.jsonl", PROFILE))
    counter.append(build_failed(build_paper(1), "RefusalError"))
    counter.append(build_annotated(build_paper(2)))
    counter.append(build_failed(build_paper(3), "AnnotationInvalidError"))
    counter.append(build_failed(build_paper(4), "AnnotationInvalidError"))
    counter.close()

    assert list(counter) == [
        FailureGroup("AnnotationInvalidError", 2, "2401.00003", "no"),
        FailureGroup("RefusalError", 1, "2401.00001", "no"),
    ]
    assert len(list(read_results(tmp_path / "out.jsonl"))) == 4


def test_what_earlier_runs_wrote_shows_through(tmp_path: Path) -> None:
    first = FailureCounter(ResultFile(tmp_path / "out.jsonl", PROFILE))
    first.append(build_annotated(build_paper(1)))
    first.append(build_failed(build_paper(2)))
    first.close()
    second = FailureCounter(ResultFile(tmp_path / "out.jsonl", PROFILE))
    second.close()

    assert second.is_annotated(build_paper(1))
    assert second.has_failed(build_paper(2))
    assert not second.holds(build_failed(build_paper(2)))
    assert list(second) == []
