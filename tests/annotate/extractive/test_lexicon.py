from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.annotate.extractive.lexicon import load_lexicon, read_lexicon
from summarizer.errors import ConfigurationError, PromptError

_SHIPPED = Path(__file__).resolve().parents[3] / "prompts" / "lexicon.medical-imaging.v1.toml"


def _write(folder: Path, *changes: tuple[str, str]) -> str:
    """Write the shipped lexicon, renamed and with other changes, and return its path."""
    text = _SHIPPED.read_text(encoding="utf-8").replace('"lexicon.medical-imaging"', '"lexicon.mine"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "lexicon.mine.v1.toml"
    path.write_text(text, encoding="utf-8")

    return str(path)


def test_the_lexicon_of_the_default_criterion_is_shipped() -> None:
    lexicon = load_lexicon("criterion.medical-imaging.v1")

    assert lexicon.name == "lexicon.medical-imaging.v1"
    assert {group.role for group in lexicon.groups} >= {"modality", "medical", "lookalike", "elsewhere"}


@pytest.mark.parametrize(
    "name", ["criterion.cardiology.v1", "criterion.medical-imaging.v2", "mine", "../x", "criterion."]
)
def test_another_criterion_has_no_lexicon_and_the_error_names_the_way_on(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"only for medical-imaging.*--model"):
        load_lexicon(name)


def test_the_fingerprint_follows_the_content_but_not_the_description(tmp_path: Path) -> None:
    original = read_lexicon(_write(tmp_path)).fingerprint
    described = read_lexicon(_write(tmp_path, ("description = ", 'description = "New." # '))).fingerprint
    changed = read_lexicon(_write(tmp_path, ("title_factor = 2.0", "title_factor = 3.0"))).fingerprint

    assert original == described != changed


def test_an_edited_release_is_refused(tmp_path: Path) -> None:
    renamed_back = ('"lexicon.mine"', '"lexicon.medical-imaging"')

    with pytest.raises(PromptError, match="edited release"):
        read_lexicon(_write(tmp_path, renamed_back, ("title_factor = 2.0", "title_factor = 3.0")))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title_factor = 2.0", "title_factor = 2.0\nsurprise = 1", "surprise"),
        ("title_factor = 2.0", "", "title_factor"),
        ('role = "modality"', 'role = "modal"', "role"),
        ("weight = 4.0", "weight = -4.0", "weight"),
        ('"ultrasound", ', '"ultrasound", "ultrasound", ', "repeats ultrasound"),
        ("[thresholds]", "[thresholds", "TOML|Expected"),
    ],
)
def test_a_broken_lexicon_file_is_refused_with_its_path(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = _write(tmp_path, (old, new))

    with pytest.raises(PromptError, match=said) as caught:
        read_lexicon(path)

    assert path in str(caught.value)
