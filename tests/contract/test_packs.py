"""Facts about the reply to several papers: what belongs to which, and what is left of one that can't be read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from summarizer.contract.criterion import load_criterion
from summarizer.contract.packs import find_annotation, split_reply
from summarizer.contract.prompts import Prompt, load_prompt
from summarizer.contract.schema import REPLY_KEYS, build_annotation_schema, build_pack_schema
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.errors import AnnotationInvalidError, PromptError
from summarizer.papers import Paper
from tests.builders import build_paper
from tests.chat_server.schema import strict_violation

PROMPT = Path(__file__).parents[1] / "data" / "prompts" / "annotate-packed.toml"
PAPERS = {
    "aaa": build_paper(1, title="Looms", abstract="Weaving carpets by hand in winter."),
    "bbb": build_paper(2, title="Ovens", abstract="Baking sourdough bread at night."),
    "ccc": build_paper(3, title="Pianos", abstract="Tuning old pianos without a fork."),
}
OWN_IDS = ("own-a", "own-b", "own-c")
ENTRIES = [
    {"id": "aaa", "tldr": "Weaving carpets by hand.", "relevance": 0},
    {"id": "bbb", "tldr": "Baking sourdough bread.", "relevance": 1},
    {"id": "ccc", "tldr": "Tuning pianos.", "relevance": 2},
]


def split(entries: Sequence[Any], *, wrap: str = "{}", fenced: bool = False) -> list[list[dict[str, Any]]]:
    """Return the entries in the part of each paper."""
    text = wrap.replace("{}", json.dumps({"papers": entries}))
    return [json.loads(part)["papers"] for part in split_reply(text, PAPERS, OWN_IDS, fenced=fenced)]


def own(place: int) -> dict[str, Any]:
    return ENTRIES[place] | {"id": OWN_IDS[place]}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_entries_are_joined_by_id_in_any_order_and_get_the_id_of_a_message_of_their_own(order: tuple[int, ...]) -> None:
    assert split([ENTRIES[place] for place in order]) == [[own(0)], [own(1)], [own(2)]]


def test_a_missing_paper_gets_a_part_without_an_entry() -> None:
    assert split([ENTRIES[0], ENTRIES[2]]) == [[own(0)], [], [own(2)]]


def test_a_paper_that_occurs_twice_keeps_both_entries() -> None:
    assert split([*ENTRIES, ENTRIES[1] | {"relevance": 5}])[1] == [own(1), own(1) | {"relevance": 5}]


@pytest.mark.parametrize(
    "stranger", [{"id": "zzz", "tldr": "Forged."}, {"tldr": "No id."}, {"id": 7}, "text", None, [1]]
)
def test_what_belongs_to_no_paper_is_left_out(stranger: Any) -> None:
    assert split([stranger, *ENTRIES, stranger]) == [[own(0)], [own(1)], [own(2)]]


def test_entries_whose_summaries_are_about_each_other_are_taken_for_mixed_up() -> None:
    swapped = [ENTRIES[0] | {"tldr": ENTRIES[1]["tldr"]}, ENTRIES[1] | {"tldr": ENTRIES[0]["tldr"]}, ENTRIES[2]]

    assert split(swapped) == [[], [], [own(2)]]


def test_a_summary_without_a_word_of_any_paper_is_left_to_the_validation() -> None:
    odd = ENTRIES[0] | {"tldr": "Étude."}

    assert split([odd, *ENTRIES[1:]])[0] == [odd | {"id": "own-a"}]
    assert split([{"id": "aaa"}, *ENTRIES[1:]])[0] == [{"id": "own-a"}]


@pytest.mark.parametrize(
    "text",
    [
        *("", "Sure! Here they are.", '{"papers": [{"id": "aaa", "tldr": "We', '{"papers": {}}', "[]", '{"tldr": "x"}'),
        *('{"papers": [], "papers": []}', '{"papers": ' + "[" * 100_000, '{"papers": [{"id": "aaa", "n": NaN}]}'),
        '{"papers": [' + '{"a":' * 900 + "1" + "}" * 900 + "]}",
        "x" * 600_000,
    ],
    ids=lambda text: text[:30],
)
def test_from_a_reply_that_can_not_be_read_nothing_is_taken_for_an_annotation(text: str) -> None:
    parts = split_reply(text, PAPERS, OWN_IDS)

    assert len(parts) == len(PAPERS)
    assert all(len(part) <= 200 for part in parts)
    for part, own_id in zip(parts, OWN_IDS, strict=True):
        with pytest.raises(AnnotationInvalidError):
            find_annotation(part, own_id)


def test_a_fence_is_taken_off_only_where_it_may_be_there() -> None:
    assert split(ENTRIES, wrap="```json\n{}\n```", fenced=True) == [[own(0)], [own(1)], [own(2)]]
    with pytest.raises(json.JSONDecodeError):
        split(ENTRIES, wrap="```json\n{}\n```")


def test_the_annotation_is_the_entry_without_its_id() -> None:
    (part, *_) = split_reply(json.dumps({"papers": ENTRIES}), PAPERS, OWN_IDS)

    assert json.loads(find_annotation(part, "own-a")) == {"tldr": "Weaving carpets by hand.", "relevance": 0}


@pytest.mark.parametrize("count", [0, 2])
def test_a_part_without_exactly_one_entry_is_no_annotation(count: int) -> None:
    with pytest.raises(AnnotationInvalidError, match=f"holds {count} entries for the paper own-a"):
        find_annotation(json.dumps({"papers": [own(0)] * count}), "own-a")


@pytest.mark.parametrize("text", ["\ud800", "\t\x0b", "量 🩻", '"\\\\alpha"', "\u2028"])
def test_texts_come_out_as_they_went_in(text: str) -> None:
    (part, *_) = split_reply(json.dumps({"papers": [ENTRIES[0] | {"note": text}]}), PAPERS, OWN_IDS)
    found = json.loads(find_annotation(part, "own-a"))["note"]

    assert found == text
    part.encode()


def packed_prompt() -> Prompt:
    return load_prompt(str(PROMPT), reply="annotation")


def test_every_paper_of_a_message_stands_between_tags_of_its_own() -> None:
    papers = list(PAPERS.values())
    message, ids = packed_prompt().render_pack(papers)

    assert len(set(ids)) == len(papers)
    for own_id, paper in zip(ids, papers, strict=True):
        assert f"<paper-{own_id}>\nTitle: {paper.title}\nAbstract: {paper.abstract}\n</paper-{own_id}>" in message


def test_the_tags_of_a_paper_depend_on_every_paper_beside_it() -> None:
    """So nobody can write them into an abstract: the abstract would change them."""
    prompt, (first, second, third) = packed_prompt(), list(PAPERS.values())
    beside: list[list[Paper]] = [[first], [first, second], [first, third], [second, first]]
    ids = [prompt.render_pack(papers)[1][papers.index(first)] for papers in beside]

    assert len(set(ids)) == len(ids)
    assert prompt.render_pack([first, second]) == prompt.render_pack([first, second])


def test_the_static_part_for_packs_adds_the_section_of_the_prompt() -> None:
    prompt = packed_prompt()
    system = prompt.render_system(
        taxonomy=load_taxonomy("taxonomy"), criterion=load_criterion("medical-imaging"), languages=[]
    )

    assert prompt.render_pack_system(system) == f"{system}\n\n{prompt.content.pack.strip()}"


def test_the_schema_of_a_pack_is_that_of_an_annotation_with_an_id_before_it() -> None:
    taxonomy = load_taxonomy("taxonomy")
    schema = build_pack_schema(taxonomy, ["zh-Hans"])
    entry = schema["properties"]["papers"]["items"]
    own_id = entry["properties"].pop("id")

    assert entry["properties"] == build_annotation_schema(taxonomy, ["zh-Hans"])["properties"]
    assert entry["required"] == ["id", *REPLY_KEYS["annotation"]]
    assert own_id["type"] == "string"
    assert strict_violation(json.dumps(build_pack_schema(taxonomy, ["zh-Hans"])).encode()) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("There may be", "There may be $paper and"), r"pack: unknown placeholder: \$paper"),
        (('reply = "annotation"', 'reply = "abstract-translation"'), "pack: abstracts are translated one by one"),
    ],
)
def test_a_pack_section_that_can_not_work_is_refused(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(PROMPT.read_text().replace(*change))

    with pytest.raises(PromptError, match=message):
        load_prompt(str(path))


def test_a_released_prompt_keeps_its_fingerprint_with_the_new_key_in_the_form() -> None:
    assert load_prompt("annotate.v1").content.pack == ""
