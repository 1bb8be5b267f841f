"""The lake on a store: readers see a whole state or an earlier whole one, only what is new is copied, nothing strange is overwritten."""

from __future__ import annotations

import shutil
import threading
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pyarrow.dataset
import pytest
from fsspec.core import url_to_fs

from tests.home import connect, dibao
from tests.s3 import MISSING, s3_server
from warehouse import schema, store
from warehouse.arrow import to_arrow
from warehouse.home import Home
from warehouse.lake import LakeError, Manifest, add_file, read_manifest
from warehouse.mirror import COMMITS, Mirror, MirrorError, mirror, open_mirror, parquet_paths

NIGHT = datetime(2025, 3, 4)
KINDS = ("memory", "disk", pytest.param("s3", marks=pytest.mark.skipif(MISSING is not None, reason=str(MISSING))))


@pytest.fixture(scope="module")
def bucket():
    import s3fs

    with s3_server():
        s3fs.S3FileSystem().mkdir("lake")
        yield "s3://lake"


@pytest.fixture(params=KINDS)
def url(request, tmp_path):
    """Where a lake may be put: in memory, on a disk, on a server that speaks S3."""
    if request.param == "s3":
        return f"{request.getfixturevalue('bucket')}/{uuid4().hex}"
    return f"memory://{uuid4().hex}/lake" if request.param == "memory" else str(tmp_path / "lake of readers")


def night(home: Home, number: int, *terms: str) -> Manifest:
    """Commit what a run of that night would: what it checked, and the terms of one batch in place of the last ones."""
    rows = to_arrow(schema.TABLES["terms"], [{"article_id": "0123456789abcdef-a01", "term": term, "n": number} for term in terms])
    checked = to_arrow(
        schema.TABLES["validations"],
        [
            {
                "run_id": f"run-{number}",
                "record_table": "terms",
                "expectation": "n > 0",
                "severity": "critical",
                "success": True,
                "n_evaluated": len(terms),
                "n_unexpected": 0,
                "column_name": "",
                "examples": [],
                "checked_at": datetime(2025, 3, number),
            }
        ],
    )
    files = [
        add_file(home.lake, schema.TABLES["terms"], "batch", rows),
        add_file(home.lake, schema.TABLES["validations"], f"run-{number}", checked),
    ]
    manifest = read_manifest(home.manifest).replaced(files, {"terms": {"batch"}})
    home.work.mkdir(parents=True, exist_ok=True)
    with store.opened_build(home, lambda con: None) as con:
        store.commit_manifest(home, con, manifest)
    return manifest


@pytest.fixture(scope="module")
def first_night(tmp_path_factory):
    """A home after one night. Not to be changed."""
    home = Home(tmp_path_factory.mktemp("first-night"))
    night(home, 1, "运河", "稻田")
    return home


@pytest.fixture
def home(first_night, tmp_path):
    return Home(shutil.copytree(first_night.path, tmp_path / "home"))


def terms_at(url: str) -> list[str]:
    return [term for (term,) in open_mirror(url).execute("SELECT term FROM terms ORDER BY term").fetchall()]


def test_every_reader_sees_the_rows(home, url):
    mirror(home, url, NIGHT)
    assert terms_at(url) == ["稻田", "运河"]
    paths = parquet_paths(url)
    assert paths["articles"] == [] and open_mirror(url).execute("SELECT count(*) FROM accounting").fetchall() == [(0,)]
    files, _ = url_to_fs(url)
    read = pyarrow.dataset.dataset([files._strip_protocol(path) for path in paths["terms"]], filesystem=files)
    assert sorted(read.to_table()["term"].to_pylist()) == ["稻田", "运河"]


def test_polars_reads_a_lake_on_a_disk(home, tmp_path):
    polars = pytest.importorskip("polars", reason="polars is not installed; the lake needs no reader of its own")
    mirror(home, str(tmp_path / "lake"), NIGHT)
    assert sorted(polars.read_parquet(parquet_paths(str(tmp_path / "lake"))["terms"])["term"]) == ["稻田", "运河"]


def test_only_what_is_new_is_copied(home, url):
    assert mirror(home, url, NIGHT).n_copied == 2
    again = mirror(home, url, NIGHT)
    assert (again.n_copied, again.n_deleted) == (0, 0)
    manifest = night(home, 2, "大桥")
    done = mirror(home, url, NIGHT.replace(day=5))
    assert (done.commit, done.n_files, done.n_copied, done.n_deleted) == (manifest.commit, 3, 2, 0)
    assert terms_at(url) == ["大桥"]
    assert sum(name.startswith(f"{COMMITS}/") for name in Mirror(url).sizes()) == 2


def test_a_reader_keeps_its_commit_until_it_is_forgotten(home, url):
    mirror(home, url, NIGHT, kept=2)
    (first,) = (name for name in Mirror(url).sizes() if name.startswith(COMMITS))
    reader = open_mirror(url)
    for day in (5, 6):
        night(home, day, f"第{day}夜")
        done = mirror(home, url, NIGHT.replace(day=day), kept=2)
        assert open_mirror(url).execute("SELECT term FROM terms").fetchall() == [(f"第{day}夜",)]
        if day == 5:
            assert reader.execute("SELECT count(*) FROM terms").fetchall() == [(2,)]
            assert open_mirror(url, first).execute("SELECT count(*) FROM terms").fetchall() == [(2,)]
    assert done.n_deleted == 2  # the first commit, and its terms: its run is in later ones too
    assert first not in Mirror(url).sizes()


def test_what_breaks_off_leaves_the_earlier_commit_and_goes_on(home, url):
    mirror(home, url, NIGHT)
    night(home, 2, "大桥")
    (lost,) = (home.lake / "validations").glob("run-2-*")
    data = lost.read_bytes()
    lost.unlink()
    with pytest.raises(LakeError, match="is gone"):
        mirror(home, url, NIGHT.replace(day=5))
    assert terms_at(url) == ["稻田", "运河"]
    lost.write_bytes(data)
    half = Mirror(url)
    name = f"validations/{lost.name}"
    half.files.pipe_file(half.path(name), data[:100])  # what a copy leaves on a disk that breaks off
    assert mirror(home, url, NIGHT.replace(day=5)).n_copied == 2
    assert half.sizes()[name] == len(data) and terms_at(url) == ["大桥"]


def test_a_store_that_cannot_be_written_is_named(home, tmp_path):
    place = tmp_path / "lake"
    mirror(home, str(place), NIGHT)
    night(home, 2, "大桥")
    for path in (place / "terms").iterdir():
        path.unlink()
    (place / "terms").rmdir()
    (place / "terms").write_text("in the way")
    before = (place / "manifest.json").read_bytes()
    with pytest.raises(MirrorError, match="lake: cannot be written"):
        mirror(home, str(place), NIGHT.replace(day=5))
    assert (place / "manifest.json").read_bytes() == before


def test_the_lake_of_another_home_is_not_overwritten(home, url, tmp_path):
    mirror(home, url, NIGHT)
    other = Home(tmp_path / "other")
    night(other, 7, "别家")
    with pytest.raises(MirrorError, match="run run-1, which this home does not know"):
        mirror(other, url, NIGHT)
    assert terms_at(url) == ["稻田", "运河"]


def test_what_was_taken_back_is_not_given_to_readers(home, url):
    home.pinned.write_text("20250303T020000-abcdef01")
    with pytest.raises(MirrorError, match="rolled back to release 20250303T020000-abcdef01"):
        mirror(home, url, NIGHT)
    assert Mirror(url).read() is None
    with pytest.raises(MirrorError, match="no lake is there"):
        open_mirror(url)


def test_a_home_is_made_again_from_its_mirror(home, url, tmp_path):
    mirror(home, url, NIGHT)
    saved = Mirror(url)
    lost = Home(tmp_path / "again")
    for name in saved.sizes():
        (lost.lake / name).parent.mkdir(parents=True, exist_ok=True)
        saved.files.get_file(saved.path(name), str(lost.lake / name))
    with store.opened_build(lost, lambda con: None) as con:
        assert con.execute("SELECT term FROM terms ORDER BY ALL").fetchall() == [("稻田",), ("运河",)]


def test_readers_meet_whole_states_only(home, tmp_path):
    """Every commit has as many terms as its run says; four readers read while ten commits are made."""
    url = str(tmp_path / "lake")
    mirror(home, url, NIGHT)
    seen: list[tuple[int, int]] = []
    over = threading.Event()

    def read() -> None:
        while not over.wait(0.01):  # or four readers leave the writer a fifth of the machine
            paths = parquet_paths(url)
            (terms,) = paths["terms"]
            said = pyarrow.dataset.dataset(paths["validations"]).to_table()
            newest = max(zip(said["run_id"].to_pylist(), said["n_evaluated"].to_pylist(), strict=True), key=lambda row: int(row[0][4:]))
            seen.append((newest[1], pyarrow.dataset.dataset(terms).count_rows()))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(2, 12):
        night(home, number, *(f"词{n}" for n in range(number)))
        mirror(home, url, NIGHT.replace(hour=number), kept=20)
    over.set()
    for reader in readers:
        reader.join()
    assert len(set(seen)) > 2 and all(said == found for said, found in seen)


def test_the_command_gives_the_warehouse_to_readers(home_copy, tmp_path):
    """The sample, all tables and views: what the lake gives is what the published file gives."""
    place = tmp_path / "lake"
    done = dibao("export", "lake", place, home=home_copy)
    assert done.returncode == 0 and "copied" in done.stdout, done.stderr
    asked = dibao("sql", "--csv", "--lake", place, "SELECT count(*) AS n FROM articles", home=tmp_path / "none")
    lake = open_mirror(str(place))
    with connect(home_copy) as warehouse:
        assert asked.stdout.split() == ["n", str(warehouse.execute("SELECT count(*) FROM articles").fetchall()[0][0])]
        views = {name for (name,) in lake.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()} | set(
            schema.TABLES
        )
        assert {"person_timeline", "accounting", "articles"} <= views
        for name in sorted(views):
            query = f"SELECT count(*) FROM {name}"
            assert lake.execute(query).fetchall() == warehouse.execute(query).fetchall(), name


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (("sql", "--lake", "nowhere", "SELECT 1"), 2, "no lake is there"),
        (("export", "lake", "nope://x/y"), 2, "cannot be opened"),
    ],
)
def test_the_command_says_what_is_wrong(ran, tmp_path, monkeypatch, arguments, exit_code, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    done = dibao(*arguments, home=ran[0])
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (exit_code, True, False), done.stderr
