"""`summarizer gold`: hygiene and growth of the gold set."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.cli import filtering, options
from summarizer.cli.output import print_data, print_json, say
from summarizer.errors import EvaluationError

if TYPE_CHECKING:
    from summarizer.evaluation.agreement import Agreement
    from summarizer.evaluation.composition import Composition
    from summarizer.evaluation.growth import Growth

app = typer.Typer(
    no_args_is_help=True,
    help="Check, count, correct and extend the gold set.",
    epilog="[bold]Example[/]: summarizer gold lint",
)

GoldFolder = Annotated[Path, typer.Option("--gold", help="Folder of the gold set.", metavar="DIR")]
GOLD = Path("eval/gold")


@app.command("lint", epilog="[bold]Examples[/]: summarizer gold lint · summarizer gold lint --prompt mine.toml")
def lint_gold(
    gold: GoldFolder = GOLD,
    prompts: Annotated[
        list[str] | None,
        typer.Option("--prompt", help="A prompt that must not give papers away either; repeatable."),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List every fault of the gold set with its place; exit 5 if there is one."""
    from summarizer.evaluation import lint  # noqa: PLC0415  # keeps --help instant

    faults = lint.lint_gold(gold, prompts=prompts or ())
    if as_json:
        print_json([fault.to_json() for fault in faults])
    else:
        for fault in faults:
            print_data(f"{gold}/{fault}")
        say(f"{gold}: {_count(len(faults), 'fault') if faults else 'clean'}")
    if faults:
        raise typer.Exit(EvaluationError.exit_code)


@app.command(
    "stats", epilog="[bold]Examples[/]: summarizer gold stats · summarizer gold stats --originals dump.jsonl.gz"
)
def show_stats(
    gold: GoldFolder = GOLD,
    originals: Annotated[
        str | None,
        typer.Option(help="Count with the authors' own abstracts from this file or folder.", metavar="SOURCE"),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Count the papers of the gold set by what they were sampled for, and who labelled them."""
    from summarizer.evaluation import composition, gold_files, ledger  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.originals import with_originals  # noqa: PLC0415

    papers, matched = gold_files.read_gold(gold), None
    if originals:
        papers, matched = with_originals(papers, originals)
    groups = composition.count_composition(papers, gold_files.read_passes(gold))
    drafts, reads = len(gold_files.read_drafts(gold)), ledger.count_reads(gold)
    if as_json:
        print_json(
            {"papers": len(papers), "drafts": drafts, "test_reads": reads, "originals": matched, "counts": groups}
        )
        return
    print_data(f"{_count(len(papers), 'paper')}, {_count(drafts, 'draft')}; test split read {_count(reads, 'time')}")
    if matched is not None:
        print_data(f"{matched:,} of {len(papers):,} with their original abstract from {originals}")
    print_data(_render_composition(groups))


@app.command("agree", epilog="[bold]Examples[/]: summarizer gold agree · summarizer gold agree first second --json")
def show_agreement(
    passes: Annotated[
        list[str] | None, typer.Argument(help="Names of two passes, where there are more.", show_default=False)
    ] = None,
    gold: GoldFolder = GOLD,
    as_json: options.AsJson = False,
) -> None:
    """Show how far two passes agree, with 95% intervals: Krippendorff's alpha, and Cohen's kappa for each tag."""
    from summarizer.evaluation.agreement import FLOOR, MIN_SUPPORT, measure_agreement  # noqa: PLC0415
    from summarizer.evaluation.gold_files import read_passes  # noqa: PLC0415

    report = measure_agreement(read_passes(gold), passes or ())
    if as_json:
        print_json(asdict(report))
        return
    print_data(f"{report.passes[0]} and {report.passes[1]}, {_count(report.papers, 'paper')}\n")
    print_data(f"{'':<28} {'coefficient':<16} {'value':>6}  {'95% interval':<16} {'papers':>6}")
    for line in (*report.overall, *report.tags):
        print_data(_render_agreement(line))
    if report.rare_tags:
        print_data(f"\ngiven to fewer than {MIN_SUPPORT} papers, not measured: {', '.join(report.rare_tags)}")
    if report.shared_labellers:
        print_data(
            f"\nboth passes hold labels by {', '.join(report.shared_labellers)}: "
            "agreement of a labeller with itself shows consistency, not how right the labels are"
        )
    if low := [line.name for line in report.overall if line.is_too_low]:
        print_data(
            f"\nALPHA BELOW {FLOOR} for {', '.join(low)}: mend the guideline and label again before tuning prompts"
        )


@app.command("split", epilog="[bold]Examples[/]: summarizer gold split · summarizer gold split --write")
def show_splits(
    gold: GoldFolder = GOLD,
    write: Annotated[bool, typer.Option("--write", help="Put papers added by hand where they belong.")] = False,
) -> None:
    """Show the splits by the hash of each group; exit 5 if a paper is in another one. A paper that is right never moves."""
    from summarizer.evaluation.composition import SPLITS  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.gold_files import read_gold, write_gold  # noqa: PLC0415
    from summarizer.evaluation.splits import reassign_splits  # noqa: PLC0415

    papers = read_gold(gold)
    assigned = reassign_splits(papers)
    moved = [(was, now) for was, now in zip(papers, assigned, strict=True) if was.split != now.split]
    for split in SPLITS:
        members = [paper for paper in assigned if paper.split == split]
        print_data(f"{split:<6} {len(members):>6,}  {len(members) / max(1, len(assigned)):>4.0%}")
    for was, now in moved:
        say(
            f"{was.id}: {'moved from' if write else 'is in'} {was.split}{' to' if write else ', belongs to'} {now.split}"
        )
    if moved and write:
        write_gold(gold, assigned)
    elif moved:
        say("run the same line with --write to move them")
        raise typer.Exit(EvaluationError.exit_code)


@app.command("add", epilog="[bold]Example[/]: summarizer gold add examples/sample-week --limit 10")
def add_papers(
    sources: options.Inputs,
    gold: GoldFolder = GOLD,
    source: filtering.SourceName = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Add at most N papers.")] = None,
    language: Annotated[str, typer.Option(help="Language of the abstracts.", metavar="TAG")] = "en",
) -> None:
    """Add papers from any source as drafts that wait for their labels; `gold review` is where they get them.

    Drafts keep the authors' own abstracts: mind their licence before you publish the set.
    """
    from summarizer.evaluation.growth import add_drafts  # noqa: PLC0415  # keeps --help instant
    from summarizer.papers import read  # noqa: PLC0415

    growth = add_drafts(gold, read(*sources, source=source), limit=limit, language=language)
    for draft in growth.added:
        print_data(f"{draft.id}  {draft.split:<5}  {draft.title}")
    say(_describe_growth(growth))


@app.command("review", epilog="[bold]Example[/]: summarizer gold review --by 'Ana Díaz'")
def review_gold(
    by: Annotated[str, typer.Option(help="Your name, kept with every correction.", metavar="NAME", show_default=False)],
    gold: GoldFolder = GOLD,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 for any free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open nothing.")] = False,
) -> None:
    """Correct labels and complete drafts on a local page in the browser; Ctrl+C ends it."""
    import webbrowser  # noqa: PLC0415

    from summarizer.evaluation.review.desk import Desk  # noqa: PLC0415  # keeps --help instant
    from summarizer.evaluation.review.server import make_address, open_socket, serve  # noqa: PLC0415

    desk, listener = Desk(gold, by=by), open_socket(port)
    token, address = make_address(listener)
    print_data(address)
    sys.stdout.flush()
    say("whoever has this address can change the gold set; Ctrl+C ends the review")
    if not no_browser:
        webbrowser.open(address)
    serve(desk, listener, token)


def _render_composition(groups: Composition) -> str:
    width = max((len(name) for rows in groups.values() for name in rows), default=0)
    lines = []
    for heading, rows in groups.items():
        lines += ["", heading, *(f"  {name:<{width}} {count:>6,}" for name, count in rows.items())]
    return "\n".join(lines)


def _render_agreement(line: Agreement) -> str:
    shown, interval = "–", "not defined: nothing varies"
    if line.value is not None:
        shown, interval = f"{line.value:.3f}", f"[{line.low:.3f}, {line.high:.3f}]"
    return f"{line.name:<28} {line.coefficient:<16} {shown:>6}  {interval:<16} {line.support:>6,}"


def _describe_growth(growth: Growth) -> str:
    lines = [
        f"{growth.read:,} read = {len(growth.added):,} added + {len(growth.known):,} known + "
        f"{len(growth.without_abstract):,} without abstract + {len(growth.skipped):,} skipped"
    ]
    lines += [f"skipped: {record.path}, line {record.line}: {record.reason}" for record in growth.skipped]
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
