"""What an audit costs: the fixed part, and per million rows. Run as ``python -m tests.bench.expectations [PAGES]``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import process_time

import pyarrow.parquet as pq

from tests.rows import CHECKED_AT, RUN_ID, file_id_of, pages, stage


def measure(n_pages: int) -> None:
    """Print the CPU time of one audit of so many pages."""
    from expectations.audit import audit

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paths = stage(pages(*range(1, n_pages + 1)), home / "staged")
        files = {file_id_of(number): f"yundu/{number}.txt" for number in range(1, n_pages + 1)}
        n_rows = sum(pq.read_metadata(path).num_rows for path in paths.values())
        started = process_time()
        found = audit(paths, home / "good", run_id=RUN_ID, checked_at=CHECKED_AT, files=files)
        seconds = process_time() - started
        assert not found.blocked, found.blocked
        print(f"{n_rows:>9,} rows, {len(found.validations)} rules: {seconds:.2f} s CPU, {1e6 * seconds / n_rows:.1f} s per million rows")


def main() -> None:
    started = process_time()
    import expectations.audit  # noqa: F401 what is measured

    print(f"import: {process_time() - started:.2f} s CPU")
    measure(1)
    measure(1)
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)


if __name__ == "__main__":
    main()
