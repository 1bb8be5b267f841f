"""How commands end: exit codes, errors that the user can mend, being stopped."""

from __future__ import annotations

import sys

DONE, QUARANTINED, USAGE, BLOCKED, FAILED = 0, 1, 2, 3, 4
WRITING = ("run", "backfill", "approve", "rebuild", "forget")
"""Commands that change a warehouse and may take long."""


class UserError(Exception):
    """Something the user can mend; the message says where, what was found, what was expected, what to do next."""


def say_stopped(by: str = "") -> None:
    """Say that the command was stopped, and what that means; a bar that is being drawn is left behind, its hidden cursor shown again."""
    escape = "\n\x1b[?25h" if sys.stderr.isatty() else ""
    print(f"{escape}dibao: stopped{by}. The same command goes on where this one was.", file=sys.stderr, flush=True)
