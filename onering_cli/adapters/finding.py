"""What a check of the machine found."""

from enum import StrEnum

from onering_cli.errors import ExitCode
from onering_cli.record import record


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@record
class Finding:
    """What one check found.

    Args:
        check: What was looked at.
        state: Whether it holds.
        message: What was found, in one sentence.
        mend: What to do about it; "" when nothing needs doing.
        exit_code: What the process reports when this failed.
    """

    check: str
    state: State
    message: str
    mend: str = ""
    exit_code: ExitCode = ExitCode.DONE
