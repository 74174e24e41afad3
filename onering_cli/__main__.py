"""The way in and the way out: what a process does before anything heavy is loaded, and how it ends."""

import gc
import os
import sys

# A command of a tenth of a second makes little garbage and much that stays: modules. Python's 700 has them looked
# through a dozen times while they load; https://docs.python.org/3/library/gc.html#gc.set_threshold.
_ALLOCATIONS_BETWEEN_COLLECTIONS = 50_000
# LangGraph and what it brings are half a million objects that stay, and `generate` ends soon after.
_ALLOCATIONS_OF_GENERATE = 2_000_000
_INTERRUPTED = 130  # ExitCode.INTERRUPTED, before there is time to load it


def main() -> None:
    """Run OneRing on the process's arguments, and end the process with its exit code."""
    generates = sys.argv[1:2] == ["generate"]
    gc.set_threshold(_ALLOCATIONS_OF_GENERATE if generates else _ALLOCATIONS_BETWEEN_COLLECTIONS)
    try:
        code = _run()
    except KeyboardInterrupt:  # while it was loading; `run` answers for all that comes later
        sys.stderr.write("interrupted\n")
        code = _INTERRUPTED
    _leave(code)


def _run() -> int:
    if sys.argv[1:] in (["--version"], ["-V"]):
        from onering_cli import __version__

        sys.stdout.write(f"onering {__version__}\n")
        return 0
    if sys.argv[1:] == ["post", "--due"]:
        from onering_cli.adapters.sqlite.peek import has_nothing_to_do

        if has_nothing_to_do(os.environ):
            return 0
    from onering_cli.app import run

    return run(sys.argv[1:])


def _leave(code: int) -> None:
    """End the process without taking the interpreter apart first, which takes as long as starting it did.

    Nothing of OneRing's waits for that: what must last is committed, and `run` has closed what it opened. A thread that
    is still at work gets the long way, on which Python waits for it, unless somebody pressed Ctrl-C: who presses it a
    second time, while a service keeps the first waiting, wants to be out.
    """
    threading = sys.modules.get("threading")
    if (
        code != _INTERRUPTED
        and threading is not None
        and any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate())
    ):
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        try:  # noqa: SIM105 -- contextlib would be all that `--version` loads
            stream.flush()
        except (AttributeError, OSError, ValueError):  # there is none, nobody reads it any more, or it was closed
            pass
    os._exit(code)


if __name__ == "__main__":
    main()
