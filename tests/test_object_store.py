"""An object store is a source like a folder: asked of a real server that speaks S3, over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime

import pytest

from flows import stages
from flows.process import process_batch
from tests.test_serve import free_ports
from warehouse import sample, store
from warehouse.ddl import create_tables
from warehouse.home import Home
from warehouse.sources import SourceError, discover

pytest.importorskip("s3fs", reason="the package s3fs is not installed")
pytest.importorskip("moto.server", reason="the package moto[server] is not installed")


@pytest.fixture(scope="module")
def papers():
    """The address of a bucket with the sample's pages, in a server of its own."""
    import s3fs

    (port,) = free_ports(1)
    kept = dict(os.environ)
    os.environ |= {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any",
                   "AWS_DEFAULT_REGION": "us-east-1"}
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.2)
        files = s3fs.S3FileSystem()
        files.mkdir("papers")
        files.put(str(sample.path()) + "/", "papers/yundu/", recursive=True)
        yield files, "s3://papers/yundu"
    finally:
        server.terminate()
        server.wait()
        os.environ.clear()
        os.environ.update(kept)


def test_a_bucket_gives_what_the_folder_gives(papers):
    _, url = papers
    local = {raw.path: raw.read() for raw in discover(str(sample.path()))}
    assert {raw.path: raw.read() for raw in discover(url)} == local
    assert [raw.path for raw in discover(f"{url}/*/2025-03-04/*.txt")] == [path for path in sorted(local) if "2025-03-04" in path]
    with pytest.raises(SourceError):
        list(discover("s3://papers/nothing-here"))


def test_an_object_is_read_again_only_when_it_changed(papers):
    files, url = papers
    before = {raw.path: raw.fingerprint for raw in discover(url)}
    assert before == {raw.path: raw.fingerprint for raw in discover(url)}
    path = sorted(before)[0]
    files.pipe(f"papers/yundu/{path}", files.cat(f"papers/yundu/{path}") + "云渡区\n".encode())
    files.invalidate_cache()
    assert [changed for changed, fingerprint in ((raw.path, raw.fingerprint) for raw in discover(url)) if before[changed] != fingerprint] == [path]


def test_the_rows_are_those_of_the_folder(papers, tmp_path):
    _, url = papers
    run = stages.Run("run", datetime(2025, 3, 8))
    made = []
    for name, source in (("local", str(sample.path())), ("remote", url)):
        home = Home(tmp_path / name)
        home.work.mkdir(parents=True)
        con = store.connect(home.build)
        create_tables(con)
        asked = stages.Request(home, source, sample.PATTERN, only_paper="云渡日报")
        asked = replace(asked, since=datetime(2025, 3, 6).date(), until=datetime(2025, 3, 6).date())
        plan = stages.plan_run(con, asked, run)
        con.close()
        (folder,) = stages.prepare_folders(home, plan)
        process_batch(folder)
        made.append({path.name: path.read_bytes() for path in (home.staging / plan.batches[0].batch_id / "audited").iterdir()
                     if path.name != "raw_files.parquet"})
    assert made[0] == made[1] and len(made[0]) > 10
