"""The languages that annotations can be translated into."""

from __future__ import annotations

from dataclasses import dataclass

from summarizer.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Language:
    """A target language."""

    tag: str
    """BCP 47 tag, for instance `zh-Hans`."""
    name: str
    """English name as prompts use it, for instance `Simplified Chinese`."""
    endonym: str
    """Its own name, for a switch on a page, for instance `简体中文`."""
    script: str
    """Unicode script of its text, for instance `Han`."""


LANGUAGES: tuple[Language, ...] = (
    Language("zh-Hans", "Simplified Chinese", "简体中文", "Han"),
    Language("zh-Hant", "Traditional Chinese", "繁體中文", "Han"),
    Language("ja", "Japanese", "日本語", "Japanese"),
    Language("ko", "Korean", "한국어", "Hangul"),
    Language("de", "German", "Deutsch", "Latin"),
    Language("fr", "French", "français", "Latin"),
    Language("es", "Spanish", "español", "Latin"),
    Language("it", "Italian", "italiano", "Latin"),
    Language("pt", "Portuguese", "português", "Latin"),
    Language("nl", "Dutch", "Nederlands", "Latin"),
    Language("sv", "Swedish", "svenska", "Latin"),
    Language("pl", "Polish", "polski", "Latin"),
    Language("cs", "Czech", "čeština", "Latin"),
    Language("tr", "Turkish", "Türkçe", "Latin"),
    Language("vi", "Vietnamese", "Tiếng Việt", "Latin"),
    Language("id", "Indonesian", "Bahasa Indonesia", "Latin"),
    Language("ru", "Russian", "русский", "Cyrillic"),
    Language("uk", "Ukrainian", "українська", "Cyrillic"),
    Language("ar", "Arabic", "العربية", "Arabic"),
    Language("fa", "Persian", "فارسی", "Arabic"),
    Language("hi", "Hindi", "हिन्दी", "Devanagari"),
)
"""Every supported language. `Japanese` stands for the mix of kana and Han."""

_ALIASES = {
    "zh": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-hans-cn": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
    "zh-hant-tw": "zh-Hant",
    "zh-hant-hk": "zh-Hant",
}
_BY_TAG = {language.tag.lower(): language for language in LANGUAGES}


def get_language(tag: str) -> Language:
    """Return the language of `tag`, whatever its case; `zh` and regional tags of Chinese name their script.

    Raises:
        ConfigurationError: the tag is not supported; the message lists those that are.
    """
    key = tag.strip().replace("_", "-").lower()
    language = _BY_TAG.get(_ALIASES.get(key, key).lower())
    if language is None:
        supported = ", ".join(language.tag for language in LANGUAGES)
        message = f"language {tag!r} is not supported: use one of {supported}"
        raise ConfigurationError(message)
    return language
