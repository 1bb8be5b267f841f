"""The command ``dibao``. Heavy libraries are imported by the commands that need them, so that help comes at once."""

from __future__ import annotations

import argparse
import atexit
import json
import os
import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext, suppress
from datetime import date
from io import TextIOWrapper
from pathlib import Path

from flows.pipeline.runners import RUNNERS

DONE, QUARANTINED, USAGE, BLOCKED, FAILED = 0, 1, 2, 3, 4
AT_END = ExitStack()
"""What a command has begun that ends with it."""


class UserError(Exception):
    """Something the user can mend; the message says where, what was found, what was expected, what to do next."""


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    main = argparse.ArgumentParser(prog="dibao", description="Turns the raw text of Chinese newspapers into a warehouse.")
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--home", type=Path, default=Path(os.environ.get("DIBAO_HOME", "dibao-home")), metavar="DIR",
                        help="folder of the warehouse (default: $DIBAO_HOME or ./dibao-home)")

    def command(name: str, run, help: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help, parents=[common])
        made.set_defaults(run=run)
        return made

    run = command("run", run_command, "ingest, validate, transform, load, publish")
    run.add_argument("source", nargs="?", metavar="SOURCE", help="folder, file, glob, object-store URL or the name of a declared source (default: the bundled sample)")
    run.add_argument("--pattern", help="what paths say, e.g. '{paper}/{date:%%Y-%%m-%%d}/{page}.txt'")
    run.add_argument("--encoding", metavar="NAMES", help="what the files are in where their bytes leave it open, e.g. gb18030 or big5,utf-8")
    run.add_argument("--retire", action="store_true", help="take out files that are no longer at the source")
    run.add_argument("--refresh", action="store_true", help="read files again that an older version of the code read")
    run.add_argument("--by-content", action="store_true", help="read every file to see whether it has changed, also where size and time are as before")
    period = (("--since", "DAY"), ("--until", "DAY"))
    for name, meaning in period:
        run.add_argument(name, type=day, metavar=meaning, help=f"only issues {name[2:]} that day, such as 2025-03-04")
    run.add_argument("--paper", help="only issues of that paper")
    run.add_argument("--workers", type=positive, default=os.cpu_count() or 1, metavar="N", help="worker processes (default: one per core)")
    run.add_argument("--max-loss", type=float, default=10, metavar="PERCENT",
                     help="hold the publish back for approval where it would lose more of the articles (default: 10)")
    run.add_argument("--strict", action="store_true", help="exit with 1 if anything was quarantined")
    run.add_argument("--json", action="store_true", help="print the summary as JSON")

    backfill = command("backfill", backfill_command, "read again what is missing, failed or made by older code, from the declared sources")
    for name, meaning in period:
        backfill.add_argument(name, type=day, metavar=meaning, help=f"only issues {name[2:]} that day")
    backfill.add_argument("--paper", help="only issues of that paper")
    backfill.add_argument("--workers", type=positive, default=os.cpu_count() or 1, metavar="N", help="worker processes")
    for each in (run, backfill):
        each.add_argument("--runner", choices=RUNNERS, help="who processes the batches (default: processes)")
        each.add_argument("--address", metavar="URL", help="a Dask scheduler or Ray cluster that is there (default: a local one)")
    backfill.add_argument("--dry-run", action="store_true", help="say how much it would be and how long it would take")

    for name, help in (("approve", "publish what was held back"), ("reject", "do not publish what was held back")):
        verdict = command(name, verdict_command, f"{help}; the reason is kept")
        verdict.add_argument("change", nargs="?", metavar="CHANGE", help="which one: left out, what is held back is shown, and how it is called")
        verdict.add_argument("--reason", default="", help="why, for those who come after")
        verdict.add_argument("--workers", type=positive, default=os.cpu_count() or 1, metavar="N", help=argparse.SUPPRESS)

    sql = command("sql", sql_command, "one query on the published warehouse")
    sql.add_argument("query", metavar="QUERY")
    sql.add_argument("--lake", metavar="URL", help="ask the Parquet files of a lake that `dibao export lake` put there, not the home's warehouse")
    form = sql.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print comma-separated values")
    form.add_argument("--json", action="store_true", help="print one JSON object per row")

    search = command("search", search_command, "full-text search: words, '\"a phrase\"' (quoted twice, for the shell takes one pair), -without")
    search.add_argument("words", nargs="+", metavar="WORDS")
    search.add_argument("--since", type=day, metavar="DAY", help="published on this day or later")
    search.add_argument("--until", type=day, metavar="DAY", help="published on this day or earlier")
    search.add_argument("--paper", help="name of the newspaper")
    search.add_argument("--person", help="who must be named: a name or a person_id")
    search.add_argument("--limit", type=positive, default=10)
    search.add_argument("--json", action="store_true", help="print one JSON object per hit")

    show = command("show", show_command, "an article beside its raw text: what was joined, dropped, moved; facts marked")
    show.add_argument("article", metavar="ARTICLE", help="article_id, or a part of its headline")

    explore = command("explore", explore_command, "the reading room: search, articles beside their raw pages, people, days")
    explore.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    explore.add_argument("--port", type=positive, default=8765)
    explore.add_argument("--no-browser", action="store_true", help="do not open a browser")
    serve = command("serve", serve_command, "Prefect's server, the schedules and the reading room, all on this machine; Ctrl-C ends them")
    serve.add_argument("--port", type=positive, default=4200, help="port of Prefect's server and UI (default: 4200)")
    serve.add_argument("--reading-room-port", type=positive, default=8765, metavar="PORT", help="default: 8765")
    serve.add_argument("--webhook", default=os.environ.get("DIBAO_WEBHOOK"), metavar="URL",
                       help="is told of failed, blocked, late and waiting runs and of late papers (default: $DIBAO_WEBHOOK)")
    export = command("export", export_command, "forms that other tools expect")
    export.add_argument("form", choices=("csv", "graphml", "dbt", "lake"),
                        help="csv: a file per table; graphml: who appears with whom; dbt: sources.yml; lake: the Parquet files, only what is new")
    export.add_argument("out", metavar="OUT", help="folder (csv), file (graphml, dbt), folder or object-store URL (lake)")
    command("report", report_command, "write the HTML report")
    dictionary = command("dictionary", dictionary_command, "write the data dictionary (Markdown and HTML)")
    dictionary.add_argument("--out", type=Path, help="folder to write to (default: the home)")
    status = command("status", status_command, "what the warehouse holds, last runs, what is quarantined and why")
    status.add_argument("--grid", action="store_true", help="the ledger: which days of which paper are loaded, stale, failed, missing")
    status.add_argument("--json", action="store_true")
    command("releases", releases_command, "the states that were published last")
    diff = command("diff", diff_command, "what changed between two releases, fact by fact")
    diff.add_argument("before", nargs="?", default="previous", metavar="A", help="a release's name or its beginning (default: previous)")
    diff.add_argument("after", nargs="?", default="latest", metavar="B", help="likewise (default: latest)")
    diff.add_argument("--examples", type=positive, default=5, metavar="N", help="rows shown of each table and kind of change (default: 5)")
    diff.add_argument("--json", action="store_true")
    rollback = command("rollback", rollback_command, "publish an earlier release again, until a run loads something new")
    rollback.add_argument("release", nargs="?", default="previous", metavar="RELEASE")
    verify = command("verify", verify_command, "check a home from end to end: lake, warehouse, releases, every fact against its raw file")
    verify.add_argument("--json", action="store_true")
    forget = command("forget", forget_command, "take a file, an article or a person out for good: no later run brings them back")
    forget.add_argument("what", metavar="WHAT", help="a file's id or path, an article's id, a person's name or id")
    command("rebuild", rebuild_command, "make the warehouse anew from the Parquet lake")
    return main


def positive(text: str) -> int:
    """Return a whole number above zero; argparse reports what is none."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a whole number above zero")
    return number


def day(text: str) -> date:
    """Return a day; argparse reports what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: expected a day such as 2025-03-04") from None


def with_exclusions(argv: Sequence[str]) -> list[str]:
    """Return the arguments with the words that a search excludes written so that argparse takes them for no options.

    >>> with_exclusions(["search", "项目", "-开工", "--limit", "3"])
    ['search', '项目', '－开工', '--limit', '3']
    """
    if list(argv[:1]) != ["search"]:
        return list(argv)
    return ["－" + word[1:] if word.startswith("-") and not word.startswith("--") and word not in ("-", "-h") else word for word in argv]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; no traceback reaches the user."""
    print_anything()
    arguments = parser().parse_args(with_exclusions(sys.argv[1:] if argv is None else argv))
    ended: list[int] = []
    if argv is None:
        atexit.register(leave, ended)  # the first to be registered is the last to be called
    ended.append(code_of(arguments))
    return ended[0]


def code_of(arguments) -> int:
    """Run a command that was read and return its exit code."""
    try:
        check_folder()
        check_file_names()
        check_memory()
        with ending_at_once() if arguments.command in WRITING else nullcontext(), AT_END:
            return arguments.run(arguments)
    except UserError as error:
        print(f"dibao: {shown(error)}", file=sys.stderr)
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
        print(f"dibao: {told(error, arguments)}\n(DIBAO_DEBUG=1 shows where)", file=sys.stderr)
        let_go(error)
        return FAILED


def leave(ended: Sequence[int]) -> None:
    """End a process whose command has ended before the interpreter is taken apart: after a run that takes a second, and DuckDB complains
    there, at length, of what a broken run still holds."""
    if ended:
        with suppress(BrokenPipeError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(ended[-1])


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
        raise UserError("Python takes file names for ASCII here and cannot open Chinese ones; set PYTHONUTF8=1 or a UTF-8 locale, and run again")


def check_memory() -> None:
    """Raise UserError where what the environment says of memory is no size."""
    given = os.environ.get("DIBAO_MEMORY", "")
    if given and not re.fullmatch(r"[1-9]\d*(\.\d+)? ?[KMGT]i?B", given):
        raise UserError(f"DIBAO_MEMORY is {given!r}; expected what DuckDB may hold in memory, such as 4GB")


def shown(error: BaseException) -> str:
    """Return what an error says, unable to steer the terminal: it may quote a path or a text from outside."""
    from flows.cli.terminal import plain

    return plain(str(error).strip())


WRITING = ("run", "backfill", "approve", "rebuild", "forget")
"""Commands that change a warehouse and may take long."""


def ending_at_once():
    """Return the context in which a signal ends this process at once."""
    from flows.shared.stopping import stoppable

    return stoppable(lambda number: say_stopped(f" by {number.name}"), FAILED)


def say_stopped(by: str = "") -> None:
    """Say that the command was stopped, and what that means; a bar that is being drawn is left behind, its hidden cursor shown again."""
    escape = "\n\x1b[?25h" if sys.stderr.isatty() else ""
    print(f"{escape}dibao: stopped{by}. The same command goes on where this one was.", file=sys.stderr, flush=True)


def told(error: BaseException, arguments) -> str:
    """Return what the user reads of an error: what happened, what to do next, and what readers find."""
    import duckdb

    from flows.shared.advice import OUTDATED, advice

    next_step = advice(error, arguments.home)
    if arguments.command not in WRITING and isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        next_step = OUTDATED
    return "\n".join(part for part in (shown(error) or type(error).__name__, next_step, what_now(arguments)) if part)


def what_now(arguments) -> str:
    """Return what a command that changes a warehouse leaves when it ends early, having looked; nothing for any other."""
    from flows.shared.advice import state_of_published

    return f"{state_of_published(arguments.home)}; the same command goes on where this one was." if arguments.command in WRITING else ""


def let_go(error: BaseException) -> None:
    """Let go of what the frames of an error hold: Prefect keeps errors, and DuckDB complains at exit of connections that are kept."""
    import warnings
    from traceback import clear_frames

    from flows.shared.advice import chain

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Prefect's coroutines, that nobody is going to await any more
        for each in chain(error):
            clear_frames(each.__traceback__)


def home_of(arguments):
    """Return the home that the command names."""
    from warehouse.home import Home

    path = arguments.home.absolute()
    if any("\udc80" <= char <= "\udcff" for char in str(path)):  # how Python writes bytes that are no UTF-8
        raise UserError(f"{path}: DuckDB opens only paths in UTF-8; give a --home that is")
    if "?" in str(path):
        raise UserError(f"{path}: DuckDB and SQLite read what follows a ? as options; give a --home without one")
    return Home(path)


def run_command(arguments) -> int:
    from warehouse.sources import shown as file_name_shown

    home = home_of(arguments)
    declared = declared_at(home)
    source = arguments.source
    pattern = arguments.pattern
    if source is None:
        from warehouse import sample

        source, pattern = str(sample.path()), pattern or sample.PATTERN
    source = file_name_shown(source)  # whatever bytes it is made of: it goes to Prefect and into the warehouse
    check_pattern(pattern)
    encoding = arguments.encoding.split(",") if arguments.encoding else None
    check_encoding(encoding or ())
    check_source(declared[source].location if source in declared else source)
    with home.held():
        pass  # who cannot have the home, or not write to it, should not wait for Prefect to learn that
    prepare_prefect(home)
    return run_ingest(arguments, source=source, home=str(home.path), pattern=pattern, retire=arguments.retire, refresh=arguments.refresh, by_content=arguments.by_content,
                      max_loss=arguments.max_loss / 100, encoding=encoding, **asked_of(arguments))


def asked_of(arguments) -> dict[str, object]:
    """Return the parameters of the ingest flow that several commands share."""
    return {
        "workers": arguments.workers, "since": arguments.since and arguments.since.isoformat(),
        "until": arguments.until and arguments.until.isoformat(), "paper": arguments.paper, "runner": arguments.runner,
        "address": arguments.address,
    }


def prepare_prefect(home) -> None:
    """Apply Prefect's settings, end what an earlier run that was killed has left running, and see that there is a server."""
    import logging

    from flows.orchestration.own_server import own_server
    from flows.shared.orphans import claim_children, reap_orphans
    from flows.shared.settings import apply_prefect_settings

    logging.raiseExceptions = False  # a server that is gone is told of once, not again by every line of the log that it misses
    apply_prefect_settings(home)
    reap_orphans(Path(os.environ["PREFECT_HOME"]))
    claim_children()
    if "PREFECT_API_URL" not in os.environ:
        AT_END.enter_context(own_server())


def run_ingest(arguments, **parameters) -> int:
    """Run the ingest flow, print what it did, and return the exit code."""
    from flows.cli.terminal import bar, print_summary
    from flows.shared.collecting import collected_later
    from flows.shared.sources import DeclarationError
    from warehouse.sources import SourceError

    as_json = getattr(arguments, "json", False)
    with bar(quiet=as_json):
        with collected_later():
            from flows.orchestration.ingest import ingest

        state = ingest(**parameters, return_state=True)
        found = state.result(raise_on_failure=False)
        if isinstance(found, SourceError | DeclarationError):
            raise UserError(str(found))
        if isinstance(found, BaseException):
            raise found
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print_summary(found)
    if found["blocked"]:
        return BLOCKED
    return QUARANTINED if getattr(arguments, "strict", False) and found["n_quarantined"] else DONE


def backfill_command(arguments) -> int:
    from flows.cli.terminal import print_table
    from flows.pipeline.backfill import seconds_per_file, survey
    from flows.shared.sources import DeclarationError
    from flows.shared.versions import code_version
    from warehouse.sources import SourceError

    home = home_of(arguments)
    sources = list(declared_at(home).values())
    if not sources:
        raise UserError(f"{home.sources}: no source is declared there, so it is not known what its paths mean.\n"
                        "Declare it ([name], location, pattern), or run `dibao run SOURCE --pattern ... --refresh`.")
    if any(source.credentials for source in sources):
        prepare_prefect(home)  # they are kept there
    with opened(arguments) as con:
        try:
            needs = survey(con, sources, code_version(), arguments.since, arguments.until, arguments.paper)
        except (SourceError, DeclarationError) as error:
            raise UserError(str(error)) from error
        pace = seconds_per_file(con)
    n_files = sum(need.n_files for need in needs)
    rows = [(need.source, need.n_new, need.n_stale, need.n_failed, f"{need.n_bytes / 1e6:.2f}") for need in needs]
    print_table(("source", "new", "stale", "failed", "MB"), rows)
    if pace is not None:
        print(f"{n_files} files to read; at the pace of the last runs about {n_files * pace:,.0f} seconds")
    if arguments.dry_run or not n_files:
        return DONE
    prepare_prefect(home)
    return max(
        run_ingest(arguments, source=need.source, home=str(home.path), refresh=True, retry=True, **asked_of(arguments))
        for need in needs if need.n_files
    )


def verdict_command(arguments) -> int:
    from datetime import UTC, datetime

    from flows.shared.settings import apply_prefect_settings

    home = home_of(arguments)
    apply_prefect_settings(home)
    from flows.orchestration.approval import APPROVED, REJECTED, ApprovalError, decide, tell_prefect

    verdict = APPROVED if arguments.command == "approve" else REJECTED
    try:
        held = decide(home, arguments.change, verdict, arguments.reason, datetime.now(UTC).replace(tzinfo=None))
    except ApprovalError as error:
        raise UserError(str(error)) from error
    for reason in held.reasons:
        print(f"{held.verdict}: {reason}")
    if "PREFECT_API_URL" in os.environ and tell_prefect(held):
        print("The run that waits for it goes on.")
        return DONE
    if held.verdict == REJECTED:
        return DONE
    prepare_prefect(home)
    return run_ingest(arguments, **{**held.parameters, "only_change": held.change})


def check_pattern(pattern: str | None) -> None:
    """Raise UserError where a path pattern cannot be read."""
    from transforms.paths import compile_pattern

    if pattern:
        try:
            compile_pattern(pattern)
        except ValueError as error:
            raise UserError(str(error)) from error


def check_encoding(names: Sequence[str]) -> None:
    """Raise UserError where an encoding is not known."""
    from transforms.decoding import EncodingError, expected

    try:
        expected(names)
    except EncodingError as error:
        raise UserError(f"--encoding: {error}") from error


def check_source(source: str) -> None:
    """Raise UserError where a source on this machine has no raw file: known at once, before Prefect starts."""
    from warehouse.sources import SourceError, discover

    if "://" not in source:
        try:
            next(discover(source))
        except SourceError as error:
            raise UserError(str(error)) from error


def declared_at(home) -> dict:
    """Return the declared sources of a home by name. Raises UserError where the declaration cannot be read."""
    from flows.shared.sources import DeclarationError, declared_sources

    try:
        return declared_sources(home)
    except DeclarationError as error:
        raise UserError(str(error)) from error


def serve_command(arguments) -> int:
    from flows.serving.serve import PortTakenError, serve

    home = home_of(arguments)
    declared_at(home)
    try:
        return serve(home, arguments.port, arguments.reading_room_port, arguments.webhook)
    except PortTakenError as error:
        raise UserError(str(error)) from error


ASKED_AS_IT_IS = ("sql", "status", "verify", "backfill")
"""Commands that ask a published file of an earlier version too: for what the user says, or for what every version has."""


def opened(arguments):
    """Return a read-only connection to the published warehouse. Raises UserError where there is none, or it lacks what this code asks of it."""
    from flows.shared.advice import OUTDATED
    from warehouse.store import connect, holds_schema

    path = home_of(arguments).published
    if not path.exists():
        raise UserError(f"{path}: no warehouse is published here. Run `dibao run --home {arguments.home}` first.")
    con = connect(path, read_only=True)
    if arguments.command not in ASKED_AS_IT_IS and not holds_schema(con):
        con.close()
        raise UserError(f"{path}: {OUTDATED}")
    return con


def sql_command(arguments) -> int:
    import duckdb

    from flows.cli.terminal import print_csv, print_json_rows, print_table
    from flows.shared.advice import OUTDATED
    from warehouse.store import holds_schema

    with opened_lake(arguments.lake) if arguments.lake else opened(arguments) as con:
        try:
            cursor = con.execute(arguments.query)
        except duckdb.Error as error:
            is_outdated = not arguments.lake and not holds_schema(con)
            raise UserError(f"{error}\n{OUTDATED if is_outdated else 'The tables and their columns: `dibao dictionary`.'}") from error
        columns = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall()
    show = print_csv if arguments.csv else print_json_rows if arguments.json else print_table
    show(columns, rows)
    return DONE


def opened_lake(url: str):
    """Return a connection to the lake at a URL. Raises UserError where there is none, or it cannot be read."""
    from warehouse.lake import LakeError
    from warehouse.mirror import MirrorError, open_mirror
    from warehouse.sources import SourceError

    try:
        return open_mirror(url)
    except (LakeError, MirrorError, SourceError) as error:
        raise UserError(str(error)) from error


def search_command(arguments) -> int:
    from flows.cli.terminal import print_hits
    from warehouse.search import search

    with opened(arguments) as con:
        hits = search(
            con, " ".join(arguments.words), since=arguments.since, until=arguments.until, paper=arguments.paper,
            person=arguments.person, limit=arguments.limit,
        )
    print_hits(hits, as_json=arguments.json)
    return DONE


def show_command(arguments) -> int:
    from flows.cli.show import find_article, print_article

    with opened(arguments) as con:
        article_ids = find_article(con, arguments.article)
        if not article_ids:
            raise UserError(f"{arguments.article}: no article has this id or these words in its headline. Try `dibao search`.")
        if len(article_ids) > 1:
            lines = "\n".join(f"  {article_id}  {headline}" for article_id, headline in article_ids[:20])
            raise UserError(f"{arguments.article}: {len(article_ids)} articles have these words; give one id:\n{lines}")
        print_article(con, article_ids[0][0])
    return DONE


def explore_command(arguments) -> int:
    import threading
    import webbrowser
    from contextlib import suppress
    from functools import partial

    import uvicorn

    from flows.pipeline.raw import raw_text
    from warehouse.reading_room.app import make_app
    from warehouse.same_origin import THIS_MACHINE

    home = home_of(arguments)
    opened(arguments).close()
    hosts = ("*",) if arguments.host in ("0.0.0.0", "::") else (*THIS_MACHINE, arguments.host)
    with listening_at(arguments.host, arguments.port) as door:
        url = f"http://{arguments.host}:{arguments.port}/"
        print(f"The reading room of {home.published} is open at {url} (Ctrl-C closes it)", flush=True)
        if not arguments.no_browser:
            threading.Timer(1, webbrowser.open, (url,)).start()
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(make_app(home.published, hosts, partial(raw_text, home)), log_level="warning")).run(sockets=[door])
    return DONE


def listening_at(host: str, port: int):
    """Return a socket that listens at an address. Raises UserError where it cannot, most often because something else does."""
    import socket

    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UserError(f"{host}:{port}: cannot listen here ({os.strerror(error.errno or 0)}). Give another --port, or end what listens there.") from error


def export_command(arguments) -> int:
    from warehouse.exports import dbt_sources, graphml, write_csv

    if arguments.form == "lake":
        return export_lake(arguments)
    out = Path(arguments.out)
    with opened(arguments) as con:
        if arguments.form == "csv":
            write_csv(con, out)
        else:
            out.write_text(graphml(con) if arguments.form == "graphml" else dbt_sources(), "utf-8")
    print(out)
    return DONE


def export_lake(arguments) -> int:
    """Copy what is new in the lake to where readers find it."""
    from datetime import UTC, datetime

    from warehouse.mirror import mirror
    from warehouse.sources import SourceError

    home = home_of(arguments)
    opened(arguments).close()
    try:
        with home.held():
            done = mirror(home, arguments.out, datetime.now(UTC).replace(tzinfo=None))
    except SourceError as error:
        raise UserError(str(error)) from error
    print(f"{arguments.out}: commit {done.commit} of {done.n_files:,} files; {done.n_copied:,} copied ({done.n_bytes / 1e6:.1f} MB), "
          f"{done.n_deleted:,} old ones deleted")
    return DONE


def report_command(arguments) -> int:
    from warehouse.report import write_report

    with opened(arguments) as con:
        path = home_of(arguments).report
        write_report(con, path)
    print(path)
    return DONE


def dictionary_command(arguments) -> int:
    from warehouse.dictionary import render

    folder = arguments.out or home_of(arguments).path
    home = home_of(arguments)
    con = opened(arguments) if home.published.exists() else None
    markdown, html = render(con)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("dictionary.md", markdown), ("dictionary.html", html)):
        (folder / name).write_text(text, "utf-8")
        print(folder / name)
    return DONE


def status_command(arguments) -> int:
    from flows.cli.status import print_grid, print_status
    from flows.pipeline.journal import entries

    home = home_of(arguments)
    if not home.published.exists() and entries(home) and not arguments.grid:
        print_status(None, home, as_json=arguments.json)
        return DONE
    with opened(arguments) as con:
        if arguments.grid:
            print_grid(con, as_json=arguments.json)
            return DONE
        print_status(con, home, as_json=arguments.json)
    return DONE


def verify_command(arguments) -> int:
    from dataclasses import asdict

    from flows.cli.terminal import bar, plain
    from flows.pipeline.verify import verify

    opened(arguments).close()
    with bar(quiet=arguments.json):
        verdict = verify(home_of(arguments))
    if arguments.json:
        print(json.dumps(asdict(verdict), ensure_ascii=False))
    else:
        for fault in verdict.faults:
            print(f"{plain(fault.where)}: {plain(fault.what)}")
        print(f"Checked {', '.join(f'{n:,} {name}' for name, n in verdict.checked.items())}: "
              + (f"{len(verdict.faults)} faults" if verdict.faults else "all is as it was left"))
    return FAILED if verdict.faults else DONE


def forget_command(arguments) -> int:
    from datetime import UTC, datetime

    from flows.pipeline.forgetting import ForgetError, forget

    home = home_of(arguments)
    opened(arguments).close()
    try:
        done = forget(home, arguments.what, datetime.now(UTC).replace(tzinfo=None))
    except ForgetError as error:
        raise UserError(str(error)) from error
    print(f"Forgotten for good: the {done.kind}. {done.n_files_gone:,} files taken out, {done.n_files_read:,} read anew without it, "
          f"{done.n_releases:,} earlier releases deleted.")
    print("Not in Dibao's reach: the raw files themselves, exports, mirrors and backups, and who has an earlier file open.")
    for article_id in done.copies:
        print(f"Much the same is printed in {article_id}, which stays; forget it too if it must go.")
    return DONE


def rebuild_command(arguments) -> int:
    from flows.pipeline.publishing import rebuild

    home = home_of(arguments)
    with home.held():
        rebuild(home)
    print(home.published)
    return DONE


def releases_command(arguments) -> int:
    from flows.cli.terminal import print_table
    from warehouse.releases import list_releases

    rows = [(r.name, r.published_at, r.n_rows["articles"], r.n_rows["mentions"], r.sha256) for r in list_releases(home_of(arguments))]
    print_table(("release", "published_at", "articles", "mentions", "sha256"), rows)
    return DONE


def diff_command(arguments) -> int:
    from dataclasses import asdict

    from flows.cli.terminal import print_table
    from warehouse.releases import ReleaseError, diff, find_release

    home = home_of(arguments)
    try:
        before, after = find_release(home, arguments.before), find_release(home, arguments.after)
        found = diff(home, before, after, arguments.examples)
    except ReleaseError as error:
        raise UserError(str(error)) from error
    if arguments.json:
        print(json.dumps([asdict(difference) for difference in found], ensure_ascii=False))
        return DONE
    print(f"{before.name} -> {after.name}" + ("" if found else ": no fact changed"))
    if found:
        rows = [(d.table, d.n_added, d.n_removed, d.n_changed, "\n".join(" ".join(example) for example in d.examples)) for d in found]
        print_table(("table", "added", "removed", "changed", "examples"), rows)
    return DONE


def rollback_command(arguments) -> int:
    from warehouse.releases import ReleaseError, find_release, roll_back

    home = home_of(arguments)
    with home.held():
        try:
            release = find_release(home, arguments.release)
            roll_back(home, release)
        except ReleaseError as error:
            raise UserError(str(error)) from error
    print(f"{home.published} is now {release.name}; the next run that loads something new publishes again")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
