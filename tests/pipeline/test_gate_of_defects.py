"""A defect of ours that many files meet blocks the publish; one that few meet quarantines those files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from flows.pipeline import checking, loading, planning
from flows.pipeline.processing import DEFECT, Batch, BatchFile, Outcome, quarantined_file
from flows.pipeline.request import Run
from warehouse import store
from warehouse.home import Home


def outcome_of(batch: Batch, n_defects: int) -> Outcome:
    rows = tuple(quarantined_file(file, DEFECT, "NameError: for this test", batch.run_id) for file in batch.files[:n_defects])
    return Outcome(batch.batch_id, tuple(file.file_id for file in batch.files), {}, (), rows, (), {})


def load(home: Home, n_files: int, n_defects: int) -> loading.Loaded:
    """Load a batch of files of which some met a defect."""
    files = tuple(BatchFile(f"/pages/{n}.txt", f"{n:016x}", "/pages", f"{n}.txt") for n in range(n_files))
    run = Run("20250304T000000-abcdef", datetime(2025, 3, 4))
    batch = Batch("a" * 16, run.run_id, run.started_at.isoformat(), files)
    folder = home.staging / batch.batch_id
    (folder / "audited").mkdir(parents=True)
    outcome_of(batch, n_defects).write(folder)
    with store.opened_build(home, loading.restore) as con:
        return loading.load_batches(con, planning.Plan(n_files, (batch,)), [str(folder)], run)


def test_many_defects_block(tmp_path: Path) -> None:
    with pytest.raises(checking.BlockedError, match="20 of 100 files met a defect of Dibao, such as NameError"):
        load(Home(tmp_path), 100, 20)


def test_a_few_are_quarantined(tmp_path: Path) -> None:
    assert load(Home(tmp_path), 100, 3).n_quarantined == 3
