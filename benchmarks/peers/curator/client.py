"""bespokelabs-curator, its cache off."""

import os

os.environ |= {"CURATOR_DISABLE_CACHE": "1", "CURATOR_DISABLE_RICH_DISPLAY": "1", "TELEMETRY_ENABLED": "0"}
os.environ |= {"HF_HUB_OFFLINE": "1", "OPENAI_API_KEY": "none"}

import tempfile

os.environ["CURATOR_CACHE_DIR"] = tempfile.mkdtemp()

from bespokelabs import curator
from shared import Annotation, Task

task = Task()


class Annotator(curator.LLM):
    """Annotates one paper."""

    response_format = Annotation

    def prompt(self, row: dict) -> list[dict]:
        """Return the messages."""
        return [{"role": "system", "content": task.system}, {"role": "user", "content": row["paper"]}]

    def parse(self, _: dict, response: Annotation) -> dict:
        """Return the row of the dataset."""
        return {"tldr": response.tldr}


annotator = Annotator(
    model_name="benchmark",
    backend="openai",
    backend_params={
        "base_url": task.base_url,
        "api_key": "none",
        "max_concurrent_requests": task.concurrency,
        "max_requests_per_minute": 10_000_000,
        "max_tokens_per_minute": 10_000_000_000,
    },
)


def work() -> int:
    """Annotate all papers."""
    return len(annotator([{"paper": paper} for paper in task.papers]).dataset)


task.measure(work)
