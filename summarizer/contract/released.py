"""Versioned data files: where they are, how they are read, and that a released one never changes.

Prompts, taxonomies, criteria and lexicons share this. `prompts/released.toml` holds the fingerprint of each released file; a file
that carries a released name with other content is refused. What the keys of a file mean is its own module's business.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from summarizer.errors import PromptError

Kind = Literal["prompt", "taxonomy", "criterion", "lexicon"]
"""What a versioned file is."""
_KINDS = get_args(Kind)


def _check_line(text: str) -> str:
    if text != text.strip() or len(text.splitlines()) != 1:
        raise ValueError("must be one line of text, not empty and without blanks at its ends")
    return text


Line = Annotated[str, AfterValidator(_check_line)]
"""Text on one line, neither empty nor padded."""

_REGISTRY = "released.toml"
_UNKNOWN = "unknown key: remove it or correct its spelling"
_EXPLANATIONS = {
    "extra_forbidden": _UNKNOWN,
    "unexpected_keyword_argument": _UNKNOWN,
    "missing": "missing key: add it",
    "string_pattern_mismatch": "{input!r} must match {ctx[pattern]}",
    "value_error": "{ctx[error]}",
}


class VersionedFile(BaseModel):
    """The keys that every versioned file has."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: Kind
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
    version: Annotated[int, Field(ge=1)]
    description: Line
    """For people: the only key that is not part of the fingerprint."""

    @property
    def full_name(self) -> str:
        """Name with version, for instance `annotate.v1`."""
        return f"{self.name}.v{self.version}"


class _Header(VersionedFile):
    model_config = ConfigDict(extra="ignore")


Form = TypeVar("Form", bound=VersionedFile)


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """One file that ships with summarizer."""

    kind: Kind
    name: str
    """With version, for instance `annotate.v1`."""
    description: str
    fingerprint: str
    path: Path


def list_released() -> tuple[ReleasedFile, ...]:
    """Return the files that ship with summarizer: prompts, taxonomies, criteria, lexicons, each in order of name and version.

    Raises:
        PromptError: the installation lacks a file, or one was edited.
    """
    folder = _find_folder()
    found = []
    for name in _read_registry(folder):
        header, fingerprint = _read(folder / f"{name}.toml", _Header)
        found.append(ReleasedFile(header.kind, name, header.description, fingerprint, folder / f"{name}.toml"))

    return tuple(sorted(found, key=lambda file: (_KINDS.index(file.kind), *_split_version(file.name))))


def find_released(name: str) -> ReleasedFile:
    """Return the shipped file of a name; without version, its newest release.

    Raises:
        PromptError: there is none.
    """
    released = list_released()
    full_name = _find_release(name)
    for file in released:
        if file.name == full_name:
            return file
    raise PromptError(f"{name!r}: no such released file; there are: {', '.join(file.name for file in released)}")


def read_versioned(source: str, kind: Kind, form: type[Form]) -> tuple[Form, str]:
    """Return the content of a versioned file and its fingerprint.

    Args:
        source: a released name with version (`annotate.v1`), a bare name for its newest release (`annotate`; for a
            criterion also `medical-imaging`), or the path of a `.toml` file.
        kind: what the file must be.
        form: the keys that it must have.

    Raises:
        PromptError: the file is unknown, unreadable, no TOML, of another kind, breaks its form, or is an edited release.
    """
    path = _resolve(source, kind)
    header, _ = _read(path, _Header)
    if header.kind != kind:
        raise PromptError(f"{path}: this is a {header.kind}; a {kind} is needed here")

    return _read(path, form)


def _resolve(source: str, kind: Kind) -> Path:
    if source.endswith(".toml") or "/" in source or "\\" in source:
        path = _find_own(source)
    else:
        full_name = _find_release(source)
        path = _find_folder() / f"{full_name}.toml" if full_name else None
    if path is None:
        known = ", ".join(file.name for file in list_released() if file.kind == kind)
        raise PromptError(f"{source!r}: no such {kind}; give the path of a .toml file, or one of: {known}")

    return path


def _find_own(source: str) -> Path | None:
    try:
        path = Path(source).expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError):  # a folder that may not be entered, a name too long, a home that is not known
        return None


def _find_release(name: str) -> str | None:
    names = {name, f"criterion.{name}"}  # only criteria carry their kind in their name
    matching = [full for full in _read_registry(_find_folder()) if full in names or _split_version(full)[0] in names]

    return max(matching, key=_split_version, default=None)


def _split_version(full_name: str) -> tuple[str, int]:
    name, _, version = full_name.rpartition(".v")

    return name, int(version)


def _read(path: Path, form: type[Form]) -> tuple[Form, str]:
    document = _read_toml(path)
    try:
        content = form.model_validate_json(orjson.dumps(document))
    except orjson.JSONEncodeError as exc:
        raise PromptError(f"{path}: a value is neither text, number, list nor table ({exc})") from exc
    except ValidationError as exc:
        raise PromptError(f"{path}: {_explain(exc)}") from exc
    fingerprint = _fingerprint(document)
    if _read_registry(_find_folder()).get(content.full_name, fingerprint) != fingerprint:
        raise PromptError(
            f"{path}: edited release: {content.full_name} is released with other content; "
            "copy the file under a new name or version (keys `name` and `version`)"
        )

    return content, fingerprint


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as exc:
        raise PromptError(f"{path}: can't be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise PromptError(f"{path}: is not UTF-8 text: save it as UTF-8 (byte {exc.start})") from exc
    except tomllib.TOMLDecodeError as exc:
        raise PromptError(f"{path}: is not valid TOML: {exc}") from exc


def _fingerprint(document: dict[str, Any]) -> str:
    """Digest what reaches the model or changes what is accepted: layout, comments, key order and description don't."""
    content = {key: value for key, value in document.items() if key != "description"}

    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _explain(error: ValidationError) -> str:
    return "; ".join(
        f"{_locate(fault['loc'])}{_EXPLANATIONS.get(fault['type'], '{msg}').format_map(fault)}"
        for fault in error.errors(include_url=False)
    )


def _locate(location: tuple[int | str, ...]) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)

    return f"{path.removeprefix('.')}: " if path else ""


def _read_registry(folder: Path) -> dict[str, str]:
    released: dict[str, str] = _read_toml(folder / _REGISTRY)["released"]

    return released


def _find_folder() -> Path:
    """Return the folder of the released files: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "prompts", package.parent / "prompts"):
        if (folder / _REGISTRY).is_file():
            return folder
    raise PromptError(f"{package} was installed without its prompts: install summarizer again")
