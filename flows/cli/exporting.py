"""Commands that write what the warehouse holds for other readers: report, dictionary, export."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from flows.cli.errors import DONE, UserError
from flows.cli.homes import home_at, opened
from flows.cli.options import DEFAULT_HOME, HomeFolder
from warehouse.dictionary import render
from warehouse.exports import dbt_sources, graphml, write_csv
from warehouse.mirror import mirror
from warehouse.report import write_report
from warehouse.sources import SourceError


def report_command(
    *, lang: Annotated[Literal["zh", "en"], Parameter(help="language of the page")] = "zh", home: HomeFolder = DEFAULT_HOME
) -> int:
    """Write the HTML report."""
    path = home_at(home).report
    with opened(home) as con:
        write_report(con, path, lang)
    print(path)
    return DONE


def dictionary_command(
    *, out: Annotated[Path | None, Parameter(help="folder to write to; without it the home")] = None, home: HomeFolder = DEFAULT_HOME
) -> int:
    """Write the data dictionary (Markdown and HTML)."""
    place = home_at(home)
    folder = out or place.path
    markdown, html = render(opened(home) if place.published.exists() else None)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("dictionary.md", markdown), ("dictionary.html", html)):
        (folder / name).write_text(text, "utf-8")
        print(folder / name)
    return DONE


def export_command(
    form: Annotated[
        Literal["csv", "graphml", "dbt", "lake"],
        Parameter(
            help="csv: a file per table; graphml: who appears with whom; dbt: sources.yml; lake: the Parquet files, only what is new"
        ),
    ],
    out: Annotated[str, Parameter(help="folder (csv), file (graphml, dbt), folder or object-store URL (lake)")],
    /,
    *,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """Forms that other tools expect."""
    if form == "lake":
        return export_lake(home, out)
    path = Path(out)
    with opened(home) as con:
        if form == "csv":
            write_csv(con, path)
        else:
            path.write_text(graphml(con) if form == "graphml" else dbt_sources(), "utf-8")
    print(path)
    return DONE


def export_lake(home: Path, url: str) -> int:
    """Copy what is new in the lake to where readers find it."""
    place = home_at(home)
    opened(home).close()
    try:
        with place.lock():
            done = mirror(place, url, datetime.now(UTC).replace(tzinfo=None))
    except SourceError as error:
        raise UserError(str(error)) from error
    print(
        f"{url}: commit {done.commit} of {done.n_files:,} files; {done.n_copied:,} copied ({done.n_bytes / 1e6:.1f} MB), "
        f"{done.n_deleted:,} old ones deleted"
    )
    return DONE
