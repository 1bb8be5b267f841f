"""What the terminal shows: a progress bar, a summary, tables, search hits. Text from outside is data, never a control code."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime

from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from flows.cli.printable import printable
from flows.shared.progress import listening
from warehouse.exports import harmless


@contextmanager
def bar(quiet: bool = False) -> Iterator[None]:
    """Show a progress bar on standard error while the block runs; nothing where it is no terminal or quiet is asked for."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        tasks = {"start": progress.add_task("start", total=None)}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=None)
            progress.update(tasks[stage], completed=done, total=total or None)

        with listening(show):
            yield


def print_summary(summary: Mapping) -> None:
    """Print what a run did, where the results are, and what to type next."""
    console = make_console()
    console.print(Text(f"{summary['status'].capitalize()}.", style="bold"))
    console.print(
        f"{summary['n_files_seen']} files seen, {summary['n_files_new']} new, {summary['n_superseded']} superseded, "
        f"{summary['n_quarantined']} quarantined."
    )
    for reason in summary["blocked"]:
        console.print(Text(f"Blocked: {printable(reason)}", style="red"))
    if summary["blocked"]:
        console.print(
            Text(
                f"Nothing was published. Look into it, then: dibao approve {summary['change']} --reason ..., or "
                f"dibao reject {summary['change']}, --home {summary['home']}",
                style="red",
            )
        )
    for text in summary["warnings"]:
        console.print(Text(f"Warning: {printable(text)}", style="yellow"))
    for text in summary["left_out"]:
        console.print(Text(f"Left out: {printable(text)}"))
    if summary["counts"]:
        table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
        for _ in range(3):
            table.add_column(no_wrap=True)
        pairs = [f"{n:>7,} {name.replace('_', ' ')}" for name, n in summary["counts"].items()]
        for first in range(0, len(pairs), 3):
            table.add_row(*pairs[first : first + 3])
        console.print("The warehouse now holds")
        console.print(table)
    if summary["quarantined"]:
        console.print("Quarantined in this run:")
        for row in summary["quarantined"][:20]:
            console.print(
                Text(f"  {printable(row['path'])}  {row['record_table']}: {printable(row['reason'])}: {printable(row['detail'])}")
            )
        if (more := len(summary["quarantined"]) - 20) > 0:
            console.print(f"  and {more} more: dibao sql 'FROM quarantine'")
    home = summary["home"]
    if not summary["blocked"]:
        console.print(
            Text(
                f"\nWarehouse   {home}/dibao.duckdb\nParquet     {home}/lake/\nData Docs   {home}/data_docs/index.html\n"
                f"Report      {home}/report.html",
                overflow="fold",
            )
        )
    console.print(
        Text(
            f"Next        dibao search {printable(summary['search_for'] or '词')} --home {home}\n"
            f"            dibao sql 'SELECT headline, published_on FROM articles' --home {home}",
            overflow="fold",
        )
    )


def make_console() -> Console:
    """Return a console as wide as the terminal; what goes into a file or a pipe is not folded."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 10_000)


def print_table(columns: Sequence[str], rows: Sequence[Sequence], wide: bool = False) -> None:
    """Print rows as a table, whole values, wide characters aligned; on a terminal that is too narrow for a row, as one record below the other,
    unless ``wide`` is asked for. What is longer than the terminal's window goes through its pager."""
    texts = [[Text(printable(value)) for value in row] for row in rows]
    console = Console(highlight=False, width=10_000) if wide else make_console()
    table = Table(header_style="bold")
    for column in columns:
        table.add_column(Text(printable(column)), overflow="fold")
    for row in texts:
        table.add_row(*row)
    fits = Measurement.get(console, console.options.update(width=10_000), table).maximum <= console.width
    shown = table if fits else records(columns, texts)
    count = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
    if console.is_terminal and len(console.render_lines(shown, pad=False)) >= console.height:
        with console.pager(styles=True):
            console.print(shown, soft_wrap=wide)
            console.print(count)
    else:
        console.print(shown)
        console.print(count)


def records(columns: Sequence[str], rows: Sequence[Sequence[Text]]) -> Group:
    """Return rows as records, one below the other: a line per column, its name first, then its value, folded where it is long."""
    parts: list[RenderableType] = []
    for number, row in enumerate(rows, 1):
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for column, value in zip(columns, row, strict=True):
            grid.add_row(Text(printable(column)), value)
        parts += [Rule(f"row {number}", align="left", style="dim"), grid]
    return Group(*parts)


def print_csv(columns: Sequence[str], rows: Sequence[Sequence]) -> None:
    """Print rows as CSV; text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in row] for row in rows)
    sys.stdout.write(for_terminal(out.getvalue()))


def print_json_rows(columns: Sequence[str], rows: Sequence[Sequence]) -> None:
    """Print one JSON object per row."""
    for row in rows:
        print(for_terminal(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=json_value)))


def for_terminal(text: str) -> str:
    """Return text as it is for a file or a pipe, and so that it cannot steer the terminal where it goes to one."""
    return printable(text) if sys.stdout.isatty() else text


def json_value(value: object) -> str:
    """Return what JSON has no type for as text."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def print_hits(hits: Sequence, as_json: bool = False) -> None:
    """Print search hits, best first, what was looked for in bold."""
    if as_json:
        for hit in hits:
            print(for_terminal(json.dumps(asdict(hit), ensure_ascii=False, default=json_value)))
        return
    console = make_console()
    for hit in hits:
        console.print(Text(printable(hit.headline or "(no headline)"), style="bold"))
        facts = (hit.published_on or "undated", hit.paper, hit.article_id, f"{hit.score:.2f}")
        console.print(Text("  " + "  ".join(printable(fact) for fact in facts if fact), style="dim"))
        snippet = Text(printable(hit.snippet))
        for start, end in hit.highlights:
            snippet.stylize("bold red", start, end)
        console.print(Text("  ").append_text(snippet), "")
    console.print(f"{len(hits)} article{'' if len(hits) == 1 else 's'}")
