"""A changed file of corrections makes the pages that it names be read again, and only these."""

from __future__ import annotations

import json

import pytest

from flows.pipeline import planning
from flows.pipeline.processing import read_portions
from flows.pipeline.request import Request
from tests.pipeline.runs import RUN, load_plan
from transforms.pages.corrections import CorrectionError
from warehouse.home import Home

TEXT = "老渡口恢复通航\n\n本报讯（周明远） 11月28日，云渡区老渡口恢复通航，两岸居民前来观看。\n\n渡船每天往返二十班，票价两元，老人和学生免费。\n"


@pytest.fixture
def known(con, tmp_path):
    """A warehouse that knows two files, and what was asked of it."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "1.txt").write_text(TEXT, "utf-8")
    (pages / "2.txt").write_text(TEXT.replace("渡口", "码头"), "utf-8")
    home = Home(tmp_path / "home")
    home.path.mkdir()
    asked = Request(home, str(pages))
    load_plan(con, planning.plan_run(con, asked, RUN))
    return con, asked


def correct(home: Home, file_id: str, **decision: object) -> None:
    """Add a line to the home's file of corrections."""
    line = {"file_id": file_id, "by": "周明远", **decision}
    with home.corrections.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")


def test_only_the_pages_that_are_named_are_read_again(known):
    con, asked = known
    assert planning.plan_run(con, asked, RUN).is_empty
    first, second = (row[0] for row in con.execute("SELECT file_id FROM raw_files ORDER BY path").fetchall())
    correct(asked.home, first, block=3, role="subhead")
    assert load_plan(con, planning.plan_run(con, asked, RUN)) == ["1.txt"]
    assert con.execute("SELECT file_id, kind, block_id FROM edits").fetchall() == [(first, "correct", f"{first}-b0003")]
    assert planning.plan_run(con, asked, RUN).is_empty
    correct(asked.home, second, block=3, begins_article=True)
    assert load_plan(con, planning.plan_run(con, asked, RUN)) == ["2.txt"]
    asked.home.corrections.unlink()
    assert load_plan(con, planning.plan_run(con, asked, RUN)) == ["1.txt", "2.txt"]
    assert con.execute("SELECT count(*) FROM edits").fetchall() == [(0,)]
    assert planning.plan_run(con, asked, RUN).is_empty


def test_batches_with_other_corrections_are_other_batches(known):
    con, asked = known
    file_id = con.execute("SELECT file_id FROM raw_files ORDER BY path").fetchall()[0][0]
    correct(asked.home, file_id, block=3, role="subhead")
    one = planning.plan_run(con, asked, RUN).batches[0].batch_id
    correct(asked.home, file_id, block=2, role="body")
    assert planning.plan_run(con, asked, RUN).batches[0].batch_id != one


def test_a_page_that_its_corrections_do_not_fit_is_quarantined_with_the_reason(known):
    con, asked = known
    file_id = con.execute("SELECT file_id FROM raw_files ORDER BY path").fetchall()[0][0]
    correct(asked.home, file_id, block=30, role="subhead")
    _, quarantine = next(read_portions(planning.plan_run(con, asked, RUN).batches[0]))
    assert [(row["file_id"], row["reason"]) for row in quarantine] == [(file_id, "does not fit its corrections")]
    assert "block 30" in quarantine[0]["detail"] and "page of 3 blocks" in quarantine[0]["detail"]


def test_a_line_that_is_no_correction_stops_the_run_before_anything_is_read(known):
    con, asked = known
    asked.home.corrections.write_text("[]\n", "utf-8")
    with pytest.raises(CorrectionError, match="line 1"):
        planning.plan_run(con, asked, RUN)
