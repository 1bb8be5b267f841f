"""Commands that ask the published warehouse: sql, search, show, status."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import duckdb
from cyclopts import Group, Parameter
from cyclopts.validators import mutually_exclusive

from flows.cli.errors import DONE, UserError
from flows.cli.homes import home_at, opened
from flows.cli.options import DEFAULT_HOME, Day, HomeFolder, Json, Positive
from flows.cli.show import find_article, print_article
from flows.cli.status import print_grid, print_status
from flows.cli.terminal import print_csv, print_hits, print_json_rows, print_table
from flows.pipeline.journal import entries
from flows.shared.error_hints import hint_for_outdated
from warehouse.lake import LakeError
from warehouse.mirror import MirrorError, open_mirror
from warehouse.search import search
from warehouse.sources import SourceError
from warehouse.store import holds_schema

FORM = Group("Form", validator=mutually_exclusive)


def sql_command(
    query: str,
    /,
    *,
    lake: Annotated[
        str | None, Parameter(help="ask the Parquet files of a lake that `dibao export lake` put at this URL, not the home's warehouse")
    ] = None,
    csv: Annotated[bool, Parameter(group=FORM, help="print comma-separated values")] = False,
    as_json: Annotated[Json, Parameter(group=FORM, help="print one JSON object per row")] = False,
    wide: Annotated[bool, Parameter(group=FORM, help="print a table also where the terminal is too narrow for it")] = False,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """One query on the published warehouse."""
    with opened_lake(lake) if lake else opened(home, any_version=True) as con:
        try:
            cursor = con.execute(query)
        except duckdb.Error as error:
            is_outdated = not lake and not holds_schema(con)
            raise UserError(
                f"{error}\n{hint_for_outdated(home) if is_outdated else 'The tables and their columns: `dibao dictionary`.'}"
            ) from error
        columns = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall()
    show = print_csv if csv else print_json_rows if as_json else partial(print_table, wide=wide)
    show(columns, rows)
    return DONE


def opened_lake(url: str) -> duckdb.DuckDBPyConnection:
    """Return a connection to the lake at a URL. Raises UserError where there is none, or it cannot be read."""
    try:
        return open_mirror(url)
    except (LakeError, MirrorError, SourceError) as error:
        raise UserError(str(error)) from error


def search_command(
    *words: str,
    since: Annotated[Day | None, Parameter(help="published on this day or later")] = None,
    until: Annotated[Day | None, Parameter(help="published on this day or earlier")] = None,
    paper: Annotated[str | None, Parameter(help="name of the newspaper")] = None,
    person: Annotated[str | None, Parameter(help="who must be named: a name or a person_id")] = None,
    limit: Positive = 10,
    as_json: Annotated[Json, Parameter(help="print one JSON object per hit")] = False,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """Full-text search: words, '"a phrase"' (quoted twice, for the shell takes one pair), -without."""
    if not words:
        raise UserError("search needs words to look for, such as `dibao search 大桥 合龙`")
    with opened(home) as con:
        hits = search(con, " ".join(words), since=since, until=until, paper=paper, person=person, limit=limit)
    print_hits(hits, as_json=as_json)
    return DONE


def show_command(
    article: Annotated[str, Parameter(help="a headline or a part of it, or an article_id")], /, *, home: HomeFolder = DEFAULT_HOME
) -> int:
    """An article beside its raw text: what was joined, dropped, moved; facts marked."""
    with opened(home) as con:
        article_ids = find_article(con, article)
        if not article_ids:
            raise UserError(f"{article}: no article has this id or these words in its headline. Try `dibao search`.")
        if len(article_ids) > 1:
            lines = "\n".join(f"  {article_id}  {headline}" for article_id, headline in article_ids[:20])
            raise UserError(f"{article}: {len(article_ids)} articles have these words; give one id:\n{lines}")
        print_article(con, article_ids[0][0])
    return DONE


def status_command(
    *,
    grid: Annotated[bool, Parameter(help="the ledger: which days of which paper are loaded, stale, failed, missing")] = False,
    as_json: Json = False,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """What the warehouse holds, last runs, what is quarantined and why."""
    place = home_at(home)
    if not place.published.exists() and entries(place) and not grid:
        print_status(None, place, as_json=as_json)
        return DONE
    with opened(home, any_version=True) as con:
        if grid:
            print_grid(con, as_json=as_json)
        else:
            print_status(con, place, as_json=as_json)
    return DONE
