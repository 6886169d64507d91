"""instructor, with the official client behind it."""

import instructor
import openai
from shared import Annotation, Task

task = Task()
client = instructor.from_openai(
    openai.AsyncOpenAI(base_url=task.base_url, api_key="none"), mode=instructor.Mode.JSON_SCHEMA
)


async def ask(paper: str) -> Annotation:
    """Ask for one paper."""
    messages = [{"role": "system", "content": task.system}, {"role": "user", "content": paper}]
    return await client.chat.completions.create(model="benchmark", messages=messages, response_model=Annotation)


task.run(ask)
