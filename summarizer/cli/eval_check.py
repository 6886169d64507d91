"""`annotate --check-gold`: the gold set through the same prompt and model before a dump starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from summarizer.cli import eval_options
from summarizer.cli.output import say

if TYPE_CHECKING:
    from summarizer.settings import Settings


def require_sound_gold(settings: Settings, *, offline: bool = False) -> Settings:
    """Annotate dev with `settings` and judge it by the gate, against the blessed run where there is one.

    Returns:
        The settings for the dump: what is left of the cap is its cap.

    Raises:
        SummarizerError: nothing could be judged.
        typer.Exit: the gate failed (3) or replies are missing (5): the dump must not start.
    """
    from summarizer.chat.offline import OfflineChatModel  # noqa: PLC0415  # keeps --help instant
    from summarizer.cli.eval_asking import keep_rest  # noqa: PLC0415
    from summarizer.evaluation.canary import check_gold  # noqa: PLC0415
    from summarizer.evaluation.experiment import Plan  # noqa: PLC0415
    from summarizer.evaluation.gate_config import load_gate  # noqa: PLC0415

    main = eval_options.BASELINES / "main.json"
    found = check_gold(
        settings,
        Plan(gold=eval_options.GOLD, reports=eval_options.REPORTS),
        config=load_gate(eval_options.GATE),
        baseline=main if main.is_file() else None,
        chat=OfflineChatModel() if offline else None,
    )
    compared = f"against {main}" if main.is_file() else "by the floors of the gate alone: no run is blessed"
    say(f"gold check: {found.verdict}, {len(found.finished.run.manifest.papers)} papers, {compared}")
    for reason in found.reasons:
        say(f"  {reason}")
    if not found.may_start:
        say("nothing was started; `summarizer eval run` shows the scores")
        raise typer.Exit(found.exit_code)
    if found.verdict == "INCONCLUSIVE":
        say("warning: the gold set can't tell whether this is as good as what stands; the run starts")
    return keep_rest(settings, [found.finished])
