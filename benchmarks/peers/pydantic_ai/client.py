"""pydantic-ai with the provider's native structured output."""

from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from shared import Annotation, Task

task = Task()
model = OpenAIChatModel("benchmark", provider=OpenAIProvider(base_url=task.base_url, api_key="none"))
agent = Agent(model, output_type=NativeOutput(Annotation), system_prompt=task.system)


async def ask(paper: str) -> Annotation:
    """Ask for one paper."""
    return (await agent.run(paper)).output


task.run(ask)
