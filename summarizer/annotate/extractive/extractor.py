"""The annotator without a model: no key, no network, the same answer every time. The baseline that prompts must beat.

It quotes the sentence that states the contribution and counts words; it understands nothing and translates nothing.
"""

from __future__ import annotations

from summarizer.annotate.extractive.contribution import ContributionFinder
from summarizer.annotate.extractive.lexicon import Lexicon
from summarizer.annotate.extractive.phrases import read_words
from summarizer.annotate.extractive.relevance import RelevanceScorer
from summarizer.annotate.extractive.sentences import Span, split_sentences
from summarizer.annotate.extractive.shortening import shorten_sentence
from summarizer.annotate.extractive.tagging import Tagger
from summarizer.contract.schema import Annotation
from summarizer.contract.taxonomy import Taxonomy
from summarizer.errors import AnnotationInvalidError
from summarizer.papers.paper import Paper


class Extractor:
    """Annotates papers by one taxonomy and one lexicon; holds no state between papers."""

    def __init__(self, taxonomy: Taxonomy, lexicon: Lexicon) -> None:
        self._tagger = Tagger(taxonomy)
        self._relevance = RelevanceScorer(lexicon)
        self._contribution = ContributionFinder()

    def extract(self, paper: Paper) -> Annotation:
        """Return the annotation of one paper; translations are empty.

        Raises:
            AnnotationInvalidError: Neither title nor abstract holds a word.
        """
        text = f"{paper.title}\n{paper.abstract}"
        words, sentences = read_words(text), _sentences(paper)
        if not any(map(str.isalnum, text)):
            raise AnnotationInvalidError(("Neither title nor abstract holds a word.",), raw_text=text)
        contribution = self._contribution.find(words, sentences)
        relevance, evidence = self._relevance.score(words, sentences)
        start, end = sentences[contribution]

        return Annotation(
            tldr=shorten_sentence(text[start:end]),
            tags=self._tagger.choose(words, sentences, contribution),
            relevance=relevance,
            evidence=evidence,
            translations={},
        )


def _sentences(paper: Paper) -> list[Span]:
    """Return the title as one sentence, then those of the abstract, as spans of both with one sign between."""
    offset = len(paper.title) + 1

    abstract = [span for span in split_sentences(paper.abstract) if any(map(str.isalnum, paper.abstract[slice(*span)]))]

    return [(0, len(paper.title)), *((offset + start, offset + end) for start, end in abstract)]
