"""Facts about settings: which layer wins, what is refused, and that the key stays hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError
from summarizer.settings import Settings, load_settings


def test_flags_win_over_the_environment_and_the_environment_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "summarizer.toml").write_text('model = "file"\nconcurrency = 2\nseed = 3\n')
    environment = {"SUMMARIZER_MODEL": "environment", "SUMMARIZER_CONCURRENCY": "5"}
    settings = load_settings({"model": "flag", "seed": None}, environment, tmp_path)

    assert (settings.model, settings.concurrency, settings.seed, settings.timeout_seconds) == ("flag", 5, 3, 120)


def test_the_providers_variables_are_honoured() -> None:
    settings = load_settings({}, {"OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": "http://localhost:1/v1/"})

    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "sk-1"
    assert settings.base_url == "http://localhost:1/v1"
    assert not settings.needs_key


def test_own_variables_win_over_the_providers() -> None:
    settings = load_settings({}, {"OPENAI_BASE_URL": "http://a/v1", "SUMMARIZER_BASE_URL": "http://b/v1"})

    assert settings.base_url == "http://b/v1"


def test_empty_variables_count_as_not_set() -> None:
    assert load_settings({}, {"SUMMARIZER_MODEL": "", "OPENAI_API_KEY": ""}) == Settings()


@pytest.mark.parametrize(
    ("text", "languages"), [("ja, de", ("ja", "de")), ("none", ()), ("", ()), ("zh-Hans", ("zh-Hans",))]
)
def test_languages_are_a_list_with_commas(text: str, languages: tuple[str, ...]) -> None:
    assert load_settings({"languages": text}, {}).languages == languages


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SUMMARIZER_MODLE": "x"}, "unknown environment variable SUMMARIZER_MODLE; did you mean 'model'"),
        ({"SUMMARIZER_CONCURRENCY": "many"}, "concurrency .from environment.: "),
        ({"SUMMARIZER_CONCURRENCY": "0"}, "concurrency .from environment.: "),
        ({"SUMMARIZER_BASE_URL": "localhost:8000"}, "expected an address such as http://localhost:8000/v1"),
        ({"SUMMARIZER_BASE_URL": "http://localhost:abc/v1"}, "expected an address such as"),
        ({"SUMMARIZER_BASE_URL": "http://localhost:99999/v1"}, "expected an address such as"),
        ({"OPENAI_BASE_URL": "http://user:secret@host/v1"}, "must not hold a user name or password"),
        ({"SUMMARIZER_CONFIG": "/no/such/file.toml"}, "/no/such/file.toml: can't be read"),
    ],
)
def test_a_bad_variable_is_named_with_the_fix(environment: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        load_settings({}, environment)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('modell = "x"', "unknown setting 'modell'; did you mean 'model'"),
        ("model = ", "can't be read"),
        ('api_key = "sk-1"', "keep api_key out of files"),
        ('smtp_password = "hunter2"', "keep smtp_password out of files"),
        ("timeout_seconds = -1", "timeout_seconds .from .*summarizer.toml.: "),
    ],
)
def test_a_bad_file_is_named_with_the_fix(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "summarizer.toml").write_text(text)

    with pytest.raises(ConfigurationError, match=message):
        load_settings({}, {}, tmp_path)


def test_the_key_is_masked_wherever_settings_are_shown() -> None:
    settings = load_settings({}, {"OPENAI_API_KEY": "sk-secret"})

    assert "sk-secret" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().model = "other"


def test_a_query_of_the_address_is_not_shown() -> None:
    settings = Settings(base_url="https://host/openai/v1?api-version=1&key=secret")

    assert settings.public_base_url == "https://host/openai/v1"
