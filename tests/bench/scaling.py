"""What many pages would take, from what some took: CPU, bytes, files, and the memory of the single writer, each per page and for all.

    python -m tests.bench --mb 1 10 --json FIGURES
    python -m tests.bench.scaling FIGURES --home HOME --pages 100000000

CPU and bytes are the slope between the least and the largest size in FIGURES, so that what a run costs in any case is apart. Memory is
what the writer's own Python holds at its peak, on a copy of what HOME published; DuckDB keeps to its own limit.
A projection is a straight line: it says where to look first, not what will be.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flows.pipeline import corpus
from flows.pipeline.planning import plan_run
from flows.pipeline.request import BATCH_BYTES, Request, Run
from tests.bench.stages import IN_WORKERS
from warehouse import schema, store
from warehouse.home import Home
from warehouse.lake import read_manifest

WRITER = ("load", "complete", "check", "commit", "publish", "report")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("figures", type=Path, help="what `python -m tests.bench --mb 1 10 --json` wrote")
    arguments.add_argument("--home", type=Path, required=True, help="a home with some thousand pages")
    arguments.add_argument("--pages", type=int, default=100_000_000)
    wanted = arguments.parse_args()
    sizes = sorted(json.loads(wanted.figures.read_text("utf-8"))["sizes"], key=lambda size: size["pages"])
    for name, per_page, unit in (*slopes(sizes[0], sizes[-1]), *lake(wanted.home, sizes[-1]), *memory(wanted.home)):
        print(f"{name:52} {per_page:12.6f} {unit:6} a page {per_page * wanted.pages:20,.0f} {unit} in all")


def slopes(least: dict, most: dict) -> list[tuple[str, float, str]]:
    """Return CPU seconds and bytes per page between two sizes."""
    pages = most["pages"] - least["pages"]

    def of(*stages: str) -> float:
        return sum(most["stages"][name] - least["stages"][name] for name in stages) / pages

    return [
        ("CPU of the workers", of(*IN_WORKERS), "s"),
        ("CPU of the single writer", of(*WRITER), "s"),
        *((f"  of it: {name}", of(name), "s") for name in WRITER),
        ("raw text", (most["mb"] - least["mb"]) / pages, "MB"),
        ("Parquet", (most["parquet_mb"] - least["parquet_mb"]) / pages, "MB"),
        ("DuckDB", (most["duckdb_mb"] - least["duckdb_mb"]) / pages, "MB"),
    ]


def lake(home: Path, most: dict) -> list[tuple[str, float, str]]:
    """Return files of the lake and bytes of its manifest per page, for batches of full size."""
    manifest = Home(home).manifest
    files = read_manifest(manifest).files
    per_page = len(schema.of_layer("page")) * most["mb"] * 1e6 / BATCH_BYTES / most["pages"]
    return [("Parquet files", per_page, "files"), ("manifest", per_page * manifest.stat().st_size / len(files) / 1e6, "MB")]


def memory(path: Path) -> list[tuple[str, float, str]]:
    """Return the peak of the writer's Python memory per page, by what it does: what the second half of the pages adds, all taken as new."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "build.duckdb")
        shutil.copyfile(Home(path).published, copy)
        con = store.connect(copy)
        file_ids = [file_id for (file_id,) in con.execute("SELECT file_id FROM raw_files ORDER BY file_id").fetchall()]
        half = file_ids[: len(file_ids) // 2]
        con.execute("UPDATE articles SET cluster_id = NULL")
        con.execute(corpus.TOUCHED)
        corpus.note_changed(con)
        request = Request(Home(Path(scratch)), one_page(scratch))
        parts: dict[str, Callable[[], object]] = {
            "plan": lambda: plan_run(con, request, Run("run", datetime(2025, 1, 1))),
            "near-duplicates": lambda: corpus.update_near_duplicates(con),
            "people told apart": lambda: corpus.disambiguate_people(con),
            "stories": lambda: corpus.update_stories(con),
        }
        parts["plan"]()  # what it reads once is no part of what a page takes
        con.execute("DELETE FROM near_duplicates")
        whole = {name: peak(work) for name, work in parts.items()}
        store.delete_files(con, half, keep_raw_files=False)
        con.execute("DELETE FROM file_paths WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [half])
        con.execute("DELETE FROM near_duplicates")
        less = {name: peak(work) for name, work in parts.items()}
        con.close()
        return [(f"memory: {name}", (whole[name] - less[name]) / 1e6 / len(half), "MB") for name in parts]


def one_page(folder: str) -> str:
    """Write a page and return its path."""
    page = Path(folder, "page.txt")
    page.write_text("云渡区召开会议\n\n本报讯 3月4日，云渡区召开会议。\n", "utf-8")
    return str(page)


def peak(work: Callable[[], object]) -> int:
    """Return the bytes that Python held at most while the work was done."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    main()
