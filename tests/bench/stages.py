"""The whole job on generated pages: CPU seconds and share of each stage, MB of raw text per CPU second.

    python -m tests.bench.stages --mb 20

Everything counts: worker processes, Prefect with its embedded server, Great Expectations, start-up. "the rest" is what no stage
took: imports, Prefect's client and server, worker start.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def folder_bytes(folder: Path) -> int:
    """Return the size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--mb", type=float, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--workers", type=int, default=os.cpu_count())
    arguments.add_argument("--json", action="store_true")
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        pages, home = Path(scratch, "pages"), Path(scratch, "home")
        make = [sys.executable, "-m", "tests.bench.make_pages", "--mb", str(wanted.mb), "--seed", str(wanted.seed), str(pages)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        run = [sys.executable, "-m", "flows.cli", "run", str(pages), "--home", str(home), "--workers", str(wanted.workers), "--json"]
        before = os.times()
        ran = subprocess.run(run, check=True, capture_output=True, text=True)
        after = os.times()
        again = subprocess.run(run, check=True, capture_output=True, text=True)
        last = os.times()
        summary = json.loads(ran.stdout)
        figures = {
            "mb": folder_bytes(pages) / 1e6,
            "cpu_seconds": cpu(before, after),
            "wall_seconds": after.elapsed - before.elapsed,
            "no_op_cpu_seconds": cpu(after, last),
            "no_op_status": json.loads(again.stdout)["status"],
            "articles": summary["counts"]["articles"],
            "stages": summary["seconds"],
            "duckdb_mb": (home / "dibao.duckdb").stat().st_size / 1e6,
            "parquet_mb": folder_bytes(home / "lake") / 1e6,
        }
    if wanted.json:
        print(json.dumps(figures))
    else:
        show(figures)


def cpu(before: os.times_result, after: os.times_result) -> float:
    """Return the CPU seconds that child processes took between two readings."""
    return after.children_user + after.children_system - before.children_user - before.children_system


def show(figures: dict) -> None:
    """Print the figures as a table."""
    total = figures["cpu_seconds"]
    parts = {**figures["stages"], "the rest": total - sum(figures["stages"].values())}
    print(f"{figures['mb']:.1f} MB raw, {figures['articles']:,} articles, {figures['wall_seconds']:.0f} s by the clock")
    for name, seconds in sorted(parts.items(), key=lambda item: -item[1]):
        print(f"{name:18} {seconds:8.1f} CPU s {100 * seconds / total:5.1f} %")
    print(f"{'whole':18} {total:8.1f} CPU s       {figures['mb'] / total:.2f} MB per CPU second")
    print(f"second run: {figures['no_op_status']}, {figures['no_op_cpu_seconds']:.1f} CPU s")
    print(f"DuckDB {figures['duckdb_mb']:.1f} MB, Parquet {figures['parquet_mb']:.1f} MB")


if __name__ == "__main__":
    main()
