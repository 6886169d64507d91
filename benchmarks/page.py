"""How large the page of a digest is and how fast a browser shows and filters it: `python -m benchmarks.page`.

The papers are those of the sample week over and over, with ids, dates and translations of their own. A headless Chromium opens
the page from a file: first paint is first contentful paint as the browser reports it; filtering is the time from the input to
the next frame drawn, the slowest of FILTERS; beside it stands the CPU time of the page's main thread, on which other work on
the machine does not count. Each figure is that of the fastest of PASSES passes in fresh tabs: other work only makes one slower.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from summarizer.annotate.extractive import ExtractiveAnnotator
from summarizer.annotate.extractive.lexicon import load_lexicon
from summarizer.annotate.records import AnnotatedRecord
from summarizer.contract.criterion import load_criterion
from summarizer.contract.schema import Translation
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.digest import build_digest, render_page
from summarizer.papers import Paper, read
from tests.browser import CHROMIUM, Browser, Page, start_browser

TAXONOMY, CRITERION = "taxonomy.v1", "criterion.medical-imaging.v1"
MANY, WEEK = 2_000, 300
MAX_MANY_MEGABYTES, MAX_WEEK_MEGABYTES = 6.0, 1.0
MAX_PAINT_MS, MAX_FILTER_MS = 1_000, 100
PASSES = 5
ABSTRACT_CHARACTERS = 1_300
"""As long as abstracts of cs.CV are on average; those of the sample week are a little shorter."""

WEEK_START = datetime(2026, 11, 9, 9, tzinfo=UTC)
SAMPLE = Path(__file__).parents[1] / "examples" / "sample-week"
TRANSLATION = Translation(
    title="用于多中心磁共振图像中病灶分割的轻量级网络",
    tldr="该网络在三个中心的扫描上勾画病灶，所需标注减少一半，并给出每个像素的不确定性。",
)

# From the input to the frame after the one that it changes.
FILTERS = {
    "text": "query.value = 'segmentation'; query.dispatchEvent(new Event('input'))",
    "more_text": "query.value = 'segmentation of the'; query.dispatchEvent(new Event('input'))",
    "relevance": "query.value = ''; least.value = '3'; least.dispatchEvent(new Event('input'))",
    "tag": "document.querySelector('button[data-filter]').click()",
    "all": "document.querySelector('.filter button[type=reset]').click()",
}
TIMED = """new Promise((done) => {{
  const query = document.getElementById('query'), least = document.getElementById('least');
  requestAnimationFrame(() => {{
    const started = performance.now();
    {action};
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
  }});
}})"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def main() -> int:
    """Build, open, filter, and print one row for each figure, and one JSON line."""
    if CHROMIUM is None:
        print("no Chromium on this machine", file=sys.stderr)
        return 2
    row = {f"page_of_{count}_megabytes": len(build_page(count)) / 1e6 for count in (WEEK, MANY)}
    row |= asyncio.run(_measure(build_page(MANY)))
    slow = row["first_paint_ms"] > MAX_PAINT_MS or row["slowest_filter_ms"] > MAX_FILTER_MS
    large = row["page_of_2000_megabytes"] > MAX_MANY_MEGABYTES or row["page_of_300_megabytes"] > MAX_WEEK_MEGABYTES
    for name, figure in row.items():
        print(f"{name:<28} {figure:>10,.2f}")
    print(json.dumps({"benchmark": "page", "cores": os.cpu_count(), **row, "passed": not (slow or large)}))
    return int(slow or large)


def build_page(count: int) -> bytes:
    """Return the page of a digest of `count` papers."""
    taxonomy, criterion = load_taxonomy(TAXONOMY), load_criterion(CRITERION)
    annotator = ExtractiveAnnotator(taxonomy, criterion, load_lexicon(criterion.name), run_id="benchmark")

    async def annotate(papers: Iterable[Paper]) -> list[AnnotatedRecord]:
        records = [(await annotator.annotate(paper)).record for paper in papers]
        return [_translated(record) for record in records if isinstance(record, AnnotatedRecord)]

    records = asyncio.run(annotate(make_papers(count)))
    assert len(records) == count
    digest = build_digest(records, title="Benchmark", taxonomy=taxonomy, criterion=criterion, generated_at=WEEK_START)
    return render_page(digest).encode()


def make_papers(count: int) -> list[Paper]:
    """Return papers of the sample week, repeated under ids and days of their own."""
    samples = [paper for paper in read(SAMPLE) if isinstance(paper, Paper)]
    papers = zip(itertools.cycle(samples), itertools.cycle(samples[1:] + samples[:1]), strict=False)
    return [
        paper.model_copy(
            update={
                "id": f"2611.{number:05}",
                "arxiv_id": f"2611.{number:05}",
                "abstract": f"{paper.abstract} {other.abstract}"[:ABSTRACT_CHARACTERS],
                "published": WEEK_START + timedelta(days=number % 7),
            }
        )
        for number, (paper, other) in enumerate(itertools.islice(papers, count))
    ]


def _translated(record: AnnotatedRecord) -> AnnotatedRecord:
    annotation = record.annotation.model_copy(update={"translations": {"zh-Hans": TRANSLATION}})
    return record.model_copy(update={"annotation": annotation})


async def _measure(html: bytes) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "index.html"
        page.write_bytes(html)
        async with start_browser(Path(folder) / "profile") as browser:
            passes = [await _measure_once(browser, page.as_uri()) for _ in range(PASSES)]
    row = {name: min(one[name] for one in passes) for name in passes[0]}
    for kind in ("filter", "cpu"):
        row[f"slowest_{kind}_ms"] = max(figure for name, figure in row.items() if name.startswith(f"{kind}_"))
    return row


async def _measure_once(browser: Browser, address: str) -> dict[str, float]:
    async with browser.open_page() as page:
        await page.send("Emulation.setFocusEmulationEnabled", enabled=True)
        started = time.perf_counter()
        await page.send("Page.navigate", url=address)
        await page.wait_for(f"document.readyState === 'complete' && {PAINT}")
        row = {"first_paint_ms": await page.evaluate(PAINT), "loaded_ms": 1_000 * (time.perf_counter() - started)}
        await asyncio.sleep(1)  # the reader looks before filtering
        await page.send("Performance.enable", timeDomain="threadTicks")
        for name, action in FILTERS.items():
            before = await _read_cpu(page)
            row[f"filter_{name}_ms"] = await page.evaluate(TIMED.format(action=action))
            row[f"cpu_{name}_ms"] = await _read_cpu(page) - before
    return row


async def _read_cpu(page: Page) -> float:
    """Return the milliseconds for which the main thread of the page has worked."""
    metrics = (await page.send("Performance.getMetrics"))["metrics"]
    return next(1_000 * float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


if __name__ == "__main__":
    sys.exit(main())
