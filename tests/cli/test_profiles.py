"""Facts about the readers of `summarizer.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from summarizer.cli.profiles import ReaderProfile, parse_profiles
from summarizer.errors import ConfigurationError
from summarizer.settings import Settings, load_settings

FILE = Path("summarizer.toml")


def parse(text: str) -> dict[str, ReaderProfile]:
    return parse_profiles(tomllib.loads(text), FILE)


def test_a_profile_needs_papers_alone() -> None:
    (profile,) = parse('[profile.ct]\nharvest = ["eess.IV"]').values()

    assert profile.harvest == ("eess.IV",)
    assert profile.folder == Path("digests/ct")
    assert profile.formats == ("html", "md", "atom", "json")
    assert profile.mail_to == ()


def test_profiles_keep_their_order_and_a_file_without_any_has_none() -> None:
    assert list(parse('[profile.b]\ninputs = ["b"]\n[profile.a]\ninputs = ["a"]')) == ["b", "a"]
    assert parse('model = "m"') == {}


def test_a_profile_changes_what_it_names_and_nothing_else() -> None:
    (profile,) = parse('[profile.ct]\ninputs = ["x"]\nlanguages = []\nprompt = "mine.toml"').values()
    settings = profile.specialize(Settings(model="m", criterion="own", max_cost=2))

    assert (settings.languages, settings.prompt) == ((), "mine.toml")
    assert (settings.model, settings.criterion, settings.max_cost) == ("m", "own", 2)


def test_conditions_become_filters() -> None:
    (profile,) = parse('[profile.ct]\ninputs = ["x"]\ncategories = ["eess.*"]\nmatch = ["ct"]\nlimit = 3').values()
    filters = profile.build_filters()

    assert (filters.categories, filters.match, filters.limit) == (("eess.*",), ("ct",), 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[profile.ct]\nharvset = ["eess.IV"]', r"\[profile.ct\]: unknown key 'harvset'; did you mean 'harvest'\?"),
        ("[profile.ct]\nzzz = 1", r"unknown key 'zzz'; known keys: categories, criterion"),
        ('[profile.ct]\nmodel = "m"', "model holds for all profiles; set it above the first table"),
        ('[profile.ct]\ntitle = "x"', "no papers; name arXiv categories with harvest, or files with inputs"),
        ('[profile.ct]\nharvest = "eess.IV"', "harvest: Input should be a valid tuple"),
        ("[profile.ct]\nharvest = [1]", "harvest.0: Input should be a valid string"),
        ('[profile.ct]\ninputs = ["x"]\nmin_relevance = 6', "min_relevance"),
        ('[profile.ct]\ninputs = ["x"]\nmin_relevance = "all"', "min_relevance"),
        (
            '[profile.ct]\ninputs = ["x"]\nsections = ["best"]',
            "sections.0: Input should be 'must_read', 'topic' or 'rest'",
        ),
        ('[profile.ct]\ninputs = ["x"]\nformats = []', "formats"),
        ('[profile.ct]\ninputs = ["x"]\noutput = ""', "output"),
        ('[profile."../x"]\ninputs = ["x"]', "expected a name of lower-case letters"),
        ("profile = 3", "profile is no table"),
        ("[profile]\nct = 3", "profile is no table"),
        (
            '[profile.a]\ninputs=["x"]\noutput="d/"\n[profile.b]\ninputs=["x"]\noutput="./d"',
            "profiles a and b both write to d",
        ),
    ],
)
def test_what_can_not_be_used_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        parse(text)

    assert str(caught.value).startswith("summarizer.toml")


def test_the_other_commands_read_a_file_with_profiles(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('model = "m"\n[profile.ct]\nharvest = ["eess.IV"]')

    assert load_settings({}, {}, tmp_path).model == "m"
