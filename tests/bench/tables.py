"""The figures of the benchmark as tables in the terminal; what has not been measured is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

WHOLE = {
    "raw text, MB": ("mb", ",.1f"),
    "pages": ("pages", ",.0f"),
    "articles": ("articles", ",.0f"),
    "CPU seconds": ("cpu_seconds", ",.1f"),
    "seconds by the clock": ("wall_seconds", ",.1f"),
    "MB per CPU second": ("mb_per_cpu_second", ".3f"),
    "articles per CPU second": ("articles_per_cpu_second", ",.1f"),
    "articles per second": ("articles_per_second", ",.1f"),
    "peak memory of all processes, MB": ("peak_mb", ",.0f"),
    "DuckDB, MB": ("duckdb_mb", ",.1f"),
    "Parquet, MB": ("parquet_mb", ",.1f"),
    "whole home, MB": ("home_mb", ",.1f"),
    "quarantined": ("quarantined", ",.0f"),
}


def show(found: dict) -> None:
    """Print what was found."""
    console = Console(width=150)
    for table in all_tables(found):
        console.print(table)


def all_tables(found: dict) -> Iterable[Table]:
    """Yield the tables of what was found."""
    if runs := found["sizes"]:
        yield whole_table(runs)
        yield stages_table(runs)
        yield from single_tables(runs)
    if found.get("imports"):
        yield table("imports, each by itself", ("", "CPU s"), ((name, f"{taken:.2f}") for name, taken in found["imports"].items()))
    if "load" in found:
        yield from load_tables(found["load"])
    if goals := [*found["goals"], *found.get("load", {}).get("goals", ())]:
        yield goals_table(goals)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table, its first column to the left, the others to the right."""
    made = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        made.add_column(column, justify="right" if number else "left")
    for row in rows:
        made.add_row(*row)
    return made


def size_of(run: dict) -> str:
    return f"{run['mb']:.3g} MB" if run["mb"] < 10 else f"{run['mb']:,.0f} MB"


def whole_table(
    runs: Sequence[dict], title: str = "raw files to published warehouse, everything included", names: Sequence[str] | None = None
) -> Table:
    """Return what whole runs took, a column each; with more than one size also what a further MB costs."""
    rows = [(label, *(format(run[name], form) for run in runs)) for label, (name, form) in WHOLE.items()]
    if names is None and len(runs) > 1:
        further = [(b["cpu_seconds"] - a["cpu_seconds"]) / (b["mb"] - a["mb"]) for a, b in zip(runs, runs[1:], strict=False)]
        rows.append(("CPU seconds of a further MB", "", *(f"{cost:.2f}" for cost in further)))
    return table(title, ("", *(names or map(size_of, runs))), rows)


def stages_table(runs: Sequence[dict], title: str = "stages of the whole", names: Sequence[str] | None = None) -> Table:
    """Return CPU seconds and share of each stage, the largest of the last run first."""
    stages = sorted({name for run in runs for name in run["stages"]}, key=lambda name: -runs[-1]["stages"].get(name, 0.0))
    rows = [
        (name, *(f"{taken:,.1f} s {taken / run['cpu_seconds']:6.1%}" for run in runs for taken in [run["stages"].get(name, 0.0)]))
        for name in stages
    ]
    return table(title, ("CPU", *(names or map(size_of, runs))), rows)


def single_tables(runs: Sequence[dict]) -> Iterable[Table]:
    """Yield the stages by themselves, of the runs where they were measured."""
    if alone := [run for run in runs if "by_themselves" in run]:
        rows = [(name, *(f"{run['by_themselves'].get(name, 0.0):,.2f}" for run in alone)) for name in alone[-1]["by_themselves"]]
        rows.append(("all but the rules alone", *(f"{sum(alone_seconds(run)):,.2f}" for run in alone)))
        rows.append(("MB per CPU second", *(f"{run['mb'] / sum(alone_seconds(run)):.3f}" for run in alone)))
        yield table("stages one by one in one process, without Prefect: CPU seconds", ("", *map(size_of, alone)), rows)


def alone_seconds(run: dict) -> list[float]:
    """Return the seconds of the stages that a run has too."""
    return [taken for name, taken in run["by_themselves"].items() if "without" not in name]


def load_tables(load: dict) -> Iterable[Table]:
    """Yield the tables of a long run."""
    if made := load.get("made"):
        sizes = ", ".join(f"{name} {size:,}" for name, size in made["bytes_of_a_page"].items())
        yield table(
            f"{made['pages']:,} pages, {made['n_bytes'] / 1e6:,.0f} MB, made in {made['cpu_seconds']:.0f} CPU s; bytes of a page: {sizes}",
            (),
            (),
        )
    if not (steps := load["steps"]):
        return
    names, runs = list(steps), list(steps.values())
    yield whole_table(runs, "the runs one after another", names)
    yield stages_table(runs, "their stages", names)
    held = [("Prefect's database, MB", *(f"{run['before']['prefect_mb']:.1f} to {run['after']['prefect_mb']:.1f}" for run in runs))]
    for folder in sorted({folder for run in runs for folder in run["after"]["files"]}):
        held.append(
            (
                f"{folder}: files, MB",
                *(f"{run['after']['files'].get(folder, 0):,}, {run['after']['mb'].get(folder, 0):,.1f}" for run in runs),
            )
        )
    yield table("what the home holds after each", ("", *names), held)
    first = runs[0]
    tenths = [
        (f"{10 * at}-{10 * at + 10} %", *(f"{tenth.get(name, 0):,.0f}" for name in ("mb", "main", "workers")))
        for at, tenth in enumerate(first["memory"])
    ]
    yield table(
        f"memory over the {first['wall_seconds']:,.0f} s of the first run: most in each tenth, MB", ("", "all", "main", "workers"), tenths
    )


def goals_table(goals: Sequence[dict]) -> Table:
    """Return the goals: measured, wanted, met or not."""
    made = Table(title="goals", title_justify="left", title_style="bold")
    for column in ("goal", "measured", "wanted", "met", "how"):
        made.add_column(column, overflow="fold")
    for goal in goals:
        wanted = f"at least {goal['at_least']:,g}" if goal["at_least"] is not None else f"at most {goal['at_most']:,.4g}"
        made.add_row(goal["name"], f"{goal['measured']:,.2f} {goal['unit']}", wanted, "yes" if goal["is_met"] else "NO", goal["note"])
    return made
