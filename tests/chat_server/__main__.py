"""The server as a process of its own: `python -m tests.chat_server --latency-ms 200`.

Prints one JSON line with `base_url` once it listens, and serves until SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

import orjson

from tests.chat_server.endpoint import Endpoint, serve
from tests.chat_server.faults import REPLY_FAULTS, TRANSIENT_FAULTS, Fault
from tests.chat_server.options import MODES, Options

FAULTS: dict[str, tuple[Fault, ...]] = {
    "transient": TRANSIENT_FAULTS,
    "reply": REPLY_FAULTS,
    "all": TRANSIENT_FAULTS + REPLY_FAULTS,
}


def argument_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chat_server", description="Serve chat completions locally.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--jitter-ms", type=float, default=0.0, help="upper bound of a further wait")
    parser.add_argument("--fault-rate", type=float, default=0.0, help="share of calls, 0 to 1")
    parser.add_argument("--faults", choices=sorted(FAULTS), default="transient", help="kind of the random faults")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rpm", type=int, help="requests a minute")
    parser.add_argument("--tpm", type=int, help="tokens a minute")
    parser.add_argument("--api-key")
    parser.add_argument("--model", action="append", default=[], help="serve only this one; may be repeated")
    parser.add_argument("--mode", action="append", choices=MODES, help="support only this one; may be repeated")
    parser.add_argument("--ignores-modes", action="store_true")
    parser.add_argument("--batch-seconds", type=float, default=0.0, help="from creating a batch to its end")
    parser.add_argument("--hold-from", type=int, metavar="CALL", help="answer neither this call nor any after it")
    parser.add_argument("--recorded-requests", type=int, default=0)
    return parser


def options_from(arguments: argparse.Namespace) -> Options:
    """Read the options off the command line."""
    return Options(
        api_key=arguments.api_key,
        models=arguments.model,
        modes=arguments.mode or MODES,
        ignores_modes=arguments.ignores_modes,
        latency_seconds=arguments.latency_ms / 1000,
        jitter_seconds=arguments.jitter_ms / 1000,
        rpm=arguments.rpm,
        tpm=arguments.tpm,
        fault_rate=arguments.fault_rate,
        chaos=FAULTS[arguments.faults],
        seed=arguments.seed,
        batch_seconds=arguments.batch_seconds,
        recorded_requests=arguments.recorded_requests,
    )


async def run(endpoint: Endpoint, port: int) -> None:
    """Serve until a signal asks to stop."""
    stopped = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    async with serve(endpoint, port) as base_url:
        sys.stdout.write(orjson.dumps({"base_url": base_url}).decode() + "\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    given = argument_parser().parse_args()
    server = Endpoint(options_from(given))
    if given.hold_from:
        server.hold(given.hold_from)
    asyncio.run(run(server, given.port))
