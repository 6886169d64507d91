"""Small values that many tests need."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from summarizer.annotate.records import AnnotatedRecord, FailedRecord, Profile, Provenance, RecordError, Reference
from summarizer.chat.interface import ChatRequest, ChatResponse, Message, ResponseSchema, Usage
from summarizer.contract.schema import Annotation, Translation
from summarizer.papers.paper import Paper

PROFILE = Profile(
    annotator="chat",
    prompt=Reference(name="annotate.v1", fingerprint="p" * 64),
    taxonomy=Reference(name="taxonomy.v1", fingerprint="t" * 64),
    criterion=Reference(name="criterion.medical-imaging.v1", fingerprint="c" * 64),
    languages=("zh-Hans",),
    requested_model="test-model",
)


def build_paper(number: int = 1, **fields: Any) -> Paper:
    """Return a small paper; its text tells which one it is."""
    values: dict[str, Any] = {
        "id": f"2401.{number:05}",
        "arxiv_id": f"2401.{number:05}",
        "version": 1,
        "title": f"Paper number {number}",
        "abstract": f"We segment liver lesions in abdominal CT of {number + 100} patients.",
        "source": "week.txt",
        "position": number,
    }
    return Paper(**values | fields)


def build_provenance(profile: Profile = PROFILE, **fields: Any) -> Provenance:
    """Return the provenance of a record of one run."""
    values: dict[str, Any] = {
        "created_at": datetime(2024, 1, 8, tzinfo=UTC),
        "version": "0.0.0",
        "run_id": "run",
        "attempts": 1,
    }
    return Provenance(**dict(profile), **values | fields)


def build_annotated(paper: Paper, profile: Profile = PROFILE) -> AnnotatedRecord:
    """Return a record of `paper` with some annotation."""
    annotation = Annotation(
        tldr="Liver lesions are segmented in CT.",
        tags=("segmentation",),
        relevance=4,
        evidence="liver lesions in abdominal CT",
        translations={"zh-Hans": Translation(title="论文", tldr="分割肝脏病灶。")},
    )
    return AnnotatedRecord(paper=paper, annotation=annotation, provenance=build_provenance(profile))


def build_failed(paper: Paper, error_type: str = "RefusalError") -> FailedRecord:
    """Return a failure of `paper`."""
    return FailedRecord(
        paper=paper, error=RecordError(type=error_type, message="no", raw_text="raw"), provenance=build_provenance()
    )


def build_request(text: str = "hello", **fields: Any) -> ChatRequest:
    """Return a small request."""
    values: dict[str, Any] = {
        "base_url": "http://localhost:8000/v1",
        "model": "test-model",
        "messages": (Message("system", "You annotate papers."), Message("user", text)),
        "response_schema": ResponseSchema("annotation", '{"type":"object"}'),
        "output_mode": "json_schema",
        "max_output_tokens": 512,
    }
    return ChatRequest(**values | fields)


def build_response(text: str = "{}", **fields: Any) -> ChatResponse:
    """Return a reply that ended regularly."""
    values: dict[str, Any] = {
        "finish_reason": "stop",
        "usage": Usage(input_tokens=10, output_tokens=5),
        "served_model": "served",
    }
    return ChatResponse(text=text, **values | fields)
