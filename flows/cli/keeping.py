"""Commands that look after a home: init, releases, diff, rollback, verify, rebuild, forget."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from typing import Annotated

from cyclopts import Parameter

from flows.cli.errors import DONE, FAILED, UserError
from flows.cli.homes import home_at, opened
from flows.cli.options import DEFAULT_HOME, HomeFolder, Json, Positive
from flows.cli.printable import printable
from flows.cli.terminal import bar, print_table
from flows.pipeline.forgetting import ForgetError, forget
from flows.pipeline.publishing import rebuild
from flows.pipeline.verify import verify
from warehouse.files import write_whole
from warehouse.releases import ReleaseError, diff, find_release, list_releases, roll_back


def init_command(*, home: HomeFolder = DEFAULT_HOME) -> int:
    """Write a commented sources.toml, to be filled with what is to be read, from where, and when."""
    place = home_at(home)
    if place.sources.exists():
        raise UserError(f"{place.sources}: is there already; nothing was changed")
    place.path.mkdir(parents=True, exist_ok=True)
    write_whole(place.sources, files("flows.cli").joinpath("sources.toml").read_text("utf-8"))
    print(place.sources)
    return DONE


def releases_command(*, home: HomeFolder = DEFAULT_HOME) -> int:
    """The states that were published last."""
    rows = [(r.name, r.published_at, r.n_rows["articles"], r.n_rows["mentions"], r.sha256) for r in list_releases(home_at(home))]
    print_table(("release", "published_at", "articles", "mentions", "sha256"), rows)
    return DONE


def diff_command(
    before: Annotated[str, Parameter(help="a release's name or its beginning")] = "previous",
    after: Annotated[str, Parameter(help="likewise")] = "latest",
    /,
    *,
    examples: Annotated[Positive, Parameter(help="rows shown of each table and kind of change")] = 5,
    as_json: Json = False,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """What changed between two releases, fact by fact."""
    place = home_at(home)
    try:
        old, new = find_release(place, before), find_release(place, after)
        differences = diff(place, old, new, examples)
    except ReleaseError as error:
        raise UserError(str(error)) from error
    if as_json:
        print(json.dumps([asdict(difference) for difference in differences], ensure_ascii=False))
        return DONE
    print(f"{old.name} -> {new.name}" + ("" if differences else ": no fact changed"))
    if differences:
        rows = [(d.table, d.n_added, d.n_removed, d.n_changed, "\n".join(" ".join(example) for example in d.examples)) for d in differences]
        print_table(("table", "added", "removed", "changed", "examples"), rows)
    return DONE


def rollback_command(release: str = "previous", /, *, home: HomeFolder = DEFAULT_HOME) -> int:
    """Publish an earlier release again, until a run loads something new."""
    place = home_at(home)
    with place.lock():
        try:
            wanted = find_release(place, release)
            roll_back(place, wanted)
        except ReleaseError as error:
            raise UserError(str(error)) from error
    print(f"{place.published} is now {wanted.name}; the next run that loads something new publishes again")
    return DONE


def verify_command(*, as_json: Json = False, home: HomeFolder = DEFAULT_HOME) -> int:
    """Check a home from end to end: lake, warehouse, releases, every fact against its raw file."""
    opened(home, any_version=True).close()
    with bar(quiet=as_json):
        verdict = verify(home_at(home))
    if as_json:
        print(json.dumps(asdict(verdict), ensure_ascii=False))
    else:
        for fault in verdict.faults:
            print(f"{printable(fault.where)}: {printable(fault.what)}")
        print(
            f"Checked {', '.join(f'{n:,} {name}' for name, n in verdict.checked.items())}: "
            + (f"{len(verdict.faults)} faults" if verdict.faults else "all is as it was left")
        )
    return FAILED if verdict.faults else DONE


def rebuild_command(*, home: HomeFolder = DEFAULT_HOME) -> int:
    """Make the warehouse anew from the Parquet lake."""
    place = home_at(home)
    with place.lock():
        rebuild(place)
    print(place.published)
    return DONE


def forget_command(
    what: Annotated[str, Parameter(help="a file's id or path, an article's id, a person's name or id")],
    /,
    *,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """Take a file, an article or a person out for good: no later run brings them back."""
    place = home_at(home)
    opened(home).close()
    try:
        done = forget(place, what, datetime.now(UTC).replace(tzinfo=None))
    except ForgetError as error:
        raise UserError(str(error)) from error
    print(
        f"Forgotten for good: the {done.kind}. {done.n_files_gone:,} files taken out, {done.n_files_read:,} read anew without it, "
        f"{done.n_releases:,} earlier releases deleted."
    )
    print("Not in Dibao's reach: the raw files themselves, exports, mirrors and backups, and who has an earlier file open.")
    for article_id in done.copies:
        print(f"Much the same is printed in {article_id}, which stays; forget it too if it must go.")
    return DONE
