"""Batches are loaded some in each transaction: whole, in place of what their files gave before, or not at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from flows.pipeline import loading, planning
from flows.pipeline.batches import Batch, BatchFile, Outcome
from flows.pipeline.request import Run
from tests.rows import CHECKED_AT, RUN_ID, file_id_of, pages, stage
from warehouse import store
from warehouse.home import Home


def prepared(home: Home, *numbers: int) -> tuple[planning.Plan, list[str]]:
    """Return the plan of batches of one page each and their folders, audited."""
    batches = []
    for number in numbers:
        batch = Batch(f"batch{number}", RUN_ID, CHECKED_AT.isoformat(), (BatchFile("", file_id_of(number), "/pages", f"{number}.txt"),))
        folder = home.staging / batch.batch_id
        stage(pages(number), folder / "audited")
        Outcome(batch.batch_id, (file_id_of(number),), {}, (), (), (), {}).write(folder)
        batches.append(batch)
    return planning.Plan(len(numbers), tuple(batches)), [str(home.staging / batch.batch_id) for batch in batches]


def held(con) -> list[str]:
    return [file_id for (file_id,) in con.execute("SELECT file_id FROM blocks GROUP BY ALL ORDER BY min(rowid)").fetchall()]


def load(con, plan: planning.Plan, folders: list[str]) -> None:
    loading.load_batches(con, plan, folders, Run(RUN_ID, CHECKED_AT))


@pytest.mark.parametrize(("spoilt", "kept"), [(2, 0), (3, 2)])
def test_a_batch_that_cannot_be_loaded_takes_those_of_its_transaction_along(tmp_path: Path, monkeypatch, spoilt: int, kept: int) -> None:
    monkeypatch.setattr(loading, "BATCHES_AT_A_TIME", 2)
    home = Home(tmp_path)
    plan, folders = prepared(home, 1, 2, 3)
    Path(folders[spoilt - 1], "audited", "terms.parquet").write_bytes(b"spoilt")
    with store.opened_build(home, loading.restore) as con:
        with pytest.raises(duckdb.Error):
            load(con, plan, folders)
        assert held(con) == [file_id_of(number) for number in range(1, kept + 1)]
    assert store.commit_of(home.build) is None  # in doubt: the next run makes it anew


def test_a_batch_read_again_replaces_what_it_gave(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with store.opened_build(home, loading.restore) as con:
        load(con, *prepared(home, 1, 2, 3))
        n_blocks = store.column(con, "SELECT count(*) FROM blocks")
        load(con, *prepared(home, 2))
        assert store.column(con, "SELECT count(*) FROM blocks") == n_blocks
        assert held(con) == [file_id_of(1), file_id_of(3), file_id_of(2)]
