"""A long run on many pages: throughput, memory over time, files, Prefect's database; then nothing new, then 1 % new pages, then nothing new.

``python -m tests.bench --pages 100000`` calls this.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from tests.bench.goals import LATER, Goal, goals_of_run, increment_goal, no_op_goal
from tests.bench.make_pages import Written, make_files, write_files
from tests.bench.measure import Watcher, measure
from tests.bench.stages import figures_of, files_below, folder_bytes, run_command

SMALL = (1, 5)
"""Articles of a page: pages of 2.5 kB."""
TOLD_EVERY = 15
"""Seconds between two lines of progress."""

Keep = Callable[[dict], None]
Tell = Callable[[str], None]


def load(folder: Path, n_pages: int, articles: tuple[int, int], seed: int, workers: int, keep: Keep, tell: Tell) -> dict:
    """Make the pages and run them four times, and return the figures; ``keep`` gets what there is of them after every step.

    A folder where this was done before goes on: pages that are made stay, and a run that was stopped continues where it was.
    """
    pages, home = folder / "pages", folder / "home"
    found: dict = {"pages": n_pages, "articles": list(articles), "seed": seed, "workers": workers, "steps": {}}
    found["made"] = made(folder, pages, n_pages, articles, seed, tell)
    keep(found)

    def step(name: str) -> dict:
        found["steps"][name] = run_step(name, pages, home, workers, lambda partial: keep({**found, "running": partial}), tell)
        keep(found)
        return found["steps"][name]

    full = step("first run")
    nothing = step("nothing new")
    write_files(pages / "later", islice(make_files(seed + 1, articles, LATER), max(1, n_pages // 100)))
    later = step("1 % new pages")
    step("nothing new again")
    found["goals"] = [goal.figures() for goal in goals(full, nothing, later, n_pages)]
    keep(found)
    return found


def goals(full: dict, nothing: dict, later: dict, n_pages: int) -> list[Goal]:
    """Return the goals that the runs answer."""
    found = [
        *goals_of_run(full),
        no_op_goal(nothing["cpu_seconds"], n_pages, f"all different; {nothing['wall_seconds']:.1f} s by the clock"),
        increment_goal(later, full),
    ]
    gb, taken = full["duckdb_mb"] / 1000, full["stages"]["publish"]
    if gb >= 0.5:  # a small one says nothing of a large one
        found.append(Goal("publish a warehouse of 1 GB", taken / gb, "CPU s", at_most=10, note=f"{gb:.2f} GB took {taken:.1f} CPU s"))
    return found


def made(folder: Path, pages: Path, n_pages: int, articles: tuple[int, int], seed: int, tell: Tell) -> dict:
    """Make the pages unless they are there, and return what they are."""
    note, wanted = folder / "made.json", {"pages": n_pages, "articles_of_a_page": list(articles), "seed": seed}
    if note.exists() and (found := json.loads(note.read_text("utf-8"))).items() >= wanted.items():
        tell(f"the {n_pages:,} pages are there")
        return found
    folder.mkdir(parents=True, exist_ok=True)
    last = [time.monotonic()]

    def progress(written: Written) -> None:
        if time.monotonic() - last[0] > TOLD_EVERY:
            last[0] = time.monotonic()
            tell(f"made {written.pages:,} of {n_pages:,} pages, {written.n_bytes / 1e6:.0f} MB")

    began = time.process_time()
    written = write_files(pages, islice(make_files(seed, articles), n_pages), tell=progress)
    found = {
        **wanted,
        "n_articles": written.articles,
        "n_bytes": written.n_bytes,
        "cpu_seconds": time.process_time() - began,
        "bytes_of_a_page": sizes(pages),
    }
    note.write_text(json.dumps(found), "utf-8")
    tell(f"made {asdict(written)}")
    return found


def sizes(pages: Path) -> dict[str, int]:
    """Return how large the pages are: least, quarter, median, three quarters, most."""
    ordered = sorted(size for _, size in files_below(pages))
    parts = {"least": 0, "quarter": 0.25, "median": 0.5, "three quarters": 0.75, "most": 1}
    return {name: ordered[min(len(ordered) - 1, int(part * len(ordered)))] for name, part in parts.items()}


def run_step(name: str, pages: Path, home: Path, workers: int, keep: Keep, tell: Tell) -> dict:
    """Run the command once and return its figures, with what the home holds before and after."""
    before = held(home)
    last = [time.monotonic()]

    def progress(watcher: Watcher) -> None:
        if watcher.samples and time.monotonic() - last[0] > TOLD_EVERY:
            last[0], sample = time.monotonic(), watcher.samples[-1]
            tell(
                f"{name}: {sample['at']:.0f} s, {sum(watcher.cpu.values()):.0f} CPU s, {sample['mb']:.0f} MB of memory, "
                f"{sample['batches']} batches processed, {sample['files']:,} files, Prefect's database {sample['prefect_mb']:.1f} MB"
            )
            keep({"step": name, "cpu_of": dict(watcher.cpu), "samples": watcher.samples})

    run = measure(run_command(pages, home, workers), watch=lambda: watched(home), tell=progress)
    figures = figures_of(run, pages, home)
    figures |= {"before": before, "after": held(home), "memory": memory(figures["samples"])}
    tell(
        f"{name}: {figures['status']}, {figures['cpu_seconds']:.0f} CPU s, {figures['wall_seconds']:.0f} s by the clock, "
        f"at most {figures['peak_mb']:.0f} MB"
    )
    return figures


def watched(home: Path) -> dict[str, float]:
    """Return what is watched over time."""
    return {
        "files": sum(1 for _ in files_below(home)),
        "batches": sum(1 for _ in (home / "work" / "staging").glob("*/done.json")),
        "prefect_mb": prefect_mb(home),
    }


def prefect_mb(home: Path) -> float:
    """Return the size of Prefect's database."""
    return sum(size for path, size in files_below(home / "prefect") if ".db" in Path(path).name) / 1e6


def held(home: Path) -> dict[str, object]:
    """Return files and MB by the folders of a home, and the size of Prefect's database."""
    files, n_bytes = Counter(), Counter()
    for path, size in files_below(home):
        top = Path(path).relative_to(home).parts
        files[top[0] if len(top) > 1 else "."] += 1
        n_bytes[top[0] if len(top) > 1 else "."] += size
    return {
        "files": dict(files),
        "mb": {name: size / 1e6 for name, size in n_bytes.items()},
        "prefect_mb": prefect_mb(home),
        "whole_mb": folder_bytes(home) / 1e6,
    }


def memory(samples: list[dict]) -> list[dict[str, float]]:
    """Return the largest memory in each tenth of the time, in MB: of all processes, the main one, all workers."""
    if not samples:
        return []
    end = samples[-1]["at"] or 1.0
    tenths: list[dict[str, float]] = [{} for _ in range(10)]
    for sample in samples:
        tenth = tenths[min(9, int(10 * sample["at"] / end))]
        for name in ("mb", "main", "workers"):
            tenth[name] = max(tenth.get(name, 0.0), round(sample.get(name, 0.0), 1))
    return tenths
