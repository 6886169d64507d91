"""Room 1: what comes in. Reads papers from files and folders, and knows which records are the same paper.

It does not fetch, filter or judge papers, and it never changes a source.
"""

from summarizer.papers.identity import SeenPapers, parse_arxiv_id
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources import InputMeter, read

__all__ = ["InputMeter", "Paper", "SeenPapers", "SkippedRecord", "parse_arxiv_id", "read"]
