"""A whole reply against its paper."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.contract.languages import get_language
from summarizer.contract.schema import Annotation
from summarizer.contract.taxonomy import Tag, Taxonomy
from summarizer.contract.validation import validate_abstract_translation, validate_annotation
from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.reply import MAX_REPLY_CHARACTERS
from summarizer.contract.validation.source import Source
from summarizer.contract.validation.translations import Original, find_translation_issues
from summarizer.errors import AnnotationInvalidError, ConfigurationError
from summarizer.papers.paper import Paper

TAG_IDS = ("segmentation", "ct", "registration", "mri", "few-shot", "diffusion", "other")
TAXONOMY = Taxonomy(
    name="taxonomy.v1",
    fingerprint="t" * 64,
    facets=(),
    tags=tuple(Tag(id=tag, facet="task", label=tag, labels={}, definition="", aliases=()) for tag in TAG_IDS),
)
PAPER = Paper(
    id="2401.00001",
    title="OrganMix: Few Labels for Abdominal Segmentation",
    abstract=(
        "Labelled scans are scarce. OrganMix pastes organ patches between 1,204 CT volumes and trains a 3D ResNet-50 with "
        "$\\lambda_{mix}$-weighted consistency. It reaches a Dice of $90.3\\%$ with 10% of the labels."
    ),
)
CHINESE = {
    "title": "OrganMix：用少量标注进行腹部分割",
    "tldr": "OrganMix在1,204个CT容积之间粘贴器官图块，用10%的标注取得90.3%的Dice。",
}
GERMAN = {
    "title": "OrganMix: Wenige Annotationen für die Segmentierung des Abdomens",
    "tldr": "OrganMix fügt Organteile zwischen 1.204 CT-Volumina ein und erreicht mit 10 % der Annotationen 90,3 % Dice.",
}
REPLY: dict[str, Any] = {
    "tldr": "OrganMix pastes organ patches between 1,204 CT volumes and reaches 90.3% Dice with 10% of the labels.",
    "tags": ["segmentation", "ct"],
    "evidence": "pastes organ patches between 1,204 ct volumes",
    "relevance": 4,
    "translations": {"zh-Hans": CHINESE},
}


def _validate(
    change: dict[str, Any] | str = "", *, languages: tuple[str, ...] = ("zh-Hans",), fenced: bool = False
) -> Annotation:
    text = change or json.dumps(REPLY) if isinstance(change, str) else json.dumps(REPLY | change)
    return validate_annotation(text, PAPER, taxonomy=TAXONOMY, languages=languages, fenced=fenced)


def _issues(change: dict[str, Any] | str, *, languages: tuple[str, ...] = ("zh-Hans",)) -> tuple[str, ...]:
    with pytest.raises(AnnotationInvalidError) as caught:
        _validate(change, languages=languages)
    return caught.value.issues


def test_a_good_reply_becomes_an_annotation() -> None:
    annotation = _validate()

    assert annotation.model_dump(exclude_none=True) == REPLY | {
        "tags": ("segmentation", "ct"),
        "evidence": "pastes organ patches between 1,204 CT volumes",
    }


def test_evidence_is_kept_as_the_paper_writes_it() -> None:
    assert _validate({"evidence": "a dice of 90.3%"}).evidence == "a Dice of $90.3\\%$"


def test_several_languages_are_checked() -> None:
    translations = {"zh-Hans": CHINESE, "de": GERMAN}

    assert list(_validate({"translations": translations}, languages=("de", "zh-Hans")).translations) == [
        "zh-Hans",
        "de",
    ]


def test_without_languages_there_are_no_translations() -> None:
    assert _validate({"translations": {}}, languages=()).translations == {}


def test_a_language_may_be_asked_for_by_an_alias() -> None:
    assert _validate(languages=("zh-CN",)).translations


def test_an_unsupported_language_is_the_callers_mistake() -> None:
    with pytest.raises(ConfigurationError):
        _validate(languages=("tlh",))


def test_a_fence_is_taken_off_only_when_asked() -> None:
    text = f"```json\n{json.dumps(REPLY)}\n```"

    assert _validate(text, fenced=True)
    assert "code fence" in _issues(text)[0]


def test_nothing_medical_needs_no_evidence() -> None:
    assert _validate({"relevance": 0, "evidence": ""}).evidence == ""


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"relevance": 6}, '"relevance" is "6"'),
    ({"relevance": -1}, '"relevance" is "-1"'),
    ({"relevance": 3.0}, "give an integer"),
    ({"tags": []}, "has 0 entries"),
    ({"tags": ["ct", "mri", "segmentation", "registration", "few-shot", "diffusion"]}, "has 6 entries"),
    ({"tags": ["ct", "ct"]}, 'repeats "ct"'),
    ({"tags": ["segmentaton"]}, 'such as "segmentation"'),
    ({"tags": ["other", "ct"]}, '"other" beside other tags'),
    ({"evidence": ""}, '"evidence" is empty'),
    ({"evidence": "", "relevance": 1}, '"evidence" is empty'),
    ({"evidence": "pastes liver patches"}, "does not stand in title or abstract"),
    ({"evidence": "Labelled scans ... CT volumes"}, "one unbroken span"),
    ({"evidence": "scans " * 61}, "has 61 words"),
    ({"evidence": "with $\\lambda$ \rho"}, "\\\\rho"),
    ({"translations": {}}, 'lacks "zh-Hans"'),
    ({"translations": {"zh-Hans": CHINESE, "ja": CHINESE}}, 'holds "ja"'),
    ({"translations": {"zh-Hans": CHINESE | {"abstract": "摘要"}}}, "was not asked for"),
    ({"translations": {"zh-Hans": CHINESE | {"title": ""}}}, "is empty"),
    ({"translations": {"zh-Hans": {"title": "标题"}}}, "is missing"),
    ({"comment": "done"}, "was not asked for"),
]


@pytest.mark.parametrize(("change", "wanted"), BROKEN)
def test_a_broken_rule_is_named(change: dict[str, Any], wanted: str) -> None:
    assert wanted in "\n".join(_issues(change))


def test_one_fault_makes_one_issue() -> None:
    assert len(_issues({"relevance": 6})) == 1
    assert len(_issues({"evidence": "pastes liver patches"})) == 1
    assert len(_issues({"tldr": REPLY["tldr"].replace("90.3%", "93.0%")})) == 2  # the translation now lacks 93.0%


def test_all_faults_are_named_at_once() -> None:
    issues = "\n".join(
        _issues(
            {
                "tldr": "It reaches 99% with ResNet-101. Good.",
                "tags": ["x"],
                "relevance": "4",
                "evidence": "no such words",
                "translations": {"zh-Hans": {"title": PAPER.title, "tldr": "得到99%。"}},
            }
        )
    )
    wanted = ['"99%"', "ResNet-101", "2 sentences", '"x"', "give an integer", "no such words", "Simplified Chinese"]

    assert [part for part in wanted if part not in issues] == []


def test_every_issue_is_a_sentence_that_says_how_to_mend() -> None:
    for change, _ in BROKEN:
        for issue in _issues(change):
            assert issue.endswith(".")
            assert ": " in issue
            assert "\n" not in issue


def test_the_raw_text_is_kept() -> None:
    with pytest.raises(AnnotationInvalidError) as caught:
        _validate("no json")

    assert caught.value.raw_text == "no json"


@pytest.mark.parametrize("command", ["beta", "frac", "nabla", "rho", "text", "tau"])
def test_an_unescaped_command_in_any_field_is_named(command: str) -> None:
    text = json.dumps(REPLY).replace("OrganMix pastes", f"OrganMix pastes $\\{command}$")

    assert f"\\\\{command}" in "\n".join(_issues(text))


def test_a_translated_abstract_is_returned_by_language() -> None:
    abstract = (
        "标注的扫描很少。OrganMix在1,204个CT容积之间粘贴器官图块，并用 $\\lambda_{mix}$ 加权的一致性训练3D ResNet-50。"
        "仅用10%的标注，Dice就达到 $90.3\\%$。"
    )
    text = json.dumps({"translations": {"zh-Hans": {"abstract": abstract}}})

    assert validate_abstract_translation(text, PAPER, languages=["zh-Hans"]) == {"zh-Hans": abstract}


def test_a_translated_abstract_that_lost_a_formula_is_refused() -> None:
    abstract = "OrganMix在1,204个CT容积之间粘贴器官图块，训练3D ResNet-50，仅用10%的标注，Dice就达到90.3%，标注的扫描很少，加权的一致性有效。"
    text = json.dumps({"translations": {"zh-Hans": {"abstract": abstract}}})

    with pytest.raises(AnnotationInvalidError, match=r"lambda_\{mix\}"):
        validate_abstract_translation(text, PAPER, languages=["zh-Hans"])


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", "[" * 100_000, '{"a":' * 50_000, "x" * (MAX_REPLY_CHARACTERS + 1), '{"relevance": 1e999}'],
)
def test_an_odd_reply_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(AnnotationInvalidError):
        validate_annotation(text, PAPER, taxonomy=TAXONOMY, languages=["zh-Hans", "de", "ja"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "tldr": JSON,
        "tags": JSON | st.lists(st.sampled_from(TAG_IDS)),
        "evidence": JSON,
        "relevance": JSON,
        "translations": JSON | st.fixed_dictionaries({"de": st.fixed_dictionaries({"title": st.text(), "tldr": JSON})}),
    },
)


@given(FIELDS, st.text(), st.text())
def test_any_object_is_accepted_or_refused(fields: dict[str, Any], title: str, abstract: str) -> None:
    paper = Paper(id="1", title=title, abstract=abstract)
    reply = json.dumps(REPLY | fields)

    refusal = None
    try:
        annotation = validate_annotation(reply, paper, taxonomy=TAXONOMY, languages=["de"])
    except AnnotationInvalidError as error:
        refusal = error

    assert str(refusal).encode() if refusal else annotation.evidence in f"{title}\n{abstract}"


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(AnnotationInvalidError):
        validate_annotation(text, PAPER, taxonomy=TAXONOMY, languages=[], fenced=True)


NOUNS = st.sampled_from(
    ["liver", "lesion", "COVID-19", "3D U-Net", "$\\alpha$-channel", "T1-weighted scan", "e.g. tumour"]
)
AMOUNTS = st.sampled_from(
    ["1,204", "93.27%", "$15.5\\%$", "three", "50k", "1.2 million", "$10^{-3}$", "0.903", "12", "$\\sim$20"]
)
CLAUSES = st.lists(st.tuples(AMOUNTS, NOUNS), min_size=1, max_size=4)


@given(CLAUSES, CLAUSES)
def test_a_reply_built_from_the_paper_is_accepted(said: list[tuple[str, str]], unsaid: list[tuple[str, str]]) -> None:
    claims = [f"{amount} of each {noun}" for amount, noun in said]
    rest = " and ".join(f"{amount} of each {noun}" for amount, noun in unsaid)
    paper = Paper(id="1", title="Many Organs in One Network", abstract=f"We find {', '.join(claims)}. We lose {rest}.")
    reply = {
        "tldr": f"The network finds {', '.join(claims)}.",
        "tags": ["segmentation"],
        "evidence": claims[0],
        "relevance": 3,
        "translations": {
            "zh-Hans": {
                "title": "单一网络处理多种器官",
                "tldr": f"该网络能够在多种器官的影像数据中可靠地找到以下各项目标结构：{'，以及'.join(claims)}，并且在不同医院之间同样有效。",
            }
        },
    }

    annotation = validate_annotation(json.dumps(reply), paper, taxonomy=TAXONOMY, languages=["zh-Hans"])

    assert annotation.evidence in paper.abstract


REFERENCE = Path(__file__).resolve().parents[3] / ".." / "shared" / "seeds" / "001_8365cecda7d1ee74.txt"


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference translations are not on this machine")
def test_no_reference_translation_is_refused() -> None:
    flagged = {}
    rows = REFERENCE.read_text(encoding="utf-8").splitlines()[2:]
    for row in rows:
        _, title, _, abstract, chinese, _ = (
            re.sub(r"\s+", " ", cell).strip() for cell in row.strip().strip("|").split("|")
        )
        original = Original("abstract", abstract, read_figures(abstract))
        if issues := list(find_translation_issues(chinese, original, Source(title, abstract), get_language("zh-Hans"))):
            flagged[title] = issues

    assert len(rows) == 41
    assert flagged == {}
