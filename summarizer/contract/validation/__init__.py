"""Whether a reply may be trusted.

`rules` checks a reply against its paper. What it needs, each concept in its own module: the reply itself (`reply`,
`shape`), its text (`characters`, `sentences`, `evidence`, `formulas`, `scripts`), the summary and the translations, and
numbers from how they are written (`notation`, `decimals`, `scales`, `numerals`, `identifiers`, `figures`) to whether the
paper holds them (`rounding`, `grounding`). `overview` checks a reply about many papers by the same rules.
"""

from summarizer.contract.validation.evidence import find_evidence
from summarizer.contract.validation.overview import validate_overview
from summarizer.contract.validation.rules import validate_abstract_translation, validate_annotation

__all__ = ["find_evidence", "validate_abstract_translation", "validate_annotation", "validate_overview"]
