"""The annotator without a model: no key, no network, the same answer every time. The baseline that prompts must beat.

It quotes the sentence that states the contribution (`contribution`, `shortening`), and weighs phrases of the taxonomy
(`tagging`) and of a lexicon (`relevance`, `quotation`); it understands nothing and translates nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime

from summarizer import __version__
from summarizer.annotate.extractive.extractor import Extractor
from summarizer.annotate.extractive.lexicon import Lexicon
from summarizer.annotate.interface import Outcome, Spending
from summarizer.annotate.records import AnnotatedRecord, FailedRecord, Profile, Provenance, RecordError, Reference
from summarizer.chat.interface import Usage
from summarizer.contract.criterion import Criterion
from summarizer.contract.taxonomy import Taxonomy
from summarizer.errors import AnnotationInvalidError
from summarizer.papers.paper import Paper

EXTRACTIVE = "extractive"
"""The model name that stands for this annotator."""


class ExtractiveAnnotator:
    """An `Annotator` that never waits and never costs anything."""

    def __init__(self, taxonomy: Taxonomy, criterion: Criterion, lexicon: Lexicon, *, run_id: str) -> None:
        """Take the tags, what relevance means, and the words that speak for it."""
        self._extractor = Extractor(taxonomy, lexicon)
        self._run_id = run_id
        self.profile = Profile(
            annotator="extractive",
            prompt=None,
            lexicon=Reference(name=lexicon.name, fingerprint=lexicon.fingerprint),
            taxonomy=Reference(name=taxonomy.name, fingerprint=taxonomy.fingerprint),
            criterion=Reference(name=criterion.name, fingerprint=criterion.fingerprint),
            languages=(),
            requested_model=EXTRACTIVE,
        )

    async def annotate(self, paper: Paper, *, fresh: bool = False) -> Outcome:  # noqa: ARG002
        """Annotate one paper; the answer is always fresh."""
        provenance = Provenance(
            **dict(self.profile),
            cost_usd=0.0,
            created_at=datetime.now(UTC),
            version=__version__,
            run_id=self._run_id,
        )
        try:
            annotation = self._extractor.extract(paper)
        except AnnotationInvalidError as error:
            problem = RecordError(type=type(error).__name__, message=str(error), raw_text=error.raw_text)
            return Outcome(FailedRecord(paper=paper, error=problem, provenance=provenance), Usage())
        return Outcome(AnnotatedRecord(paper=paper, annotation=annotation, provenance=provenance), Usage())

    @property
    def spending(self) -> Spending:
        """Nothing."""
        return Spending()

    def stop(self) -> None:
        """Do nothing: nobody is asked."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing open."""
