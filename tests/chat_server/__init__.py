"""A local OpenAI-compatible server: real HTTP, scripted faults, replies derived from the request. It knows nothing of summarizer.

In the order of one call: endpoint (routes), calls (checks), script and faults (what goes wrong), limits, papers,
schema, replies and translation (what the model says), spoiled (reply faults), completion (envelope and usage),
traffic (counts). `server` runs it in a thread, `__main__` as a process.
"""

from tests.chat_server.faults import (
    REPLY_FAULTS,
    TRANSIENT_FAULTS,
    Fault,
    KeyInError,
    MalformedBody,
    QuotaExceeded,
    RateLimited,
    Reset,
    ServerError,
    Stall,
    Status,
    http_date,
)
from tests.chat_server.options import MODES, Mode
from tests.chat_server.server import ChatServer
from tests.chat_server.spoiled import (
    ContentFiltered,
    EchoKey,
    Fenced,
    NotJson,
    Refusal,
    Truncated,
    UnescapedLatex,
    Ungrounded,
    WrongPack,
    WrongSchema,
)
from tests.chat_server.traffic import RecordedRequest, UsageTotals

__all__ = [
    "MODES",
    "REPLY_FAULTS",
    "TRANSIENT_FAULTS",
    "ChatServer",
    "ContentFiltered",
    "EchoKey",
    "Fault",
    "Fenced",
    "KeyInError",
    "MalformedBody",
    "Mode",
    "NotJson",
    "QuotaExceeded",
    "RateLimited",
    "RecordedRequest",
    "Refusal",
    "Reset",
    "ServerError",
    "Stall",
    "Status",
    "Truncated",
    "UnescapedLatex",
    "Ungrounded",
    "UsageTotals",
    "WrongPack",
    "WrongSchema",
    "http_date",
]
