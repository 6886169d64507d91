"""How a run ended, in the words that a user sees last: counts, cost, reasons of failures, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable

from summarizer.annotate.failures import FailureGroup
from summarizer.cli.output import describe_report, say
from summarizer.cli.running import INTERRUPTED, Job, JobResult
from summarizer.errors import BudgetExceededError

_MAX_EXAMPLE_CHARACTERS = 160


def say_result(result: JobResult, job: Job) -> None:
    """Say how a run ended, and what to do about what is left; the error that stopped it, if any, is the caller's to tell."""
    report = result.report
    say(describe_report(report))
    if report.failed:
        say(_describe_failures(result.failures))
        say(f"the replies are in {job.output}; the same command with --retry-failed asks for those papers anew")
    if report.pending and job.replay:
        say(
            f"{report.pending:,} papers have no stored reply and stay pending; the same command without --replay asks for them"
        )
    elif _goes_on(result):
        say("the same command goes on where this run stopped, and pays for nothing twice")


def may_publish(result: JobResult) -> bool:
    """Whether a digest of what is annotated makes sense: of a whole run, or of one that its budget stopped."""
    has_records = bool(result.report.annotated or result.report.failed)
    return result.error is None or (isinstance(result.error, BudgetExceededError) and has_records)


def describe_stop(result: JobResult) -> tuple[str, ...]:
    """Return what the readers of a digest must know about a run that did not come to its end; nothing after one that did."""
    if isinstance(result.error, BudgetExceededError):
        return (
            "This digest is not whole: the run behind it stopped at its budget, and papers after that are missing.",
        )
    if result.exit_code == INTERRUPTED:
        return ("This digest is not whole: the run behind it was interrupted, and papers after that are missing.",)
    return ()


def _goes_on(result: JobResult) -> bool:
    """Whether the same command would do more, and the error that stopped this one does not say so itself."""
    if result.error:
        return "the same command" not in str(result.error)
    return result.exit_code == INTERRUPTED


def _describe_failures(groups: Iterable[FailureGroup]) -> str:
    """Return why papers failed: a line for each reason, with one example."""
    return "\n".join(
        f"{group.count:,} failed with {group.type}, for instance {_shorten(group.example_id)}: {_shorten(group.example_message)}"
        for group in groups
    )


def _shorten(text: str) -> str:
    # Part of it may be a reply, which may be anything.
    line = "".join(character if character.isprintable() else "\ufffd" for character in " ".join(text.split()))
    return line if len(line) <= _MAX_EXAMPLE_CHARACTERS else f"{line[:_MAX_EXAMPLE_CHARACTERS]}…"
