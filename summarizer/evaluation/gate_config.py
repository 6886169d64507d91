"""What may ship: the margins, rules, waivers and cost limit of the gate, read from `eval/gate.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from summarizer.errors import ConfigurationError

GATE_FILE = Path("eval") / "gate.toml"
COST_METRIC = "cost.usd_per_1k"

GatedTask = Literal["summary", "tags", "relevance", "translation"]
"""One primary each: the more primaries, the wider the interval that a loss must clear."""
Rule = Literal["no_new"] | Annotated[float, Field(gt=0, le=1)]
"""`no_new`: a paper that was clean in A and is not in B fails. A floor: of B's papers, the share that must be clean;
1 means every paper, less means that the Wilson interval may not reach below it, unless every paper is clean."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class EvalTable(_Table):
    """How intervals are computed."""

    bootstrap: int = Field(default=10_000, ge=200, le=1_000_000)
    """Resamples."""
    seed: int = Field(default=20261120, ge=0)
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """Of two-sided intervals, and of the one-sided bounds that the gate reads."""
    max_missing: int = Field(default=0, ge=0)
    """Papers that may lack in either run before no verdict is given."""


class GateTable(_Table):
    """The primary metric of one task."""

    primary: str = Field(min_length=1)
    """Metric without its task: `micro_f1` of `tags.micro_f1`."""
    margin: float = Field(gt=0, allow_inf_nan=False)
    """The largest loss that is accepted, in the metric's unit."""
    within_sd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Standard deviation between replies to the same request, from `eval noise`: says whether repeats would help."""


class CostTable(_Table):
    """What B may cost."""

    metric: str = COST_METRIC
    max_increase: float = Field(ge=0, allow_inf_nan=False)
    """As a share of what A costs: 0.25 accepts a quarter more."""


class Waiver(_Table):
    """A guardrail that one paper may break."""

    id: str = Field(min_length=1)
    """Of the paper."""
    guardrail: str = Field(min_length=1)
    reason: str = Field(min_length=1)


class GateConfig(_Table):
    """The whole file."""

    eval: EvalTable = EvalTable()
    gate: dict[GatedTask, GateTable] = Field(min_length=1)
    """By task."""
    guard: dict[str, Rule] = Field(default_factory=dict)
    """By guardrail; one that is not named is `no_new`."""
    waiver: tuple[Waiver, ...] = ()
    cost: CostTable | None = None

    @field_validator("waiver")
    @classmethod
    def _check_waivers(cls, waivers: tuple[Waiver, ...]) -> tuple[Waiver, ...]:
        pairs = [(waiver.guardrail, waiver.id) for waiver in waivers]
        if doubled := next((pair for pair in pairs if pairs.count(pair) > 1), None):
            raise ValueError(f"two waivers of {doubled[0]} for {doubled[1]}")
        return waivers

    @property
    def primaries(self) -> dict[str, GateTable]:
        """By the metric's full name."""
        return {f"{task}.{table.primary}": table for task, table in self.gate.items()}

    def find_waiver(self, guardrail: str, paper_id: str) -> str | None:
        """Return why a paper may break a guardrail; None if it may not."""
        wanted = (guardrail, paper_id)
        return next((entry.reason for entry in self.waiver if (entry.guardrail, entry.id) == wanted), None)


def load_gate(path: Path = GATE_FILE) -> GateConfig:
    """Read the configuration of the gate.

    Raises:
        ConfigurationError: the file can't be read, a key is unknown or a value is not allowed; says which.
    """
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}") from error
    try:
        return GateConfig.model_validate_json(orjson.dumps(document))
    except orjson.JSONEncodeError as error:
        raise ConfigurationError(f"{path}: a value is neither text, number, list nor table ({error})") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"{path}: {place}: {first['msg'].removeprefix('Value error, ')}") from None
