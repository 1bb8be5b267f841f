"""What a source's declaration says of its encoding reaches every file of it, and a change of it makes just these be read again."""

from __future__ import annotations

import pytest

from flows.pipeline import planning
from flows.pipeline.processing import Batch
from flows.pipeline.request import Request
from flows.shared.sources import DeclarationError, declared_sources
from tests.pipeline.runs import RUN, load_plan
from transforms.decoding import expected
from warehouse.home import Home

SHORT = "渡口恢复"


@pytest.fixture
def known(con, tmp_path):
    """A warehouse that knows a file of few characters in GBK and one that is plainly UTF-8, and what was asked."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "short.txt").write_bytes(SHORT.encode("gbk"))
    (pages / "plain.txt").write_bytes("云渡区清浦渡口恢复通航，首日运送乘客1200人次。\n".encode())
    home = Home(tmp_path / "home")
    home.path.mkdir()
    asked = Request(home, str(pages))
    load_plan(con, planning.plan_run(con, asked, RUN))
    return con, asked


def read_as(con) -> dict[str, tuple[str, str | None]]:
    """Return encoding and doubt of each file."""
    return {path: (encoding, reason) for path, encoding, reason in con.execute("SELECT path, encoding, reason FROM raw_files").fetchall()}


def test_a_hint_makes_the_files_be_read_again_once_and_settles_what_was_open(known):
    con, asked = known
    assert "only 4 characters" in read_as(con)["short.txt"][1]
    hinted = Request(asked.home, asked.source, encodings=expected(["gbk"]))
    assert load_plan(con, planning.plan_run(con, hinted, RUN)) == ["plain.txt", "short.txt"]
    assert read_as(con)["short.txt"] == ("gb18030", None)
    assert "declared as gb18030, which does not fit: the bytes say utf-8" in read_as(con)["plain.txt"][1]
    assert planning.plan_run(con, hinted, RUN).is_empty
    same = Request(asked.home, asked.source, encodings=expected(["GB2312"]))
    assert planning.plan_run(con, same, RUN).is_empty, "another name of the same encoding changes nothing"
    both = Request(asked.home, asked.source, encodings=expected(["gbk", "utf-8"]))
    assert load_plan(con, planning.plan_run(con, both, RUN)) == ["plain.txt", "short.txt"]
    assert read_as(con) == {"plain.txt": ("utf-8", None), "short.txt": ("gb18030", None)}
    assert load_plan(con, planning.plan_run(con, asked, RUN)) == ["plain.txt", "short.txt"]
    assert "only 4 characters" in read_as(con)["short.txt"][1]


def test_a_hint_goes_with_the_batch_to_other_machines(known, tmp_path):
    con, asked = known
    plan = planning.plan_run(con, Request(asked.home, asked.source, encodings=("gb18030",)), RUN)
    (batch,) = plan.batches
    batch.write(tmp_path / "batch")
    assert Batch.read(tmp_path / "batch") == batch and batch.files[0].encodings == ("gb18030",)
    other = planning.plan_run(con, Request(asked.home, asked.source, encodings=("big5", "big5hkscs")), RUN)
    assert other.batches[0].batch_id != batch.batch_id, "what an earlier run left under another hint is not taken for this"


@pytest.mark.parametrize(("said", "hints"), [('"gb18030"', ("gb18030",)), ('["big5", "utf-8"]', ("big5", "utf-8"))])
def test_a_declaration_names_one_encoding_or_several(tmp_path, said, hints):
    home = Home(tmp_path)
    home.sources.write_text(f'[yundu]\nlocation = "pages"\nencoding = {said}\n', "utf-8")
    assert declared_sources(home)["yundu"].encoding == hints


@pytest.mark.parametrize(
    ("said", "words"),
    [('"gb19030"', "unknown encoding 'gb19030'; expected some of"), ("[5]", "unknown encoding '5'"), ("5", "encoding is 5")],
)
def test_a_declaration_that_names_none_says_where(tmp_path, said, words):
    home = Home(tmp_path)
    home.sources.write_text(f'[yundu]\nlocation = "pages"\nencoding = {said}\n', "utf-8")
    with pytest.raises(DeclarationError, match=r"sources\.toml, \[yundu\]") as caught:
        declared_sources(home)
    assert words in str(caught.value)
