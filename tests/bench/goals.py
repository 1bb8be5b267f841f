"""The goals of speed, one by one: what was measured, what is wanted, and whether it is met."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from tests.bench.make_pages import make_files, write_files
from tests.bench.measure import measure
from tests.bench.stages import VALIDATION, run_command, share, whole

AGAIN = 5
"""Times that a short command is run; the least counts."""
LATER = date(2031, 1, 1)
"""First day of the pages of an increment."""


@dataclass(frozen=True)
class Goal:
    """A goal and what was measured: ``at_least`` or ``at_most`` says what is wanted."""

    name: str
    measured: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Return whether it is met.

        >>> Goal("near-duplicates", 12.0, "MB per CPU s", at_least=10).is_met, Goal("help", 0.4, "CPU s", at_most=0.3).is_met
        (True, False)
        """
        return not (
            self.at_least is not None and self.measured < self.at_least or self.at_most is not None and self.measured > self.at_most
        )

    def figures(self) -> dict[str, object]:
        """Return the goal as JSON has it."""
        return {**asdict(self), "is_met": self.is_met}


def goals_of_run(run: dict) -> list[Goal]:
    """Return the goals that one run of the whole job answers, and those that only a run of some size does."""
    size = f"{run['mb']:,.1f} MB, {run['pages']:,} pages"
    return [
        Goal("raw file to published warehouse", run["mb_per_cpu_second"], "MB per CPU s", at_least=1, note=f"{size}, everything included"),
        Goal("validation's share", 100 * share(run, *VALIDATION), "%", at_most=5, note=f"{size}: {', '.join(VALIDATION)}"),
        Goal(
            "Prefect's share",
            100 * share(run, "Prefect, imports"),
            "%",
            at_most=5,
            note=f"{size}, goal is for 100 MB; its server, its client and all else of the main process that is no stage",
        ),
    ]


def near_duplicates(home: Path) -> Goal:
    """Measure the search for near-duplicates over the articles of a home."""
    found = json.loads(measure([sys.executable, "-m", "tests.bench.goals", "near-duplicates", home]).stdout)
    return Goal(
        "near-duplicates",
        found["mb"] / found["cpu_seconds"],
        "MB per CPU s",
        at_least=10,
        note=f"{found['articles']:,} articles, {found['mb']:.1f} MB, {found['pairs']:,} pairs",
    )


def measured_near_duplicates(home: Path) -> dict[str, float]:
    """Find near-duplicates in this process and return what it took."""
    import duckdb

    from transforms.duplicates import find_near_duplicates, sketch

    with duckdb.connect(str(home / "dibao.duckdb"), read_only=True) as con:
        bodies = [body for (body,) in con.execute("SELECT body FROM articles ORDER BY article_id").fetchall()]
    sketch("云渡区")
    began = time.process_time()
    pairs = find_near_duplicates(bodies)
    return {
        "cpu_seconds": time.process_time() - began,
        "mb": sum(len(body.encode("utf-8", "replace")) for body in bodies) / 1e6,
        "articles": len(bodies),
        "pairs": len(pairs),
    }


def increment(pages: Path, home: Path, full: dict, workers: int, seed: int) -> tuple[dict, list[Goal]]:
    """Add 1 % of new pages and run again; the home is changed. Return the run's figures and the goal."""
    n_new = max(1, full["pages"] // 100)
    write_files(pages / "later", islice(make_files(seed + 1, first_day=LATER), n_new))
    run = whole(pages, home, workers)
    return run, [increment_goal(run, full)]


def increment_goal(run: dict, full: dict) -> Goal:
    """Return the goal of an increment: its share of a full run and ten seconds."""
    part = run["new_pages"] / full["new_pages"]
    return Goal(
        f"increment of {part:.1%}",
        run["cpu_seconds"],
        "CPU s",
        at_most=part * full["cpu_seconds"] + 10,
        note=f"{run['new_pages']:,} new pages of {run['pages']:,}; the full run took {full['cpu_seconds']:.0f}",
    )


def no_op(scratch: Path, n_known: int, workers: int) -> Goal:
    """Run a folder of so many files twice and measure the second time: a hundred pages, each at many paths."""
    pages, home = scratch / "known", scratch / "known-home"
    contents = [data for _, data, _ in islice(make_files(7, (1, 2)), 100)]
    for number in range(n_known):
        folder = pages / f"{number // 1000:04}"
        if number % 1000 == 0:
            folder.mkdir(parents=True)
        (folder / f"{number % 1000:03}.txt").write_bytes(contents[number % len(contents)])
    measure(run_command(pages, home, workers))
    again = measure(run_command(pages, home, workers))
    if (found := json.loads(again.stdout))["status"] != "nothing new":
        raise RuntimeError(f"{pages}: the second run found {found['status']}, expected nothing new")
    shutil.rmtree(pages)
    return no_op_goal(
        again.cpu, n_known, f"{len(contents)} pages, each at {n_known // len(contents):,} paths; {again.wall:.1f} s by the clock"
    )


def no_op_goal(cpu: float, n_known: int, note: str) -> Goal:
    """Return the goal of a run that finds nothing new; it is set for 100,000 files."""
    return Goal(f"no-op run over {n_known:,} known files", cpu, "CPU s", at_most=5, note=note)


def two_workers(pages: Path, scratch: Path) -> tuple[dict[str, dict], list[Goal]]:
    """Run the whole job with one worker and with two. By CPU it is what two free cores would give: the longest chain of one process
    after another, for the clock says little where others use the machine."""
    runs = {f"workers {n}": whole(pages, scratch / f"workers-{n}", n) for n in (1, 2)}
    one, two = runs.values()
    forked_from, *workers = two["cpu_of_workers"] or [0.0]
    chain = two["cpu_of"]["main"] + forked_from + max(workers, default=0.0)
    alone = one["cpu_seconds"]
    note = f"{one['mb']:,.1f} MB"
    return runs, [
        Goal(
            "two cores against one, by the clock",
            one["wall_seconds"] / two["wall_seconds"],
            "times",
            at_least=1.8,
            note=f"{note}: {one['wall_seconds']:.0f} s and {two['wall_seconds']:.0f} s; two processes that share nothing give {limit_of_two_cores():.2f} here",
        ),
        Goal(
            "two cores against one, by CPU",
            alone / chain,
            "times",
            at_least=1.8,
            note=f"{note}: {alone:.0f} CPU s against {chain:.0f} in main process, what workers are forked from, and busiest worker, one after the other",
        ),
    ]


def limit_of_two_cores() -> float:
    """Return how much more two processes that only count get done than one, by the clock: two cores may be one that does two things."""
    count = [sys.executable, "-S", "-c", "for _ in range(40_000_000): pass"]

    def seconds(n: int) -> float:
        began = time.perf_counter()
        for each in [subprocess.Popen(count) for _ in range(n)]:
            each.wait()
        return time.perf_counter() - began

    return 2 * min(seconds(1) for _ in range(3)) / min(seconds(2) for _ in range(3))


def publishing(home: Path, scratch: Path, n_bytes: float) -> Goal:
    """Make a warehouse as large as wanted out of a home's, publish it, and measure that."""
    large = scratch / "large"
    (large / "work").mkdir(parents=True)
    shutil.copyfile(home / "work" / "build.duckdb", large / "work" / "build.duckdb")
    shutil.copytree(home / "lake", large / "lake", ignore=shutil.ignore_patterns("*.parquet"))
    size = json.loads(measure([sys.executable, "-m", "tests.bench.goals", "enlarge", large, n_bytes]).stdout)
    run = measure([sys.executable, "-m", "tests.bench.goals", "publish", large])
    shutil.rmtree(large)
    return Goal(
        "publish a warehouse of 1 GB",
        run.cpu * 1e9 / size,
        "CPU s",
        at_most=10,
        note=f"{size / 1e9:.2f} GB took {run.cpu:.1f} CPU s, {run.wall:.1f} s by the clock, start of Python included",
    )


def enlarge(home: Path, n_bytes: float) -> int:
    """Copy the rows of the page tables under other file ids until the build is so large, and return its size."""
    from warehouse import schema, store

    con = store.connect(home / "work" / "build.duckdb")
    file_ids = {file_id for (file_id,) in con.execute("SELECT file_id FROM raw_files").fetchall()}
    tables = {table.name: ids for table in schema.of_layer("page") if (ids := ids_of(con, table, file_ids))}
    for table in tables:
        con.execute(f"CREATE TEMP TABLE first_{table} AS FROM {table}")
    build, rounds = home / "work" / "build.duckdb", 0
    while build.stat().st_size < n_bytes and rounds < 1000:
        rounds += 1
        for table, ids in tables.items():
            new = ", ".join(f'left(md5(left("{name}", 16) || {rounds}), 16) || substr("{name}", 17) AS "{name}"' for name in ids)
            con.execute(f"INSERT INTO {table} SELECT * REPLACE ({new}) FROM first_{table}")
        con.execute("CHECKPOINT warehouse")
    con.close()
    return build.stat().st_size


def ids_of(con, table, file_ids: set[str]) -> list[str]:
    """Return the columns of a table whose values begin with the id of a file."""
    firsts = con.execute(f"SELECT {', '.join(f'any_value({name})' for name in table.column_names)} FROM {table.name}").fetchall()[0]
    return [name for name, first in zip(table.column_names, firsts, strict=True) if isinstance(first, str) and first[:16] in file_ids]


def publish_release(home: Path) -> None:
    """Publish the build of a home as a run does."""
    from flows.pipeline.publishing import publish_release
    from warehouse import store
    from warehouse.home import Home

    con = store.connect(home / "work" / "build.duckdb")
    publish_release(Home(home), con)
    con.close()


def short_commands(home: Path, articles: int) -> list[Goal]:
    """Measure the commands that should come at once."""
    dibao = [sys.executable, "-m", "flows.cli"]
    taken = {
        "dibao --help": [*dibao, "--help"],
        "dibao search": [*dibao, "search", "安全生产 项目", "--home", str(home)],
    }
    least = {name: min((measure(command) for _ in range(AGAIN)), key=lambda run: run.cpu) for name, command in taken.items()}
    return [
        Goal(name, run.cpu, "CPU s", at_most=wanted, note=f"{note}least of {AGAIN}; {run.wall:.2f} s by the clock")
        for (name, run), wanted, note in zip(least.items(), (0.3, 0.5), ("", f"{articles:,} articles; "), strict=True)
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description="Parts that are measured in a process of their own.")
    arguments.add_argument("part", choices=("near-duplicates", "enlarge", "publish"))
    arguments.add_argument("home", type=Path)
    arguments.add_argument("n_bytes", type=float, nargs="?")
    wanted = arguments.parse_args()
    if wanted.part == "near-duplicates":
        print(json.dumps(measured_near_duplicates(wanted.home)))
    elif wanted.part == "enlarge":
        print(enlarge(wanted.home, wanted.n_bytes))
    else:
        publish_release(wanted.home.absolute())


if __name__ == "__main__":
    main()
