"""litellm, validated by the same model."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # fetched from the network otherwise

import litellm
from shared import Annotation, Task

task = Task()
litellm.suppress_debug_info = True


async def ask(paper: str) -> Annotation:
    """Ask for one paper."""
    messages = [{"role": "system", "content": task.system}, {"role": "user", "content": paper}]
    response = await litellm.acompletion(
        model="openai/benchmark", base_url=task.base_url, api_key="none", messages=messages, response_format=Annotation
    )
    return Annotation.model_validate_json(response.choices[0].message.content)


task.run(ask)
