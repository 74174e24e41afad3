"""The way in; answers ``--version`` before anything heavy is loaded."""

import sys


def main() -> int:
    """Run OneRing on the process's arguments; the exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from onering_cli import __version__

        sys.stdout.write(f"onering {__version__}\n")
        return 0
    from onering_cli.app import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
