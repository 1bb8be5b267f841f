"""What a plan makes of files that cannot be fetched: they are tried again, what was read of them earlier stays, a lost source ends the run."""

from __future__ import annotations

import pytest

from flows.pipeline import planning, request
from flows.pipeline.processing import BatchFile, read_portions
from flows.pipeline.request import Request
from tests.lost_store import lose_after
from tests.pipeline.runs import RUN
from warehouse import schema, store
from warehouse.home import Home
from warehouse.sources import SourceLostError


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"渡口通航\n\n清浦渡口第{number}班渡船昨日开航。\n", "utf-8")
    return folder


def planned(con, pages, answers: int) -> planning.Plan:
    """Plan a run over a store that is lost after so many answers, and keep what the plan says of paths and files."""
    lose_after(answers)
    plan = planning.plan_run(con, Request(Home(pages.parent / "home"), f"lost://{pages}"), RUN)
    store.replace_rows(con, schema.TABLES["file_paths"], [found.row(RUN) for found in plan.paths])
    lose_after(100)
    for batch in plan.batches:
        store.replace_rows(con, schema.TABLES["raw_files"], next(read_portions(batch))[0]["raw_files"])
    return plan


def names(plan: planning.Plan) -> list[str]:
    return [file.path for batch in plan.batches for file in batch.files]


def test_a_file_that_could_not_be_read_is_tried_again(con, pages):
    first = planned(con, pages, answers=3)
    assert names(first) == ["0.txt", "1.txt", "2.txt"]
    assert [row["reason"] for row in first.unreadable] == ["cannot be read"] * 2
    assert planned(con, pages, answers=0).is_empty, "what is known to be unreadable is no news"
    assert names(planned(con, pages, answers=100)) == ["3.txt", "4.txt"]
    assert planned(con, pages, answers=100).is_empty


def test_what_was_read_earlier_stays_while_its_file_is_out_of_reach(con, pages):
    planned(con, pages, answers=100)
    (pages / "0.txt").write_text("渡口停航\n\n清浦渡口今日因大雾停航。\n", "utf-8")
    lost = planned(con, pages, answers=0)
    assert [row["path"] for row in lost.unreadable] == ["0.txt"] and lost.superseded == ()
    found = planned(con, pages, answers=100)
    assert names(found) == ["0.txt"] and len(found.superseded) == 1


def test_a_source_that_is_lost_ends_the_run(con, pages):
    with pytest.raises(SourceLostError, match="2.txt: 3 files in a row cannot be read"):
        planned(con, pages, answers=0)


def test_tiny_files_are_cut_into_batches_too():
    tiny = ((BatchFile(f"/{number}.txt", f"{number:016x}", "/", f"{number}.txt"), 100) for number in range(10_000))
    sizes = [len(batch.files) for batch in planning.cut_batches(tiny, request.BATCH_BYTES, RUN, "code")]
    assert sum(sizes) == 10_000 and max(sizes) <= request.BATCH_BYTES / planning.LEAST_BYTES
