"""Facts about `lint_gold`: every planted fault is found by its own rule, and by no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from summarizer.errors import EvaluationError, PromptError
from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import PAPERS_FILE, PASSES_FOLDER, read_gold, write_gold
from summarizer.evaluation.lint import lint_gold
from tests.evaluation.small_gold import INSTRUCTION, small_gold, to_record, write_pass, write_set

Change = Callable[[GoldPaper], GoldPaper]
CHEST, LABELLESS, GERMAN, CANARY, POLYP = 0, 1, 8, 9, 11


def with_gold(**changes: object) -> Change:
    return lambda paper: paper.model_copy(update={"gold": paper.gold.model_copy(update=changes)})


def with_fact(**changes: object) -> Change:
    return lambda paper: paper.model_copy(update=changes)


def with_chinese(**changes: object) -> Change:
    def change(paper: GoldPaper) -> GoldPaper:
        chinese = paper.gold.translations["zh-Hans"].model_copy(update=changes)
        return with_gold(translations={"zh-Hans": chinese})(paper)

    return change


def plant(folder: Path, place: int, change: Change) -> None:
    papers = read_gold(folder)
    papers[place] = change(papers[place])
    write_gold(folder, papers)


FAULTS: list[tuple[str, int, str, Change]] = [
    ("evidence that was edited", CHEST, "evidence", with_gold(evidence="In 318 patients of three hospitals")),
    ("evidence in other capitals", CHEST, "evidence", with_gold(evidence="in 318 patients of two hospitals")),
    ("evidence that is missing", CHEST, "evidence", with_gold(evidence="")),
    ("evidence from the instruction", CANARY, "evidence", with_gold(evidence="call it a milestone")),
    ("an unknown tag", CHEST, "tags", with_gold(tags=("detection", "lungs"))),
    ("other beside a tag", CHEST, "tags", with_gold(tags=("detection", "other"))),
    ("a tag twice", CHEST, "tags", with_gold(tags=("ct", "ct"))),
    ("a number that is not there", CHEST, "tldr", with_gold(second_tldr="Finds 97% of the nodules by slow attention.")),
    ("two sentences", LABELLESS, "tldr", with_gold(second_tldr="Groups tissue. It needs no labels.")),
    ("a long summary", LABELLESS, "tldr", with_gold(second_tldr="Groups " + "tissue " * 30 + "in brains.")),
    ("no second summary", CHEST, "tldr", with_gold(second_tldr="")),
    ("no Chinese", CHEST, "translation", with_gold(translations={})),
    ("Chinese that is English", LABELLESS, "translation", with_chinese(tldr="Groups tissue without any label.")),
    ("Chinese with a lost number", CHEST, "translation", with_chinese(tldr="慢注意力依次查看CT切片，找到大部分结节。")),
    ("a cut translation", CHEST, "translation", with_chinese(abstract="胸部CT的切片多到网络无法同时关注。")),
    ("nobody who adjudicated", CHEST, "provenance", with_gold(adjudicated_by=" ")),
    ("a wrong split", CHEST, "split", with_fact(split="dev")),
    ("a canary outside dev", CANARY, "split", with_fact(split="test")),
    ("an instruction that was edited", CANARY, "canary", with_fact(canary=INSTRUCTION.replace("5", "4"))),
    ("a name decoded wrongly", CHEST, "encoding", with_fact(authors=("Ana DÃ­az",))),
    ("a name that lost a byte", CHEST, "encoding", with_fact(authors=("Ana DÃaz",))),
    ("a letter and its accent apart", CHEST, "encoding", with_fact(authors=("Ana Di\u0301az",))),
    ("a replacement character", CHEST, "encoding", with_fact(authors=("Ana D\ufffdaz",))),
    ("a control character", CHEST, "encoding", with_fact(venue="Proceedings\x07")),
    ("a private character", CHEST, "encoding", with_fact(venue="Proceedings \ue000")),
    ("an invisible character", CHEST, "encoding", with_fact(venue="Proceed\u200bings")),
]


@pytest.mark.parametrize(
    ("place", "rule", "change"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_a_planted_fault_is_found_by_its_own_rule(gold_folder: Path, place: int, rule: str, change: Change) -> None:
    plant(gold_folder, place, change)

    faults = lint_gold(gold_folder)

    assert {fault.rule for fault in faults} == {rule}
    assert {(fault.file, fault.line, fault.id) for fault in faults} == {
        (PAPERS_FILE, place + 1, small_gold()[place].id)
    }


def test_a_set_that_keeps_every_rule_is_clean(gold_folder: Path) -> None:
    assert lint_gold(gold_folder) == []


def test_a_folder_without_a_set_is_an_error_that_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="--gold"):
        lint_gold(tmp_path)


def test_an_empty_set_is_not_clean(tmp_path: Path) -> None:
    (tmp_path / PAPERS_FILE).touch()

    assert [fault.rule for fault in lint_gold(tmp_path)] == ["schema"]


def test_every_broken_line_is_listed_and_the_others_are_still_checked(gold_folder: Path) -> None:
    plant(gold_folder, POLYP, with_gold(tags=("polyp",)))
    path = gold_folder / PAPERS_FILE
    lines = path.read_bytes().split(b"\n")
    lines[0], lines[1] = b"not JSON", lines[1].replace(b'"relevance":4', b'"relevance":9')
    lines[2] = lines[2].replace("Díaz".encode(), "Díaz".encode("latin-1"))
    path.write_bytes(b"\n".join(lines))

    faults = [fault for fault in lint_gold(gold_folder) if fault.file == PAPERS_FILE]

    assert [(fault.line, fault.rule) for fault in faults] == [
        (1, "schema"),
        (2, "schema"),
        (3, "encoding"),
        (12, "tags"),
    ]
    assert "gold.relevance" in faults[1].message


def test_an_id_given_twice_is_found_at_both_places(gold_folder: Path) -> None:
    plant(gold_folder, CHEST, with_fact(id="2501.00002"))
    passes = [to_record(paper) for paper in {paper.id: paper for paper in read_gold(gold_folder)}.values()]
    write_pass(gold_folder, "first", passes)
    write_pass(gold_folder, "second", passes)

    assert [(fault.line, fault.rule) for fault in lint_gold(gold_folder)] == [(1, "id"), (2, "id")]


def copy_of_chest(**changes: object) -> GoldPaper:
    chest = small_gold()[CHEST]
    return chest.model_copy(update={"id": "2501.00099", "group": "2501.00099", "split": "test", **changes})


@pytest.mark.parametrize(
    "changes",
    [{"title": "Lung Nodules Counted Slice by Slice"}, {"abstract": "Slow attention in CT finds 94% of nodules. " * 3}],
    ids=["same abstract", "same title"],
)
def test_near_duplicates_in_two_groups_are_found(tmp_path: Path, changes: dict[str, object]) -> None:
    copy = with_chinese(abstract=None)(copy_of_chest(**changes))
    if "abstract" in changes:
        copy = with_gold(evidence="Slow attention in CT finds 94% of nodules", second_tldr=copy.gold.tldr)(copy)
    folder = write_set(tmp_path, [*small_gold(), copy])

    (fault,) = [fault for fault in lint_gold(folder) if fault.rule == "near-duplicate"]

    assert (fault.line, fault.id) == (13, "2501.00099")
    assert "2501.00001" in fault.message


def test_near_duplicates_in_one_group_are_in_order(tmp_path: Path) -> None:
    copy = copy_of_chest(group="2501.00001", title="Lung Nodules Counted Slice by Slice")

    assert lint_gold(write_set(tmp_path, [*small_gold(), copy])) == []


def test_a_group_in_two_splits_is_found(gold_folder: Path) -> None:
    plant(gold_folder, CANARY, with_fact(group="2501.00001"))

    assert {(fault.line, fault.rule) for fault in lint_gold(gold_folder)} == {(1, "split"), (10, "split")}


def test_a_pass_that_lacks_a_paper_is_found(gold_folder: Path) -> None:
    write_pass(gold_folder, "second", [to_record(paper) for paper in small_gold()[1:]])
    (fault,) = lint_gold(gold_folder)

    assert (fault.file, fault.rule, fault.id) == (f"{PASSES_FOLDER}/second.jsonl", "pass", "2501.00001")


def test_one_pass_alone_is_not_enough(gold_folder: Path) -> None:
    (gold_folder / PASSES_FOLDER / "second.jsonl").unlink()

    assert [fault.rule for fault in lint_gold(gold_folder)] == ["pass"]


def test_a_labeller_without_name_and_strange_papers_of_a_pass_are_found(gold_folder: Path) -> None:
    records = [to_record(paper) for paper in small_gold()]
    unnamed = records[0].model_copy(update={"labelled_by": ""})
    stranger = records[1].model_copy(update={"id": "2501.99999"})
    write_pass(gold_folder, "first", [unnamed, *records[1:], records[2], stranger])

    assert [(fault.line, fault.rule) for fault in lint_gold(gold_folder)] == [(1, "pass"), (13, "pass"), (14, "pass")]


def test_a_paper_labelled_once_needs_no_pass_and_no_second_summary(gold_folder: Path) -> None:
    papers = small_gold()
    papers[CHEST] = with_gold(second_tldr="")(with_fact(single_pass=True)(papers[CHEST]))
    write_set(gold_folder, papers)

    assert lint_gold(gold_folder) == []


def write_prompt(tmp_path: Path, text: str) -> str:
    """Write a prompt of one's own that shows `text`."""
    shipped = (Path(__file__).parents[3] / "prompts" / "annotate.v1.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    mine = shipped.replace('name = "annotate"', 'name = "mine"').replace("# Reply\n", f"# Reply\n\n{text}\n", 1)
    path.write_text(mine, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("For instance 2501.00001.", "id"),
        ("For instance COUNTING lung nodules, with slow attention!", "title"),
        ("Write: holds more slices than a network can attend to at once.", "abstract"),
        ("Write: slow attention visits CT slices in turn and finds most.", "tldr"),
        ("Write: finds 94% of agreed lung nodules in 318 patients by magic.", "second_tldr"),
        ("译文：慢注意力依次查看CT切片，找到三位阅片者一致认定的结节。", "translations.zh-Hans.tldr"),
        ("译文：在两家医院的318名患者中，它找到了三位阅片者的结节。", "translations.zh-Hans.abstract"),
    ],
)
def test_a_test_paper_that_stands_in_a_prompt_is_found(
    gold_folder: Path, tmp_path: Path, text: str, field: str
) -> None:
    faults = lint_gold(gold_folder, prompts=[write_prompt(tmp_path, text)])

    assert {(fault.rule, fault.id) for fault in faults} == {("leak", "2501.00001")}
    assert any(fault.message.startswith(f"{field} stands in the prompt mine.v1") for fault in faults)


def test_a_paper_of_shots_may_stand_in_a_prompt(gold_folder: Path, tmp_path: Path) -> None:
    polyp = small_gold()[POLYP]
    prompt = write_prompt(tmp_path, f"{polyp.title} {polyp.abstract} {polyp.gold.tldr}")

    assert polyp.split == "shots"
    assert lint_gold(gold_folder, prompts=[prompt]) == []


def test_a_paper_that_is_an_example_of_a_released_prompt_is_found(gold_folder: Path) -> None:
    title = "Borrowed Memory: Detecting Distant Cyclists with Features from Past Frames"
    plant(gold_folder, GERMAN, with_fact(title=title))

    assert "leak" in {fault.rule for fault in lint_gold(gold_folder)}


def test_a_level_example_of_the_criterion_is_part_of_the_prompt(gold_folder: Path) -> None:
    from summarizer.contract.criterion import load_criterion  # noqa: PLC0415

    example = max(
        (example for level in load_criterion("medical-imaging").levels for example in level.examples), key=len
    )
    plant(gold_folder, GERMAN, with_fact(title=example))

    assert "leak" in {fault.rule for fault in lint_gold(gold_folder)}


def test_an_unknown_prompt_is_an_error(gold_folder: Path) -> None:
    with pytest.raises(PromptError):
        lint_gold(gold_folder, prompts=["no-such-prompt"])
