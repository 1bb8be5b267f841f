"""What a file's rows depend on is its version: whatever moves, is said later or goes, the warehouse says of each page what is true now."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from flows.pipeline.request import Request
from tests.model import PATTERN, TEXTS, quick, run
from transforms.records import file_id_of
from warehouse import store
from warehouse.home import Home

DAILY, EVENING = "云渡日报", "云渡晚报"
BRIDGE, FERRY, UNDATED = TEXTS[1], TEXTS[0], TEXTS[3]
NO_PAGE = TEXTS[-1]


class Archive:
    """A home and a folder of pages."""

    def __init__(self, folder: Path) -> None:
        self.home, self.pages = Home(folder / "home"), folder / "pages"

    def put(self, name: str, data: bytes) -> Path:
        path = self.pages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def move(self, name: str, other: str) -> None:
        (self.pages / other).parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.pages / name, self.pages / other)

    def run(self, source: object = None, pattern: str | None = PATTERN, **asked) -> Archive:
        run(self.home, Request(self.home, str(source or self.pages), pattern, **{"max_loss": 1.0, **asked}))
        return self

    def ask(self, query: str) -> list[tuple]:
        with store.connect(self.home.published, read_only=True) as con:
            return con.execute(query).fetchall()

    @property
    def files(self) -> list[tuple]:
        return self.ask("SELECT path, paper, issue_on::VARCHAR FROM raw_files WHERE status <> 'superseded' ORDER BY path")

    @property
    def paths(self) -> list[str]:
        return [Path(path).relative_to(self.pages.parent).as_posix() for (path,) in self.ask("SELECT path FROM file_paths ORDER BY path")]

    @property
    def quarantined(self) -> list[str]:
        return [path for (path,) in self.ask("SELECT path FROM quarantine ORDER BY path")]


@pytest.fixture
def archive(tmp_path):
    with quick():
        yield Archive(tmp_path)


def test_a_page_that_moves_to_another_day_is_of_that_day(archive):
    archive.put(f"{DAILY}/2025-03-04/1.txt", BRIDGE)
    archive.run()
    before = archive.ask("SELECT published_on::VARCHAR FROM articles")
    archive.move(f"{DAILY}/2025-03-04/1.txt", f"{EVENING}/2025-03-05/1.txt")
    archive.run(retire=True)
    assert archive.files == [(f"{EVENING}/2025-03-05/1.txt", EVENING, "2025-03-05")]
    assert before != archive.ask("SELECT published_on::VARCHAR FROM articles")
    assert archive.paths == [f"pages/{EVENING}/2025-03-05/1.txt"]


def test_pages_that_change_places_change_days(archive):
    one, other = f"{DAILY}/2025-03-04/1.txt", f"{DAILY}/2025-03-05/1.txt"
    archive.put(one, BRIDGE)
    archive.put(other, FERRY)
    archive.run()
    archive.move(one, "kept")
    archive.move(other, one)
    archive.move("kept", other)
    archive.run()
    assert archive.ask("SELECT file_id, issue_on::VARCHAR FROM raw_files ORDER BY issue_on") == [
        (file_id_of(FERRY), "2025-03-04"),
        (file_id_of(BRIDGE), "2025-03-05"),
    ]


def test_a_file_that_moves_where_paths_say_nothing_is_found_there_and_not_read_again(archive):
    archive.put("a.txt", BRIDGE)
    archive.run(pattern=None)
    read = archive.ask("SELECT batch_id FROM raw_files")
    archive.move("a.txt", "later/b.txt")
    archive.run(pattern=None, retire=True)
    assert archive.files == [("later/b.txt", None, None)] and archive.ask("SELECT batch_id FROM raw_files") == read


@pytest.mark.parametrize("first", ["2025-03-04", "2025-03-05"])
def test_the_same_bytes_at_two_places_are_one_text_and_two_facts_of_the_page(archive, first):
    days = sorted(("2025-03-04", "2025-03-05"), key=lambda day: day != first)
    for day in days:
        archive.put(f"{DAILY}/{day}/1.txt", BRIDGE)
        archive.run()
    assert [issue_on for _, _, issue_on in archive.files] == ["2025-03-04"], "the first path speaks for the page, whichever came first"
    assert archive.ask("SELECT issue_on::VARCHAR, page FROM file_paths ORDER BY path") == [("2025-03-04", "1"), ("2025-03-05", "1")]
    (archive.pages / f"{DAILY}/2025-03-04/1.txt").unlink()
    archive.run(retire=True)
    assert [issue_on for _, _, issue_on in archive.files] == ["2025-03-05"]


def test_what_is_said_later_is_applied(archive):
    archive.put(f"{DAILY}/2025-03-04/1.txt", UNDATED)
    said = []
    for asked in ({"pattern": None}, {"pattern": None, "paper": "云渡报"}, {"pattern": PATTERN}, {"pattern": None}):
        archive.run(**asked)
        said += archive.files
    assert [row[1:] for row in said] == [(None, None), ("云渡报", None), (DAILY, "2025-03-04"), (None, None)]


@pytest.mark.parametrize("spelling", ["{pages}", "{pages}/", "{pages}/../pages", "file://{pages}", "{pages}/*/*/*.txt", "{pages}/**/*.txt"])
def test_what_is_gone_is_taken_out_however_the_source_is_spelled(archive, spelling):
    archive.put(f"{DAILY}/2025-03-04/1.txt", BRIDGE)
    archive.put(f"{DAILY}/2025-03-05/1.txt", FERRY)
    archive.put("beside.txt", UNDATED)
    archive.run()
    (archive.pages / f"{DAILY}/2025-03-05/1.txt").unlink()
    archive.run(spelling.format(pages=archive.pages), retire=True)
    assert archive.paths == ["pages/beside.txt", f"pages/{DAILY}/2025-03-04/1.txt"]


def test_a_source_that_is_a_relative_path_is_cleaned_too(archive, monkeypatch):
    archive.put("01/a.txt", BRIDGE)
    archive.put("02/b.txt", FERRY)
    monkeypatch.chdir(archive.put("elsewhere/c.txt", UNDATED).parent)
    archive.run("../../pages", pattern=None)
    (archive.pages / "02/b.txt").unlink()
    archive.run("../../pages", pattern=None, retire=True)
    assert archive.paths == ["pages/01/a.txt", "pages/elsewhere/c.txt"]


def test_what_is_gone_from_an_archive_is_taken_out(archive):
    def pack(**members: bytes) -> Path:
        path = archive.put("pages.zip", b"")
        with zipfile.ZipFile(path, "w") as packed:
            for name, data in members.items():
                packed.writestr(f"{name}.txt", data)
        return path

    archive.run(pack(a=BRIDGE, b=FERRY), pattern=None)
    archive.run(pack(a=BRIDGE), pattern=None, retire=True)
    assert archive.paths == ["pages/pages.zip!a.txt"] and [path for path, *_ in archive.files] == ["pages.zip!a.txt"]


def test_where_only_a_path_goes_it_is_taken_out(archive):
    archive.put("a.txt", BRIDGE)
    archive.put("b.txt", BRIDGE)
    archive.run(pattern=None)
    (archive.pages / "b.txt").unlink()
    archive.run(pattern=None, retire=True)
    assert archive.paths == ["pages/a.txt"]


def test_a_change_that_keeps_size_and_time_is_found_by_content(archive):
    path = archive.put("a.txt", BRIDGE)
    archive.run(pattern=None)
    at = path.stat().st_mtime_ns
    path.write_bytes(BRIDGE.replace("大桥".encode(), "渡口".encode()))
    os.utime(path, ns=(at, at))
    archive.run(pattern=None)
    assert [file_id for (file_id,) in archive.ask("SELECT file_id FROM file_paths")] == [file_id_of(BRIDGE)]
    archive.run(pattern=None, by_content=True)
    assert [file_id for (file_id,) in archive.ask("SELECT file_id FROM file_paths")] == [file_id_of(path.read_bytes())]


@pytest.mark.parametrize("how", ["mended", "removed", "an archive mended"])
def test_what_was_quarantined_goes_when_its_cause_has_gone(archive, how):
    archive.put("kept.txt", FERRY)
    path = archive.put("pages.zip" if "archive" in how else "a.txt", NO_PAGE)
    archive.run(pattern=None)
    assert archive.quarantined == [path.name]
    if how == "removed":
        path.unlink()
    elif how == "mended":
        path.write_bytes(BRIDGE)
    else:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("a.txt", BRIDGE)
    archive.run(pattern=None, retire=how == "removed")
    assert archive.quarantined == [] and path.name not in [Path(each).name for each in archive.paths if how != "mended"]
