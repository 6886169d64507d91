"""From a rule about one annotation to the guardrail over all papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from summarizer.annotate.records import AnnotatedRecord
from summarizer.contract.schema import Annotation
from summarizer.evaluation.metric import Guardrail, Task, Violation
from summarizer.evaluation.scorers.samples import Result, Sample

FindInAnnotation = Callable[[Sample, Annotation], Iterable[Violation]]
FindInRecord = Callable[[Sample, Result], Iterable[Violation]]


def build_guardrail(name: str, label: str, task: Task, samples: Sequence[Sample], find: FindInAnnotation) -> Guardrail:
    """Apply a rule to every annotation; a failed record has none and is left to the rules of structure."""

    def find_in_record(sample: Sample, record: Result) -> Iterable[Violation]:
        return find(sample, record.annotation) if isinstance(record, AnnotatedRecord) else ()

    return build_record_guardrail(name, label, task, samples, find_in_record)


def build_record_guardrail(
    name: str, label: str, task: Task, samples: Sequence[Sample], find: FindInRecord
) -> Guardrail:
    """Apply a rule to every record, failed ones included. What several repeats do alike is told once."""
    return Guardrail(
        name,
        label,
        task,
        tuple(
            tuple(dict.fromkeys(found for record in sample.records for found in find(sample, record)))
            for sample in samples
        ),
    )
