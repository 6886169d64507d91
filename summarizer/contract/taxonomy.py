"""The closed vocabulary of topic tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator, with_config

from summarizer.contract.released import Line, VersionedFile, read_versioned

OTHER = "other"
"""The tag of a paper that no other tag fits; every taxonomy has it."""

_Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Facet:
    """A group of tags that answer the same question about a paper."""

    id: _Id
    label: Line
    labels: dict[str, Line]
    """Labels in other languages, by language tag."""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Tag:
    """One topic."""

    id: _Id
    facet: str
    """Id of its facet."""
    label: Line
    labels: dict[str, Line]
    """Labels in other languages, by language tag."""
    definition: Line
    aliases: tuple[Line, ...]
    """Words and phrases of an abstract that point to this tag."""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A released set of tags."""

    name: str
    """With version, for instance `taxonomy.v1`."""
    fingerprint: str
    facets: tuple[Facet, ...]
    tags: tuple[Tag, ...]

    def render(self) -> str:
        """Return the tags with their definitions, by facet, one a line, as prompts show them."""
        return "\n".join(self._render_facet(facet) for facet in self.facets)

    def _render_facet(self, facet: Facet) -> str:
        tags = (f"- {tag.id}: {tag.definition}" for tag in self.tags if tag.facet == facet.id)

        return "\n".join((f"{facet.label}:", *tags))


class _TaxonomyFile(VersionedFile):
    facets: tuple[Facet, ...]
    tags: tuple[Tag, ...]

    @model_validator(mode="after")
    def _check(self) -> _TaxonomyFile:
        _check_unique("facet", (facet.id for facet in self.facets))
        _check_unique("tag", (tag.id for tag in self.tags))
        facets = {facet.id for facet in self.facets}
        for tag in self.tags:
            if tag.facet not in facets:
                raise ValueError(f"tag {tag.id!r} is in facet {tag.facet!r}, which is not defined")
            _check_unique(f"alias of tag {tag.id!r}", tag.aliases)
        if all(tag.id != OTHER for tag in self.tags):
            raise ValueError(f"there must be a tag {OTHER!r}, for papers that no other tag fits")

        return self


def load_taxonomy(source: str) -> Taxonomy:
    """Read a taxonomy.

    Args:
        source: `taxonomy.v1`, `taxonomy` for the newest release, or the path of a `.toml` file.

    Raises:
        PromptError: there is no such file, it breaks its rules, or it is an edited release.
    """
    content, fingerprint = read_versioned(source, "taxonomy", _TaxonomyFile)

    return Taxonomy(content.full_name, fingerprint, content.facets, content.tags)


def _check_unique(what: str, values: Iterable[str]) -> None:
    repeated = sorted(value for value, count in Counter(values).items() if count > 1)
    if repeated:
        raise ValueError(f"{what} given twice: {', '.join(map(repr, repeated))}")
