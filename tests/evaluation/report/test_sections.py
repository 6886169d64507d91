"""Facts about what the sections of a report count: papers, tags, relevance, prompts, costs."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from summarizer.annotate.records import AnnotatedRecord, FailedRecord
from summarizer.evaluation.metric import Guardrail, Violation
from summarizer.evaluation.report import ReportedRun
from summarizer.evaluation.report.costs import list_costs, list_provenance
from summarizer.evaluation.report.entries import PaperEntry
from summarizer.evaluation.report.papers import build_comparison_entries, build_run_entries
from summarizer.evaluation.report.prompt_difference import compare_questions
from summarizer.evaluation.report.relevance import count_confusion, sweep_cut_offs
from summarizer.evaluation.report.tag_table import TagRow, TagScore, build_tag_rows
from summarizer.evaluation.runs import read_run
from summarizer.evaluation.threshold import list_cut_offs
from tests.evaluation.report.samples import Sample
from tests.evaluation.scripted_gold import SHIPPED


@pytest.fixture(scope="module")
def entries(sample: Sample) -> list[PaperEntry]:
    return build_comparison_entries(sample.comparison, sample.a, sample.b, sample.material)


def without_replies(run: ReportedRun) -> ReportedRun:
    return ReportedRun(run.scored, None)


def answers(sample: Sample, paper_id: str) -> tuple[object, object]:
    found = [run.find_record(paper_id) for run in (sample.a, sample.b)]
    return tuple(record.annotation if isinstance(record, AnnotatedRecord) else None for record in found)  # type: ignore[return-value]


def test_every_compared_paper_is_there_once_the_most_harmed_first(sample: Sample, entries: list[PaperEntry]) -> None:
    assert [entry.paper.id for entry in entries] == [paper.id for paper in sample.comparison.papers]
    assert [entry.harm for entry in entries] == sorted((entry.harm for entry in entries), reverse=True)


def test_a_paper_with_the_same_replies_did_not_get_worse(sample: Sample, entries: list[PaperEntry]) -> None:
    same = [entry for entry in entries if len({*map(str, answers(sample, entry.paper.id))}) == 1]

    assert len(same) > 3
    assert {entry.fate for entry in same} == {"same"}
    assert not any(entry.changes or entry.tasks for entry in same)


def test_a_paper_got_worse_only_in_what_changed(sample: Sample, entries: list[PaperEntry]) -> None:
    reworded = [entry for entry in entries if "In short" in entry.replies[1].summary]

    assert reworded
    assert {entry.tasks for entry in reworded} == {("summary",)}
    assert {entry.fate for entry in reworded} == {"worse"}


def test_a_paper_that_only_gained_got_better(entries: list[PaperEntry]) -> None:
    better = [entry for entry in entries if entry.fate == "better"]

    assert better
    assert all(entry.harm == 0 or not entry.tasks for entry in better)
    assert all(any(change.gain > 0 for change in entry.changes) for entry in better)


def test_papers_on_which_both_say_the_same_and_gold_says_otherwise(entries: list[PaperEntry]) -> None:
    wrong = [entry for entry in entries if entry.is_both_wrong]

    assert wrong
    for entry in wrong:
        a, b = entry.replies
        assert a.tags == b.tags or a.relevance == b.relevance


def test_a_failure_says_why_and_shows_the_reply(entries: list[PaperEntry]) -> None:
    failed = [entry for entry in entries if isinstance(entry.replies[1].record, FailedRecord) and entry.is_broken]
    reply = failed[0].replies[1]

    assert (reply.relevance, reply.summary, reply.evidence) == (None, "", "")
    assert "tags" in reply.failure
    assert reply.raw_text.startswith("{")
    assert {mark.fate for mark in reply.tags} == {"missed"}
    assert [check.name for check in reply.checks if check.is_new] == ["structure.parse"]


def test_a_check_that_failed_before_is_not_new(entries: list[PaperEntry]) -> None:
    old = [check for entry in entries for check in entry.replies[1].checks if not check.is_new]
    before = [check.name for entry in entries for check in entry.replies[0].checks]

    assert {check.name for check in old} <= {*before}
    assert old


def test_tags_are_told_by_gold(entries: list[PaperEntry]) -> None:
    for entry in entries:
        for reply in entry.replies:
            fates = {mark.tag: mark.fate for mark in reply.tags}
            assert {tag for tag, fate in fates.items() if fate != "wrong"} == {*entry.paper.gold.tags}


def test_the_command_of_a_paper_prints_both_stored_replies(sample: Sample, entries: list[PaperEntry]) -> None:
    program, flag, pattern, *files = shlex.split(entries[0].command)

    assert (program, flag) == ("grep", "-hF")
    for file, run in zip(files, (sample.a, sample.b), strict=True):
        assert run.run
        assert file == f"{run.run.folder}/outputs.jsonl"
        read_run(run.run.folder)
        with open(file, encoding="utf-8") as lines:  # noqa: PTH123  # as the shell would
            assert sum(pattern in line for line in lines) == 1


def test_what_a_guardrail_quotes_is_marked_in_the_text(sample: Sample) -> None:
    card = sample.b.scored.card
    record = sample.b.find_record(card.ids[0])
    assert isinstance(record, AnnotatedRecord)
    word = record.annotation.tldr.split()[1]
    violations = ((Violation("made up", word),), *((),) * (len(card.ids) - 1))
    planted = Guardrail("summary.unsupported_numbers", "numbers", "summary", violations)
    run = ReportedRun(replace(sample.b.scored, card=replace(card, guardrails=(planted,))), sample.b.run)
    found = build_run_entries(run, sample.material)[0]

    assert found.paper.id == card.ids[0]
    assert [part.text for part in found.texts[0].difference.sides[0] if part.is_faulty] == [word]
    assert found.tasks == ("summary",)


def test_a_single_run_shows_broken_papers_first(sample: Sample) -> None:
    entries = build_run_entries(sample.b, sample.material)
    broken = [entry.is_broken for entry in entries]

    assert len(entries) == len(sample.material.gold)
    assert broken == sorted(broken, reverse=True)
    assert any(broken)


def test_each_tag_is_counted_against_gold(sample: Sample) -> None:
    rows = build_tag_rows([sample.a, sample.b], sample.material.gold)
    given = [run.find_record(paper.id) for run in (sample.b,) for paper in sample.material.gold]
    others = sum("other" in found.annotation.tags for found in given if isinstance(found, AnnotatedRecord))
    [other] = [row for row in rows if row.tag == "other"]

    assert other.scores[1].given == others > other.scores[0].given
    assert [row.support for row in rows] == sorted((row.support for row in rows), reverse=True)
    assert sum(row.support for row in rows) == sum(len(paper.gold.tags) for paper in sample.material.gold)


def test_micro_f1_follows_from_the_tag_table(sample: Sample) -> None:
    rows = build_tag_rows([sample.a, sample.b], sample.material.gold)
    right, given, support = (
        sum(getattr(row.scores[1], name) for row in rows) for name in ("right", "given", "support")
    )
    [expected] = [entry.b for entry in sample.comparison.metrics if entry.metric.name == "tags.micro_f1"]

    assert 2 * right / (given + support) == pytest.approx(expected)


def test_flips_of_a_tag_have_an_interval_only_where_there_are_any() -> None:
    score = TagScore(right=0, given=0, support=0)

    assert (score.precision, score.recall, score.f1) == (None, None, None)
    assert (score.precision_interval, score.recall_interval) == (None, None)
    assert TagRow("x", 0, (score,), fixed=0, spoiled=0).fixed_share is None
    low, high = TagRow("x", 9, (score,), fixed=3, spoiled=1).fixed_share or (0, 0)
    assert 0 < low < 0.75 < high < 1


def test_the_confusion_counts_every_paper_and_failed_replies_apart(sample: Sample) -> None:
    table = count_confusion(sample.b, sample.material.gold)
    failed = sum(
        isinstance(found, FailedRecord)
        for paper in sample.material.gold
        if (found := sample.b.find_record(paper.id)) is not None
    )

    assert table.papers == sum(cell.count for row in table.rows for cell in row) == len(sample.material.gold)
    assert sum(row[-1].count for row in table.rows) == failed > 0
    assert table.right == sum(cell.count for row in table.rows for cell in row if cell.is_right)
    assert table.right <= table.within_one < table.papers
    assert {cell.heat for row in table.rows for cell in row} <= set(range(7))


def test_the_sweep_is_that_of_the_threshold_command(sample: Sample) -> None:
    assert sample.b.run

    assert sweep_cut_offs(sample.b, sample.material.gold) == list_cut_offs(sample.b.run, SHIPPED)


def test_without_relevant_papers_there_is_no_sweep(sample: Sample) -> None:
    other = [paper for paper in sample.material.gold if paper.gold.relevance == 0]

    assert sweep_cut_offs(sample.b, other) == []


def test_the_rendered_prompts_are_compared(sample: Sample) -> None:
    asked = compare_questions(sample.a, sample.b, sample.material)
    changed = [line.text for line in asked.lines if line.kind in {"added", "removed"}]

    assert asked.factors == ("prompt",)
    assert not asked.is_confounded
    assert (asked.added, asked.removed) == (1, 1)
    assert "weekly digest" in changed[0]
    assert "weekly letter" in changed[1]
    assert "$" not in "".join(changed)
    assert [change.name for change in asked.changes] == ["prompt"]


def test_the_same_prompt_has_no_difference(sample: Sample) -> None:
    asked = compare_questions(sample.a, sample.a, sample.material)

    assert (asked.factors, asked.changes, asked.lines) == ((), (), ())
    assert asked.note == "The rendered prompts are the same."


def test_two_changes_are_confounded(sample: Sample) -> None:
    manifest = sample.b.scored.manifest
    profile = manifest.profile.model_copy(
        update={"requested_model": "other", "parameters": {**manifest.profile.parameters, "temperature": 0.7}}
    )
    scored = replace(sample.b.scored, manifest=manifest.model_copy(update={"profile": profile}))
    asked = compare_questions(sample.a, ReportedRun(scored, sample.b.run), sample.material)

    assert asked.is_confounded
    assert asked.factors == ("prompt", "model", "temperature")
    assert ("temperature", "not set", "0.7") in [(change.name, change.a, change.b) for change in asked.changes]


def test_a_prompt_that_was_not_kept_is_said_to_be_unknown(sample: Sample) -> None:
    asked = compare_questions(without_replies(sample.a), sample.b, sample.material)
    neither = compare_questions(without_replies(sample.a), without_replies(sample.b), sample.material)

    assert asked.note == "annotate.v1 has no prompt, or its text was not kept."
    assert neither.note == "Neither side has a prompt, or its text was not kept."


def test_a_prompt_file_that_was_edited_since_is_not_taken_for_the_one_that_was_asked(sample: Sample) -> None:
    assert sample.b.run
    manifest = sample.b.run.manifest
    prompt = manifest.profile.prompt
    assert prompt
    edited = manifest.profile.model_copy(update={"prompt": prompt.model_copy(update={"fingerprint": "0" * 64})})
    run = replace(sample.b.run, manifest=manifest.model_copy(update={"profile": edited}))
    asked = compare_questions(sample.a, ReportedRun(sample.b.scored, run), sample.material)

    assert asked.lines == ()
    assert "not kept" in asked.note


def test_costs_tell_fresh_replies_from_replayed_ones(sample: Sample) -> None:
    costs = dict(list_costs([sample.a, without_replies(sample.b)]))
    papers = len(sample.material.gold)

    assert costs["replies, fresh"] == (str(papers), "–")
    assert costs["replies, replayed from the cache"] == ("0", "–")
    assert costs["seconds a reply, median"] == ("0.50", "0.50")


def test_provenance_has_the_hashes_in_full(sample: Sample) -> None:
    facts = dict(list_provenance([sample.a]))
    manifest = sample.a.scored.manifest
    assert manifest.profile.prompt

    assert facts["gold set"] == (manifest.gold_sha,)
    assert facts["prompt"] == (f"annotate.v1 {manifest.profile.prompt.fingerprint}",)
    assert facts["version"] == (manifest.version,)
