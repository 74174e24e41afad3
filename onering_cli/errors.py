"""The errors a person can act on, each with the exit code it ends in."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process reports to its caller."""

    DONE = 0
    BUG = 1
    USAGE = 2
    LOG_IN = 3
    REFUSED = 4
    TRY_LATER = 5
    STORE = 6
    PARTIAL = 7
    UNKNOWN = 75
    INTERRUPTED = 130


class OneRingError(Exception):
    """Something went wrong in a way that can be told in one sentence.

    Args:
        message: One clear sentence, without a trailing full stop being required.
        hint: What the user can do next.
        details: Further machine-readable facts for ``--json``; never a secret.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BUG
    code: ClassVar[str] = "bug"

    def __init__(self, message: str, *, hint: str = "", details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details: dict[str, object] = dict(details or {})


class UsageError(OneRingError):
    """The command, its input or the configuration is wrong."""

    exit_code = ExitCode.USAGE
    code = "usage"


class LogInError(OneRingError):
    """A credential is missing, expired or refused."""

    exit_code = ExitCode.LOG_IN
    code = "log_in"


class RefusedError(OneRingError):
    """Lint or the platform refused; the same call would be refused again."""

    exit_code = ExitCode.REFUSED
    code = "refused"


class TryLaterError(OneRingError):
    """Nothing was sent; the same call may succeed later.

    Args:
        message: One clear sentence.
        hint: What the user can do next.
        retry_at: When to try again, aware UTC, if that is known.
        details: Further machine-readable facts.
    """

    exit_code = ExitCode.TRY_LATER
    code = "try_later"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        retry_at: datetime | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, hint=hint, details=details)
        self.retry_at = retry_at
        if retry_at is not None:
            self.details["retry_at"] = retry_at.isoformat()


class StoppedError(OneRingError):
    """A person stopped the program; what is durable stays."""

    exit_code = ExitCode.INTERRUPTED
    code = "interrupted"


class StoreError(OneRingError):
    """The store cannot be read or written."""

    exit_code = ExitCode.STORE
    code = "store"


class PartialError(OneRingError):
    """Part of the work is done or held; it can be resumed."""

    exit_code = ExitCode.PARTIAL
    code = "partial"


class UnknownOutcomeError(OneRingError):
    """The platform may or may not have acted; reconcile before retrying."""

    exit_code = ExitCode.UNKNOWN
    code = "unknown_outcome"
