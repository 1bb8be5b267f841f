"""The command ``dibao``. The module of a command is imported when it is called, so that help comes at once."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib.metadata import version
from io import TextIOWrapper

from cyclopts import App, CycloptsError, Parameter

from flows.cli.errors import DONE, FAILED, USAGE, WRITING, UserError, say_stopped
from flows.cli.options import DEFAULT_HOME
from flows.cli.printable import printable
from flows.shared.stopping import stoppable

COMMANDS = {
    "run": ("running", "ingest, validate, transform, load, publish"),
    "search": ("reading", "full-text search"),
    "sql": ("reading", "one query on the published warehouse"),
    "show": ("reading", "an article beside its raw text: what was joined, dropped, moved; facts marked"),
    "report": ("exporting", "write the HTML report"),
    "explore": ("serving", "the reading room: search, articles beside their raw pages, people, days"),
    "serve": ("serving", "Prefect's server, the schedules and the reading room, all on this machine; Ctrl-C ends them"),
    "status": ("reading", "what the warehouse holds, last runs, what is quarantined and why"),
    "dictionary": ("exporting", "write the data dictionary (Markdown and HTML)"),
    "export": ("exporting", "forms that other tools expect"),
    "init": ("keeping", "write a commented sources.toml"),
    "backfill": ("running", "read again what is missing, failed or made by older code, from the declared sources"),
    "approve": ("running", "publish what was held back; the reason is kept"),
    "reject": ("running", "do not publish what was held back; the reason is kept"),
    "releases": ("keeping", "the states that were published last"),
    "diff": ("keeping", "what changed between two releases, fact by fact"),
    "rollback": ("keeping", "publish an earlier release again, until a run loads something new"),
    "verify": ("keeping", "check a home from end to end: lake, warehouse, releases, every fact against its raw file"),
    "rebuild": ("keeping", "make the warehouse anew from the Parquet lake"),
    "forget": ("keeping", "take a file, an article or a person out for good: no later run brings them back"),
}
"""The module of ``flows.cli`` in which each command is, and its help."""


def make_command_line() -> App:
    """Return the command line."""
    app = App(
        name="dibao",
        help="Turns the raw text of Chinese newspapers into a warehouse.",
        version=lambda: version("dibao"),
        default_parameter=Parameter(negative=()),
    )
    for name, (module, words) in COMMANDS.items():
        app.command(f"flows.cli.{module}:{name}_command", name=name, help=words)
    app.register_install_completion_command()
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name and return its exit code; no traceback reaches the user."""
    argv = sys.argv[1:] if argv is None else argv
    print_anything()
    name, home = "", DEFAULT_HOME
    try:
        check_folder()
        check_file_names()
        check_memory()
        command, bound, _ = make_command_line().parse_args(with_exclusions(argv), print_error=False, exit_on_error=False)
        name, home = getattr(command, "__name__", "").removesuffix("_command"), bound.arguments.get("home", home)
        ending_at_once = stoppable(lambda number: say_stopped(f" by {number.name}"), FAILED) if name in WRITING else nullcontext()
        with ending_at_once:
            code = command(*bound.args, **bound.kwargs) or (DONE if argv else USAGE)
        sys.stdout.flush()  # a pipe that is closed is told of here, not at the interpreter's end
        return code
    except (CycloptsError, UserError) as error:
        print(f"dibao: {printable(str(error).strip())}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        say_stopped()
        return FAILED
    except Exception as error:  # noqa: BLE001 the last resort of a command line
        if os.environ.get("DIBAO_DEBUG"):
            raise
        from flows.cli.messages import clear_tracebacks, error_message  # with DuckDB: 0.1 s, not for --help

        print(f"dibao: {error_message(error, name, home)}\n(DIBAO_DEBUG=1 shows where)", file=sys.stderr)
        clear_tracebacks(error)
        return FAILED


def with_exclusions(argv: Sequence[str]) -> list[str]:
    """Return the arguments with the words that a search excludes written so that they are taken for no options.

    >>> with_exclusions(["search", "项目", "-开工", "--limit", "3"])
    ['search', '项目', '－开工', '--limit', '3']
    """
    if list(argv[:1]) != ["search"]:
        return list(argv)
    return ["－" + word[1:] if word.startswith("-") and not word.startswith("--") and word not in ("-", "-h") else word for word in argv]


def print_anything() -> None:
    """Let what a terminal or pipe has no characters for be printed as \\u6e21: a run must not fail at its last line for a locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def check_folder() -> None:
    """Raise UserError where the working folder is gone: nobody could say what a relative path means, nor start a process."""
    try:
        os.getcwd()
    except FileNotFoundError:
        raise UserError("the folder that you are in has been deleted; change to another one, and run again") from None


def check_file_names() -> None:
    """Raise UserError where Python can open no file with a Chinese name: every page would be quarantined, for a setting."""
    if sys.getfilesystemencoding() == "ascii":
        raise UserError(
            "Python takes file names for ASCII here and cannot open Chinese ones; set PYTHONUTF8=1 or a UTF-8 locale, and run again"
        )


def check_memory() -> None:
    """Raise UserError where what the environment says of memory is no size."""
    given = os.environ.get("DIBAO_MEMORY", "")
    if given and not re.fullmatch(r"[1-9]\d*(\.\d+)? ?[KMGT]i?B", given):
        raise UserError(f"DIBAO_MEMORY is {given!r}; expected what DuckDB may hold in memory, such as 4GB")
