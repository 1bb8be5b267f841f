"""An object store is a source like a folder: asked of a real server that speaks S3, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from flows.pipeline import planning, staging
from flows.pipeline.processing import process_folder
from flows.pipeline.request import Request, Run
from tests.s3 import MISSING, s3_server
from warehouse import sample, store
from warehouse.ddl import create_tables
from warehouse.home import Home
from warehouse.sources import SourceError, find_raw_files

pytestmark = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))


@pytest.fixture(scope="module")
def papers():
    """The address of a bucket with the sample's pages, in a server of its own."""
    import s3fs

    with s3_server():
        files = s3fs.S3FileSystem()
        files.mkdir("papers")
        files.put(str(sample.path()) + "/", "papers/yundu/", recursive=True)
        yield files, "s3://papers/yundu"


def test_a_bucket_gives_what_the_folder_gives(papers):
    _, url = papers
    local = {raw.path: raw.read() for raw in find_raw_files(str(sample.path()))}
    assert {raw.path: raw.read() for raw in find_raw_files(url)} == local
    assert [raw.path for raw in find_raw_files(f"{url}/*/2025-03-04/*.txt")] == [path for path in sorted(local) if "2025-03-04" in path]
    with pytest.raises(SourceError):
        list(find_raw_files("s3://papers/nothing-here"))


def test_an_object_is_read_again_only_when_it_changed(papers):
    files, url = papers
    before = {raw.path: raw.fingerprint for raw in find_raw_files(url)}
    assert before == {raw.path: raw.fingerprint for raw in find_raw_files(url)}
    path = sorted(before)[0]
    files.pipe(f"papers/yundu/{path}", files.cat(f"papers/yundu/{path}") + "云渡区\n".encode())
    files.invalidate_cache()
    assert [
        changed for changed, fingerprint in ((raw.path, raw.fingerprint) for raw in find_raw_files(url)) if before[changed] != fingerprint
    ] == [path]


def test_the_rows_are_those_of_the_folder(papers, tmp_path):
    _, url = papers
    run = Run("run", datetime(2025, 3, 8))
    made = []
    for name, source in (("local", str(sample.path())), ("remote", url)):
        home = Home(tmp_path / name)
        home.work.mkdir(parents=True)
        con = store.connect(home.build)
        create_tables(con)
        asked = Request(home, source, sample.PATTERN, only_paper="云渡日报")
        asked = replace(asked, since=datetime(2025, 3, 6).date(), until=datetime(2025, 3, 6).date())
        plan = planning.plan_run(con, asked, run)
        con.close()
        (folder,) = staging.prepare_folders(home, plan)
        process_folder(folder)
        made.append(
            {
                path.name: path.read_bytes()
                for path in (home.staging / plan.batches[0].batch_id / "audited").iterdir()
                if path.name != "raw_files.parquet"
            }
        )
    assert made[0] == made[1] and len(made[0]) > 10
