"""Room 1: what comes in. Reads papers from files and folders, and knows which records are the same paper.

It does not judge papers, and it never changes a source.
"""

from summarizer.papers.filters import FilterCounts, Filters
from summarizer.papers.identity import DuplicatePaper, SeenPapers, deduplicate, parse_arxiv_id
from summarizer.papers.join import Joined, join
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources import InputMeter, read

__all__ = [
    "DuplicatePaper",
    "FilterCounts",
    "Filters",
    "InputMeter",
    "Joined",
    "Paper",
    "SeenPapers",
    "SkippedRecord",
    "deduplicate",
    "join",
    "parse_arxiv_id",
    "read",
]
