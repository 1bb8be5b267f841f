"""The process stage on generated pages with each runner that is installed: wall and CPU seconds, MB per second, start of the workers.

python -m tests.bench.runners --mb 8 --workers 2
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from flows.pipeline import planning, survey
from flows.pipeline.processing import process_folder
from flows.pipeline.request import Request, Run
from flows.pipeline.runners import RUNNERS, RunnerError, opened_runner
from flows.shared.versions import code_version
from tests.bench.measure import CommandFailed, measure
from transforms.rows import file_id_of
from warehouse.home import Home
from warehouse.sources import find_raw_files


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--mb", type=float, default=8)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--batch-mb", type=float, default=1)
    arguments.add_argument("--runner", choices=RUNNERS, help="only this one, in this process")
    arguments.add_argument("--pages", type=Path, help="pages that are made already")
    wanted = arguments.parse_args()
    if wanted.runner:
        print(json.dumps(process_all(wanted)))
        return
    with tempfile.TemporaryDirectory() as pages:
        make = [sys.executable, "-m", "tests.bench.make_pages", "--mb", str(wanted.mb), "--seed", "1", pages]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        for kind in RUNNERS:  # a process each, so that the CPU seconds of workers that ended are its own
            command = [
                sys.executable,
                "-m",
                "tests.bench.runners",
                "--runner",
                kind,
                "--pages",
                pages,
                "--workers",
                str(wanted.workers),
                "--batch-mb",
                str(wanted.batch_mb),
            ]
            try:
                done = measure(command)
            except CommandFailed as error:
                print(f"{kind:10} {str(error).strip().splitlines()[-1]}")
                continue
            found = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{kind:10} {found['n_batches']} batches, {found['mb']:.1f} MB: start {found['start']:.1f} s, process {found['wall']:.1f} s wall, "
                f"{found['mb'] / found['wall']:.2f} MB/s, {done.cpu:.1f} CPU s and {done.peak_mb:,.0f} MB at most in all processes"
            )


def process_all(wanted: argparse.Namespace) -> dict[str, float]:
    """Process the pages once and return the figures."""
    run = Run("run", datetime(2025, 1, 1))
    asked = Request(Home(Path(wanted.pages)), str(wanted.pages))
    found = [survey.found_path(raw, file_id_of(raw.read()), asked, None) for raw in find_raw_files(str(wanted.pages))]
    files = [(planning.batch_file(path, str(path.file_id), path.path, ""), Path(path.path).stat().st_size) for path in found]
    with tempfile.TemporaryDirectory() as staging:
        folders = []
        for batch in planning.cut_batches(files, int(wanted.batch_mb * 1e6), run, code_version()):
            batch.write(Path(staging, batch.batch_id))
            folders.append(str(Path(staging, batch.batch_id)))
        began = time.perf_counter()
        try:
            with opened_runner(wanted.runner, wanted.workers) as runner, ThreadPoolExecutor(64) as waiting:
                opened = time.perf_counter()
                list(waiting.map(lambda folder: runner(process_folder, folder), folders))
                ended = time.perf_counter()
        except RunnerError as error:
            raise SystemExit(str(error)) from error
    return {"n_batches": len(folders), "mb": sum(size for _, size in files) / 1e6, "start": opened - began, "wall": ended - opened}


if __name__ == "__main__":
    main()
