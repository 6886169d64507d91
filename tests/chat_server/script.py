"""Which fault meets which call: a queue for the next calls, rules by content, chance."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.chat_server.calls import ChatCall
from tests.chat_server.faults import Fault
from tests.chat_server.options import Options

Condition = Callable[[dict[str, Any]], bool] | str


@dataclass(slots=True)
class Rule:
    """A fault for the calls that meet a condition."""

    condition: Condition
    fault: Fault
    times: int | None
    """Calls left to it; None is no limit."""

    def applies(self, call: ChatCall) -> bool:
        """Say whether this call meets the condition and the rule is not used up."""
        if self.times == 0:
            return False
        if isinstance(self.condition, str):
            return any(self.condition in text for text in call.texts)
        return self.condition(call.body)


class FaultScript:
    """The faults to come. Filled from one thread, used up in another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[Fault | None] = deque()
        self._rules: list[Rule] = []

    def extend(self, faults: Iterable[Fault | None]) -> None:
        """Queue faults for the next calls, one each; None is a call without a fault."""
        with self._lock:
            self._queue.extend(faults)

    def add_rule(self, rule: Rule) -> None:
        """Add a rule; the first one that applies wins, after the queue."""
        with self._lock:
            self._rules.append(rule)

    def take(self, call: ChatCall, options: Options, chance: Random | None) -> Fault | None:
        """Return the fault for this call, and use it up."""
        with self._lock:
            if self._queue:
                return self._queue.popleft()
            for rule in self._rules:
                if rule.applies(call):
                    rule.times = None if rule.times is None else rule.times - 1
                    return rule.fault
        if chance is None or not options.chaos or chance.random() >= options.fault_rate:
            return None
        return chance.choice(options.chaos)
