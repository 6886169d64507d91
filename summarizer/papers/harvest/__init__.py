"""Papers fetched live: the arXiv API, OAI-PMH for bulk, and the feed of today's announcements, into one JSON lines file.

Polite (one request at a time, three seconds apart) and resumable at any moment. It does not filter, judge or annotate
papers: what it writes, `summarizer.papers.read` reads.
"""

from summarizer.errors import HarvestError
from summarizer.papers.harvest.politeness import PoliteClient
from summarizer.papers.harvest.report import HarvestReport
from summarizer.papers.harvest.request import HarvestRequest
from summarizer.papers.harvest.run import Harvest

__all__ = ["Harvest", "HarvestError", "HarvestReport", "HarvestRequest", "PoliteClient"]
