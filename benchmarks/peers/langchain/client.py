"""langchain-openai through `abatch`."""

import asyncio

from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from shared import Annotation, Task

task = Task()
model = ChatOpenAI(model="benchmark", base_url=task.base_url, api_key="none", max_retries=0)
chain = model.with_structured_output(Annotation, method="json_schema", strict=True)


def work() -> int:
    """Annotate all papers in one batch."""
    batch = [[SystemMessage(task.system), HumanMessage(paper)] for paper in task.papers]
    replies = asyncio.run(chain.abatch(batch, config={"max_concurrency": task.concurrency}))
    return sum(isinstance(reply, Annotation) for reply in replies)


task.measure(work)
