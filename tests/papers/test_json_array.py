"""Facts about reading JSON arrays element by element."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import SourceError
from summarizer.papers import Paper, SkippedRecord, read
from summarizer.papers.normalization import normalize_text

SAMPLE = Path(__file__).parents[1] / "data" / "sources" / "papers.json"
OBJECT = '{"title": "T", "summary": "S"}'


def read_text(tmp_path: Path, text: str) -> list[Paper | SkippedRecord]:
    path = tmp_path / "array"
    path.write_text(text, encoding="utf-8")
    return list(read(path, source="json-array"))


def test_brackets_in_text_do_not_end_an_element_and_lines_are_counted() -> None:
    papers = [record for record in read(SAMPLE) if isinstance(record, Paper)]

    assert len(papers) == len(json.loads(SAMPLE.read_text()))
    assert [(paper.title, paper.position) for paper in papers] == [
        ('Brackets ] } in "titles" [', 2),
        ("Over many lines", 3),
    ]


def test_an_empty_array_holds_no_papers(tmp_path: Path) -> None:
    (tmp_path / "array").write_text("[ ]\n")

    assert list(read(tmp_path / "array")) == []


def test_an_element_that_is_no_paper_is_skipped(tmp_path: Path) -> None:
    skipped = read_text(tmp_path, f'[{OBJECT}, 7, "text", [1, 2], {{"abstract": "x"}}, {OBJECT}]')[1:-1]

    assert [record.reason for record in skipped if isinstance(record, SkippedRecord)] == [
        "unreadable value: expected an object, found int",
        "unreadable value: expected an object, found str",
        "unreadable value: expected an object, found list",
        "unreadable value: no title",
    ]


@pytest.mark.parametrize("bad", ['{"title": "cut', '{\n  "title": "cut\n  "summary": "S"\n}', '{"title": cut}'])
def test_a_broken_element_costs_only_itself(tmp_path: Path, bad: str) -> None:
    first, skipped, last = read_text(tmp_path, f"[\n{OBJECT},\n{bad}\n,{OBJECT}\n]")

    assert isinstance(first, Paper)
    assert isinstance(skipped, SkippedRecord)
    assert (skipped.line, skipped.reason[:10]) == (3, "not JSON: ")
    assert isinstance(last, Paper)


def test_an_array_that_is_cut_off_is_an_error_after_its_last_whole_element(tmp_path: Path) -> None:
    (tmp_path / "array").write_text(f"[{OBJECT},\n{OBJECT},\n{OBJECT[:-5]}")
    records = read(tmp_path / "array")

    assert isinstance(next(records), Paper)
    assert isinstance(next(records), Paper)
    with pytest.raises(SourceError, match="line 2: cut off: the array is not closed"):
        next(records)


def test_an_endless_element_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 1: an element larger than 8 MiB"):
        read_text(tmp_path, '[{"title": "' + "x" * 20_000_000)


def test_deep_nesting_is_skipped(tmp_path: Path) -> None:
    deep = '{"title": ' + "[" * 50_000 + "]" * 50_000 + "}"
    skipped, paper = read_text(tmp_path, f"[{deep}, {OBJECT}]")

    assert isinstance(skipped, SkippedRecord)
    assert isinstance(paper, Paper)


def test_a_byte_order_mark_is_no_record(tmp_path: Path) -> None:
    (record,) = read_text(tmp_path, f"\ufeff[{OBJECT}]")

    assert isinstance(record, Paper)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(json.loads(OBJECT), indent=2),
        json.dumps({"papers": [json.loads(OBJECT)]}, indent=2),
        f'\ufeff{{"papers": [\n{OBJECT},\n{OBJECT}\n]}}',
        f'{{"total": 1,\n"papers": [{OBJECT}]}}',
    ],
)
def test_an_object_over_several_lines_is_refused_with_the_way_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "object").write_text(text, encoding="utf-8")

    with pytest.raises(SourceError, match="a JSON object over several lines is not supported; write its list"):
        list(read(tmp_path / "object"))


def test_a_broken_first_json_line_is_not_taken_for_an_object_over_several(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text(f'{{"title": "cut,\n{OBJECT}\n')
    skipped, paper = read(tmp_path / "lines")

    assert isinstance(skipped, SkippedRecord)
    assert isinstance(paper, Paper)


def test_arrays_one_after_the_other_are_read(tmp_path: Path) -> None:
    assert len(read_text(tmp_path, f"[{OBJECT}]\n[{OBJECT}]")) == 2


TEXT = st.text(st.characters(codec="utf-8"), min_size=1).filter(normalize_text)


@given(
    st.lists(st.fixed_dictionaries({"title": TEXT, "abstract": st.text()})), st.sampled_from([None, 1]), st.booleans()
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], indent: int | None, is_ascii: bool
) -> None:
    path = tmp_path_factory.mktemp("json") / "array"
    path.write_text(json.dumps(records, indent=indent, ensure_ascii=is_ascii), encoding="utf-8")
    papers = [(paper.abstract) for paper in read(path, source="json-array") if isinstance(paper, Paper)]

    assert papers == [normalize_text(record["abstract"]) for record in records]
