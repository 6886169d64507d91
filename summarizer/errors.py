"""Every error that summarizer raises on purpose.

Each class carries the exit code of the command line. Errors about one paper become failure records; every other
error stops the run with one clear line.

SummarizerError
├── ConfigurationError          bad flag, variable, file or missing key: names the setting and the fix      2
├── SourceError                 unreadable input: path, line, what was expected                             2
├── HarvestError                a live service refuses or stays out of reach: resumable                      3
├── PromptError                 unknown or missing placeholder, edited release                              2
├── ModelError                  the chat model or the way to it                                             3
│   ├── ModelUnavailableError   408, 409, 425, 429, 5xx, timeout, connection, malformed body: retried
│   ├── ModelRequestError       would fail for the next paper too: stops the run
│   ├── OutputModeError         the endpoint does not support this structured-output mode
│   ├── PaperRejectedError      the endpoint refuses this input: this paper's failure
│   ├── IncompleteOutputError   the reply was cut off at the token limit
│   └── RefusalError            the model or its content filter declined
├── AnnotationInvalidError      the reply broke the contract, also after the reask                          1
├── ReplyMissingError           no stored reply, where only stored ones are used                            5
├── DeliveryError               a finished digest could not be mailed: resumable                             3
├── BudgetExceededError         the next call could cost more than is left: resumable                       6
├── StoreError                  results or cache unreadable, full disk, newer version                       2
├── EvaluationError             the gold set is broken, or does not match what it is compared with          5
└── ConservationError           records read and records accounted for differ: a bug here                   70
"""

from __future__ import annotations

from typing import ClassVar


class SummarizerError(Exception):
    """Base of all errors below."""

    exit_code: ClassVar[int] = 70


class ConfigurationError(SummarizerError):
    """A flag, variable, file or key is missing or wrong."""

    exit_code = 2


class SourceError(SummarizerError):
    """An input can't be read as papers."""

    exit_code = 2


class HarvestError(SummarizerError):
    """A live service refuses, or does not answer within the time that the client is patient; what was fetched is kept."""

    exit_code = 3


class PromptError(SummarizerError):
    """A prompt, taxonomy or criterion file breaks its rules."""

    exit_code = 2


class ReplyMissingError(SummarizerError):
    """No reply is stored for this request, and the chat model is not to be asked."""

    exit_code = 5


class DeliveryError(SummarizerError):
    """The mail server is out of reach, or refuses to deliver; what was to be sent is on disk."""

    exit_code = 3


class BudgetExceededError(SummarizerError):
    """The next call could cost more than is left of the budget; nothing over it was spent, and the run can be resumed."""

    exit_code = 6


class StoreError(SummarizerError):
    """Results or cache can't be read or written."""

    exit_code = 2


class EvaluationError(SummarizerError):
    """The gold set is broken, or does not match what it is compared with."""

    exit_code = 5


class ConservationError(SummarizerError):
    """The counts of a run don't add up."""

    exit_code = 70


class ModelError(SummarizerError):
    """The chat model did not deliver a usable reply."""

    exit_code = 3

    def __init__(self, message: str, *, raw_text: str = "", attempts: int = 1) -> None:
        super().__init__(message)
        self.raw_text = raw_text
        """What the endpoint sent, as far as it is known."""
        self.attempts = attempts
        """HTTP requests made until this error was final."""
        self.may_be_billed = False
        """The request was sent and no answer to it came back: nobody here knows whether it was answered and billed."""


class ModelUnavailableError(ModelError):
    """The endpoint can't answer now; the same request may succeed later."""

    def __init__(
        self, message: str, *, retry_after_seconds: float | None = None, raw_text: str = "", attempts: int = 1
    ) -> None:
        super().__init__(message, raw_text=raw_text, attempts=attempts)
        self.retry_after_seconds = retry_after_seconds
        """The wait that the endpoint asked for."""


class ModelRequestError(ModelError):
    """The endpoint refuses the request in a way that every other paper would meet too."""


class OutputModeError(ModelError):
    """The endpoint does not support the structured-output mode of the request."""


class PaperRejectedError(ModelError):
    """The endpoint refuses this input: too long, or filtered."""


class IncompleteOutputError(ModelError):
    """The reply was cut off at the output token limit."""


class RefusalError(ModelError):
    """The model or its content filter declined to answer."""


class AnnotationInvalidError(SummarizerError):
    """The reply breaks the contract of an annotation."""

    exit_code = 1

    def __init__(self, issues: tuple[str, ...], *, raw_text: str) -> None:
        super().__init__("; ".join(issues))
        self.issues = issues
        """One sentence for each broken rule, addressed to the chat model."""
        self.raw_text = raw_text
        """The reply as it came."""
