"""How fast it could be at all: the physical limits, on the same bytes and in the same run as what they are compared with.

    python -m tests.bench.limits PAGES HOME

Each does one thing that the job cannot do without, and nothing else, once over all pages; the tables written and loaded are those of
the home.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.measure import measure
from tests.bench.stages import files_below

PATTERN = re.compile(r"\d+(?:\.\d+)?(?:万|亿)?[年月日时元米亩个名户]|[一二三四五六七八九十]+[年月日]|[\u4e00-\u9fff]{2,4}(?:局|镇|街道|公司)|[“”。！？]")
"""Like what finders look for: numbers with units, dates, names by their ends, marks."""


def limits(pages: Path, home: Path) -> dict[str, float]:
    """Return MB of raw text per CPU second for each limit, measured in a process of its own."""
    return json.loads(measure([sys.executable, "-m", "tests.bench.limits", pages, home]).stdout)


def measured_limits(pages: Path, home: Path) -> dict[str, float]:
    """Measure the limits in this process. Decoders and segmenter have loaded what they need before."""
    import duckdb
    import rjieba

    from transforms.decoding import UndecodableError, decode

    names = [path for path, _ in files_below(pages)]
    raw = [Path(name).read_bytes() for name in names]
    mb = sum(map(len, raw)) / 1e6

    def decoded(data: bytes) -> str:
        try:
            return decode(data).text
        except UndecodableError:
            return ""

    rjieba.tag("云渡区")
    decoded("云渡区".encode("gb18030"))
    texts = [decoded(data).encode("utf-8", "replace").decode() for data in raw]
    with tempfile.TemporaryDirectory() as scratch:
        tables = read_lake(home)
        return {
            "read the files": mb / seconds(lambda: [Path(name).read_bytes() for name in names]),
            "decode only, as Python does UTF-8": mb / seconds(lambda: [data.decode("utf-8", "replace") for data in raw]),
            "decode only, as Dibao does": mb / seconds(lambda: [decoded(data) for data in raw]),
            "regex scan only": mb / seconds(lambda: [sum(1 for _ in PATTERN.finditer(text)) for text in texts]),
            "segmenter (rjieba) only": mb / seconds(lambda: [rjieba.tag(text) for text in texts]),
            "Parquet write only": mb / seconds(lambda: write_tables(tables, Path(scratch))),
            "DuckDB load only": mb / seconds(lambda: load_tables(duckdb, home, Path(scratch))),
        }


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds that a piece of work takes in this process, threads included."""
    began = time.process_time()
    work()
    return max(time.process_time() - began, 1e-6)


def read_lake(home: Path) -> list[tuple[str, object]]:
    """Return the tables of a home's lake by name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = [(folder.name, sorted(folder.glob("*.parquet"))) for folder in sorted((home / "lake").iterdir()) if folder.is_dir()]
    return [(name, pa.concat_tables([pq.read_table(path) for path in paths], promote_options="default")) for name, paths in found if paths]


def write_tables(tables, folder: Path) -> None:
    """Write tables to Parquet as the lake does."""
    from warehouse.arrow import write_parquet

    for name, table in tables:
        write_parquet(table, folder / f"{name}.parquet")


def load_tables(duckdb, home: Path, folder: Path) -> None:
    """Load a home's lake into an empty DuckDB file."""
    from warehouse.ddl import create_tables
    from warehouse.lake import read_manifest
    from warehouse.store import load_lake

    with duckdb.connect(str(folder / "limit.duckdb")) as con:
        create_tables(con)
        load_lake(con, home / "lake", read_manifest(home / "lake" / "manifest.json"))
        con.execute("CHECKPOINT")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("pages", type=Path)
    arguments.add_argument("home", type=Path)
    wanted = arguments.parse_args()
    print(json.dumps(measured_limits(wanted.pages, wanted.home)))


if __name__ == "__main__":
    main()
