"""How good the translations are: overlap with the references, terms, and what must come through unharmed.

Compared are title and summary together. The references translate the first gold summary, the replies their own. A failed record,
and one that lacks the language, count as empty translations. A run that was not asked for the language is not scored at
all: its scorecard has no column of this task, where a report says `none`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from summarizer.annotate.records import AnnotatedRecord
from summarizer.contract.languages import Language
from summarizer.contract.schema import Annotation
from summarizer.contract.validation.figures import read_figures
from summarizer.contract.validation.formulas import find_lost_formulas
from summarizer.contract.validation.grounding import Grounding
from summarizer.contract.validation.scripts import find_script_issues
from summarizer.errors import EvaluationError
from summarizer.evaluation.extra import eval_extra
from summarizer.evaluation.metric import Column, Guardrail, Metric, Violation
from summarizer.evaluation.scorers.bleu import aggregate_bleu, count_bleu, describe_bleu
from summarizer.evaluation.scorers.chrf import SIGNATURE, aggregate_chrf, count_chrf
from summarizer.evaluation.scorers.columns import Count, build_column, ratio_of_sums
from summarizer.evaluation.scorers.glossary import Glossary
from summarizer.evaluation.scorers.guardrails import build_guardrail
from summarizer.evaluation.scorers.samples import Sample

with eval_extra():
    import numpy as np

if TYPE_CHECKING:
    from summarizer.evaluation.metric import Array


class _Text(NamedTuple):
    name: str
    """`title`, `tldr` or `abstract`."""
    original: str
    translation: str
    reference: str
    """Empty where gold has none."""


def is_translated(samples: Sequence[Sample], language: Language) -> bool:
    """Tell whether the run was asked for this language, or has it anyway."""
    return any(
        language.tag in record.provenance.languages
        or (isinstance(record, AnnotatedRecord) and language.tag in record.annotation.translations)
        for sample in samples
        for record in sample.records
    )


def score_translations(samples: Sequence[Sample], language: Language, glossary: Glossary | None) -> list[Column]:
    """Return the columns of the translations, the primary one first.

    Without references in the language there is no overlap to measure, without a glossary no hit rate.

    Raises:
        EvaluationError: the glossary is for another language.
    """
    columns: list[Column] = []
    if any(language.tag in sample.paper.gold.translations for sample in samples):
        columns += _score_overlap(samples, language)
    columns += [
        build_column(_share("numbers_kept", "numbers kept"), samples, _kept_count(language, _find_number_faults)),
        build_column(_share("formulas_kept", "formulas kept"), samples, _kept_count(language, _find_formula_faults)),
    ]
    if glossary is not None:
        if glossary.language != language.tag:
            raise EvaluationError(f"the glossary is for {glossary.language}, the translations are into {language.tag}")
        columns.append(build_column(_glossary_metric(glossary), samples, _glossary_count(language, glossary)))
    return [*columns, build_column(_LENGTH_RATIO, samples, _length_count(language))]


def guard_translations(samples: Sequence[Sample], language: Language) -> list[Guardrail]:
    """Return the rules of the translations; whole abstracts are held to them too, where there are any."""
    rules: tuple[tuple[str, str, _FindFaults], ...] = (
        ("numbers", "numbers as in the source", _find_number_faults),
        ("formulas", "formulas as in the source", _find_formula_faults),
        ("script", f"in {language.name}", _find_script_faults),
    )

    def find_with(find: _FindFaults) -> Callable[[Sample, Annotation], Iterator[Violation]]:
        def find_all(sample: Sample, annotation: Annotation) -> Iterator[Violation]:
            for text in _texts(sample, annotation, language):
                yield from find(sample, text, language)

        return find_all

    return [
        build_guardrail(f"translation.{name}", label, "translation", samples, find_with(find))
        for name, label, find in rules
    ]


_FindFaults = Callable[[Sample, _Text, Language], Iterator[Violation]]


def _find_number_faults(sample: Sample, text: _Text, language: Language) -> Iterator[Violation]:
    if not text.translation:
        return
    figures = read_figures(text.translation, language=language.tag)
    for unsupported in sample.source.find_unsupported(figures):
        yield Violation(f"the {text.name} states {unsupported}, which neither title nor abstract does", unsupported)
    wanted = read_figures(text.original)
    for missing in Grounding(figures, text.translation).find_missing(wanted, language=language.tag):
        yield Violation(f"the {text.name} lacks {missing}", text.translation)


def _find_formula_faults(_: Sample, text: _Text, __: Language) -> Iterator[Violation]:
    if not text.translation:
        return
    lost = find_lost_formulas(text.original, text.translation)
    for missing in lost.missing:
        yield Violation(f"the {text.name} lacks {missing}", text.translation)
    for added in lost.added:
        yield Violation(f"the {text.name} holds {added}, which its original does not", added)


def _find_script_faults(_: Sample, text: _Text, language: Language) -> Iterator[Violation]:
    if not text.translation:
        yield Violation(f"the {text.name} is not translated into {language.name}")
        return
    for issue in find_script_issues(text.translation, text.original, language, is_title=text.name == "title"):
        yield Violation(f"the {text.name} {issue}", text.translation)


def _texts(sample: Sample, annotation: Annotation | None, language: Language) -> Iterator[_Text]:
    """Yield title and summary, then the abstract if it was translated; of a failed record the gold summary is the original."""
    paper = sample.paper
    given = annotation.translations.get(language.tag) if annotation else None
    gold = paper.gold.translations.get(language.tag)
    tldr = annotation.tldr if annotation else paper.gold.tldr
    yield _Text("title", paper.title, given.title.strip() if given else "", gold.title if gold else "")
    yield _Text("tldr", tldr, given.tldr.strip() if given else "", gold.tldr if gold else "")
    if given is not None and given.abstract is not None:
        yield _Text("abstract", paper.abstract, given.abstract.strip(), gold.abstract or "" if gold else "")


def _lines(sample: Sample, annotation: Annotation | None, language: Language) -> list[_Text]:
    return [text for text in _texts(sample, annotation, language) if text.name != "abstract"]


def _score_overlap(samples: Sequence[Sample], language: Language) -> list[Column]:
    def count_with(count: Callable[[str, str], Array], width: int) -> Count:
        def count_lines(sample: Sample, annotation: Annotation | None) -> Array:
            lines = _lines(sample, annotation, language)
            return sum((count(text.translation, text.reference) for text in lines if text.reference), np.zeros(width))

        return count_lines

    chrf, bleu = _overlap_metrics(language)
    return [
        build_column(chrf, samples, count_with(lambda ours, reference: count_chrf(ours, [reference]), 18)),
        build_column(bleu, samples, count_with(lambda ours, reference: count_bleu(ours, reference, language), 10)),
    ]


def _overlap_metrics(language: Language) -> tuple[Metric, Metric]:
    over = f"{language.tag}|title+tldr|corpus"
    chrf = f"chrF2|{SIGNATURE}|{over}|v1"
    bleu = f"BLEU|{describe_bleu(language)}|{over}|v1"
    return (
        Metric("translation.chrf2", "chrF2", "translation", "primary", True, chrf, aggregate_chrf),
        Metric("translation.bleu", "BLEU", "translation", "secondary", True, bleu, aggregate_bleu),
    )


def _kept_count(language: Language, find: _FindFaults) -> Count:
    """Count the papers whose translations all come through a check; an empty one does not."""

    def count(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
        texts = _texts(sample, annotation, language)
        return float(all(text.translation and not any(find(sample, text, language)) for text in texts)), 1

    return count


def _glossary_count(language: Language, glossary: Glossary) -> Count:
    def count(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
        hits = [glossary.check(text.original, text.translation) for text in _lines(sample, annotation, language)]
        rendered = sum(hit.rendered for hit in hits)
        return rendered, rendered + sum(len(hit.missing) for hit in hits)

    return count


def _length_count(language: Language) -> Count:
    def count(sample: Sample, annotation: Annotation | None) -> tuple[float, float]:
        lines = [text for text in _lines(sample, annotation, language) if text.translation]
        return sum(len(text.translation) for text in lines), sum(len(text.original) for text in lines)

    return count


def _share(name: str, label: str) -> Metric:
    signature = "all-texts|share-of-papers|v1"
    return Metric(
        f"translation.{name}", label, "translation", "secondary", True, signature, ratio_of_sums, is_share=True
    )


def _glossary_metric(glossary: Glossary) -> Metric:
    signature = f"{glossary.signature}|title+tldr|share-of-terms|v1"
    return Metric("translation.glossary", "glossary terms", "translation", "secondary", True, signature, ratio_of_sums)


_LENGTH_RATIO = Metric(
    "translation.length_ratio", "length ratio", "translation", "diagnostic", None, "characters|v1", ratio_of_sums
)
