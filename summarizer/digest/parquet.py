"""Results as a Parquet file, streamed in row groups: typed columns for data frames and databases."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarizer.annotate.records import AnnotatedRecord
from summarizer.digest.links import build_links
from summarizer.errors import ConfigurationError, StoreError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_IN_A_GROUP = 10_000


def write_parquet(records: Iterable[AnnotatedRecord], path: Path) -> None:
    """Write one row for each record; `path` is replaced when the last one is written, not before.

    Columns: id, version, title, abstract, authors, published (UTC), categories, venue, doi, link, relevance, tags, tldr,
    evidence, translations (language, title, tldr, abstract), prompt, model, cost_usd, run_id.

    Raises:
        ConfigurationError: pyarrow is not installed; says how to install it.
        StoreError: the file can't be written.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  # 100 MB that only this format needs
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError("to: parquet needs pyarrow: pip install 'summarizer[parquet]'") from error
    schema, part = _schema(), path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            rows = map(_row, records)
            while group := list(islice(rows, ROWS_IN_A_GROUP)):
                writer.write_table(pa.Table.from_pylist(group, schema))
        part.replace(path)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error  # pyarrow's own texts name the file again
        raise StoreError(f"{path}: can't be written ({reason}); choose another file with -o") from error
    finally:
        with suppress(OSError):  # it has its name by now, or never came to be
            part.unlink()


def _schema() -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415

    text, texts = pa.string(), pa.list_(pa.string())
    translation = pa.struct([("language", text), ("title", text), ("tldr", text), ("abstract", text)])
    return pa.schema(
        [
            *(("id", text), ("version", pa.int32()), ("title", text), ("abstract", text), ("authors", texts)),
            *(("published", pa.timestamp("us", tz="UTC")), ("categories", texts), ("venue", text), ("doi", text)),
            *(("link", text), ("relevance", pa.int8()), ("tags", texts), ("tldr", text), ("evidence", text)),
            *(("translations", pa.list_(translation)), ("prompt", text), ("model", text)),
            *(("cost_usd", pa.float64()), ("run_id", text)),
        ]
    )


def _row(record: AnnotatedRecord) -> dict[str, Any]:
    paper, annotation, provenance = record.paper, record.annotation, record.provenance
    links = build_links(paper)
    translations = [
        {"language": language, **translation.model_dump()} for language, translation in annotation.translations.items()
    ]
    return {
        **paper.model_dump(
            include={"id", "version", "title", "abstract", "authors", "published", "categories", "venue", "doi"}
        ),
        "link": links[0].url if links else None,
        **annotation.model_dump(include={"relevance", "tags", "tldr", "evidence"}),
        "translations": translations,
        "prompt": provenance.prompt.name if provenance.prompt else None,
        "model": provenance.requested_model,
        "cost_usd": provenance.cost_usd,
        "run_id": provenance.run_id,
    }
