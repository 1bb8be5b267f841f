"""The folders in which batches are processed, and who processes them.

A processed batch has its ``done.json``: a run that dies costs the batches it had in hand, and the same command again goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from flows.pipeline.batches import Outcome
from flows.pipeline.machines import check_machine
from flows.pipeline.planning import Plan
from flows.pipeline.request import Request
from flows.pipeline.runners import Runner, opened_runner
from flows.shared.versions import code_version
from transforms.records import Row
from warehouse.home import Home


def prepare_folders(home: Home, plan: Plan) -> list[str]:
    """Make the folder of each batch, keep those that an earlier run finished, and drop what no batch needs."""
    wanted = {batch.batch_id for batch in plan.batches}
    home.staging.mkdir(parents=True, exist_ok=True)
    for folder in home.staging.iterdir():
        if folder.name not in wanted:
            shutil.rmtree(folder)
    for batch in plan.batches:
        folder = home.staging / batch.batch_id
        if not (folder / "done.json").exists():
            batch.write(folder)
    return [str(home.staging / batch.batch_id) for batch in plan.batches]


def open_runner(request: Request, plan: Plan, folders: Sequence[str]) -> AbstractContextManager[Runner]:
    """Return what processes the batches, with no more workers than batches, each with this code and in sight of home and source."""
    check = partial(check_machine, folders[0], plan.batches[0].files[0].location, code_version()) if folders else None
    return opened_runner(request.runner, max(1, min(len(folders), request.workers)), request.address, check)


def worker_seconds(folders: Sequence[str]) -> dict[str, float]:
    """Return the CPU seconds that the workers took, by what they did."""
    seconds: dict[str, float] = {}
    for folder in folders:
        for name, taken in Outcome.read(Path(folder)).seconds.items():
            seconds[name] = seconds.get(name, 0.0) + taken
    return seconds


def rejected_rows(plan: Plan, folders: Sequence[str]) -> list[Row]:
    """Return the rows of ``quarantine`` that a run gives, whether it is going to be published or not."""
    return [*plan.unreadable, *(row for folder in folders for row in Outcome.read(Path(folder)).quarantine)]


def locations(plan: Plan) -> dict[str, str]:
    """Return where the bytes of the files of a plan are, by file_id."""
    return {path.file_id: path.path for path in plan.paths if path.file_id}
