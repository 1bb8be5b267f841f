"""The benchmark: how fast the whole job is, what its stages cost, and whether goals of speed are met.

    python -m tests.bench                                         1 MB: the whole, its stages
    python -m tests.bench --mb 1 10 100 --json FILE               is the cost per MB flat, is memory bounded
    python -m tests.bench --mb 10 --goals --json FILE             each goal of speed by itself: a no-op run, an increment, two cores, ...
    python -m tests.bench --pages 100000 --json FILE              a long run: memory, files, Prefect's database over time; then 1 % more

Pages come from a seeded generator (``make_pages``). Figures are CPU seconds, of all processes, unless they say otherwise; they go to the
JSON file after every step, so a run that is stopped loses nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import goals, load, tables
from tests.bench.make_pages import low_and_high, make_files, write_files
from tests.bench.measure import CommandFailed
from tests.bench.stages import by_themselves, imports, whole

ALONE_TO = 20
"""Sizes in MB up to which single stages are measured too: they tell no more on larger ones."""
BEGAN = time.monotonic()


class Record:
    """The figures so far, kept in a JSON file as they come."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.found: dict = {"machine": machine(), "sizes": [], "goals": []}

    def keep(self) -> None:
        """Write what there is, in one step."""
        if self.path:
            partial = self.path.with_name(f".{self.path.name}.tmp")
            partial.write_text(json.dumps(self.found, ensure_ascii=False, indent=1), "utf-8")
            os.replace(partial, self.path)

    def set(self, **figures: object) -> None:
        """Add figures and write."""
        self.found.update(figures)
        self.keep()


def machine() -> dict[str, object]:
    """Return what the figures depend on besides the code."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    return {
        "began_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "processor": platform.machine(),
        "load_average": os.getloadavg()[0],
    }


def tell(text: str) -> None:
    """Say how far it is."""
    print(f"[{time.monotonic() - BEGAN:6.0f} s] {text}", file=sys.stderr, flush=True)


def sizes(wanted: argparse.Namespace, scratch: Path, record: Record) -> tuple[Path, Path, dict]:
    """Run the whole job on each size, and on small ones its stages; return pages, home and figures of the last."""
    record.set(imports=imports())
    for mb in wanted.mb:
        for left in ("pages", "home"):
            shutil.rmtree(scratch / left, ignore_errors=True)
        pages, home = scratch / "pages", scratch / "home"
        write_files(pages, make_files(wanted.seed, wanted.articles), mb * 1e6)
        tell(f"{mb:g} MB: the whole")
        found = whole(pages, home, wanted.workers)
        record.found["sizes"].append(found)
        record.keep()
        if mb <= ALONE_TO:
            tell(f"{mb:g} MB: the stages one by one")
            found["by_themselves"] = by_themselves(pages, scratch / "alone")
            shutil.rmtree(scratch / "alone")
            record.keep()
    return pages, home, found


def all_goals(wanted: argparse.Namespace, scratch: Path, pages: Path, home: Path, run: dict, record: Record) -> None:
    """Measure each goal by itself; one that cannot be measured is told of, and the others go on."""

    def two_workers() -> list[goals.Goal]:
        runs, found = goals.two_workers(pages, scratch)
        record.set(workers=runs)
        return found

    def increment() -> list[goals.Goal]:
        later, found = goals.increment(pages, home, run, wanted.workers, wanted.seed)
        record.set(increment=later)
        return found

    parts: dict[str, Callable[[], list[goals.Goal]]] = {
        "the run": lambda: goals.goals_of_run(run),
        "short commands": lambda: goals.short_commands(home, run["articles"]),
        "near-duplicates": lambda: [goals.near_duplicates(home)],
        "publish": lambda: [goals.publishing(home, scratch, wanted.publish_gb * 1e9)],
        "two cores": two_workers,
        "increment": increment,
        "no-op run": lambda: [goals.no_op(scratch, wanted.known, wanted.workers)],
    }
    for name, part in parts.items():
        tell(f"goals: {name}")
        try:
            found = part()
        except Exception as error:  # noqa: BLE001 what has been measured must not be lost for what cannot be
            tell(f"goals: {name}: {error}")
            record.found.setdefault("failed", {})[name] = str(error)
            found = []
        record.found["goals"] += [goal.figures() for goal in found]
        record.keep()
        for goal in found:
            tell(f"{goal.name}: {goal.measured:.2f} {goal.unit}")


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    arguments = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--mb", type=float, nargs="+", default=[1], help="megabytes of raw text, one or several sizes (default: 1)")
    arguments.add_argument("--goals", action="store_true", help="measure each goal by itself, on the last size")
    arguments.add_argument("--known", type=int, default=100_000, help="files of the no-op run (default: 100000)")
    arguments.add_argument("--publish-gb", type=float, default=1, help="size of the warehouse that is published (default: 1)")
    arguments.add_argument("--pages", type=int, help="a long run on so many small pages instead")
    arguments.add_argument("--articles", type=low_and_high, metavar="LOW-HIGH", help="articles of a page (default: 5-10; with --pages 1-5)")
    arguments.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument(
        "--folder", type=Path, help="where it works; kept, and what is there of a long run is gone on with (default: temporary)"
    )
    arguments.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return arguments


def main() -> int:
    wanted = parser().parse_args()
    wanted.articles = wanted.articles or (load.SMALL if wanted.pages else (5, 10))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    record = Record(wanted.json)
    scratch = wanted.folder or Path(tempfile.mkdtemp(prefix="dibao-bench-"))
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        if wanted.pages:
            load.load(scratch, wanted.pages, wanted.articles, wanted.seed, wanted.workers, lambda found: record.set(load=found), tell)
        else:
            pages, home, run = sizes(wanted, scratch, record)
            if wanted.goals:
                all_goals(wanted, scratch, pages, home, run, record)
    except CommandFailed as error:
        tell(str(error))
        record.set(failed={"the whole": str(error)})
        return 1
    except KeyboardInterrupt:
        record.set(stopped="before it was through; what was measured stands")
    finally:
        if not wanted.folder:
            shutil.rmtree(scratch, ignore_errors=True)
        tables.show(record.found)
    return 130 if "stopped" in record.found else 0


if __name__ == "__main__":
    sys.exit(main())
