from __future__ import annotations

import pytest

from summarizer.annotate.extractive.phrases import read_words
from summarizer.annotate.extractive.sentences import split_sentences
from summarizer.annotate.extractive.tagging import Tagger
from summarizer.contract.taxonomy import Facet, Tag, Taxonomy
from summarizer.errors import PromptError


def _tag(identity: str, facet: str, *aliases: str) -> Tag:
    return Tag(identity, facet, identity, {}, identity, aliases)


_TAGS = (
    _tag("segmentation", "task", "image segmentation", "segmentation mask"),
    _tag("detection", "task", "object detection"),
    _tag("tracking", "task", "object tracking"),
    _tag("ct", "modality", "computed tomography", "CT"),
    _tag("mri", "modality", "mri"),
    _tag("few-labels", "data", "semi-supervised", "few-shot"),
    _tag("survey", "data", "survey"),
    _tag("gan", "method", "generative adversarial network"),
    _tag("other", "other"),
)
_TAXONOMY = Taxonomy("taxonomy.v1", "f", tuple(Facet(name, name, {}) for name in ("task", "other")), _TAGS)


def _choose(title: str, abstract: str = "", contribution: int = 1) -> tuple[str, ...]:
    text = f"{title}\n{abstract}"

    return Tagger(_TAXONOMY).choose(read_words(text), split_sentences(text), contribution)


def test_the_title_counts_more_than_the_abstract() -> None:
    assert _choose("Object detection", "It helps image segmentation.")[0] == "detection"


def test_the_sentence_of_the_contribution_counts_more_than_the_rest() -> None:
    abstract = "Object detection is common. We turn to image segmentation."

    assert _choose("Pictures", abstract, 2)[0] == "segmentation"


def test_a_mention_in_passing_gives_no_tag() -> None:
    assert _choose("Bees", "We count bees. MRI is something else.") == ("other",)


def test_other_stands_alone_when_nothing_fits() -> None:
    assert _choose("Poems", "We read poems.") == ("other",)


def test_a_facet_gives_two_tags_at_most() -> None:
    tags = _choose("Image segmentation, object detection and object tracking in CT and MRI")

    assert tags == ("segmentation", "detection", "ct", "mri")


def test_there_are_never_more_than_five() -> None:
    title = "A survey of few-shot image segmentation, object detection in CT and MRI by generative adversarial network"

    assert len(_choose(title)) == 5


def test_every_alias_counts_once_where_it_stands() -> None:
    assert _choose("Image segmentation masks") == ("segmentation",)


def test_a_taxonomy_without_other_is_refused() -> None:
    with pytest.raises(PromptError, match="no tag 'other'"):
        Tagger(Taxonomy("mine.v1", "f", (), _TAGS[:1]))
