"""``dibao verify`` finds whatever was changed behind Dibao's back, and nothing in a home that was left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from flows.pipeline.verify import verify
from tests.home import dibao
from warehouse.home import Home


@pytest.fixture
def copied(home_copy) -> Home:
    return Home(home_copy)


def test_a_home_left_alone_is_sound(ran):
    verdict = verify(Home(ran[0]))
    assert verdict.faults == ()
    assert min(verdict.checked.values()) > 0 and verdict.checked["facts"] > 1000


def flip_a_byte(path: Path) -> None:
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_changed_lake_file_is_found(copied):
    path = sorted((copied.lake / "times").glob("*.parquet"))[0]
    flip_a_byte(path)
    assert (str(path), True) in [(fault.where, "SHA-256" in fault.what) for fault in verify(copied).faults]


def test_a_lost_lake_file_is_found(copied):
    path = sorted((copied.lake / "quotes").glob("*.parquet"))[0]
    path.unlink()
    found = {fault.where: fault.what for fault in verify(copied).faults}
    assert "gone" in found[str(path)] and "rows that the lake has not" in found[f"{copied.published}, quotes"]


def test_a_changed_fact_is_found_against_lake_and_raw_file(copied):
    with duckdb.connect(str(copied.published)) as con:
        con.execute("UPDATE times SET text = text || '年' WHERE time_id = (SELECT min(time_id) FROM times)")
    whats = [fault.what for fault in verify(copied).faults]
    assert len(whats) == 2 and "1 rows that the lake has not, 1 missing" in whats[0] and "does not stand where its spans say" in whats[1]


def test_a_file_at_a_time_or_all_at_once_the_same_is_found(copied, monkeypatch):
    with duckdb.connect(str(copied.published)) as con:
        con.execute("UPDATE mentions SET spans = [{char_start: spans[1].char_start + 1, char_end: spans[1].char_end + 1}]")
        con.execute("UPDATE quotes SET spans = []")
    at_once = verify(copied)
    monkeypatch.setattr("flows.pipeline.verify.CHARS_AT_A_TIME", 1)
    one_by_one = verify(copied)
    assert one_by_one.checked == at_once.checked and sorted(one_by_one.faults, key=str) == sorted(at_once.faults, key=str)
    with duckdb.connect(str(copied.published)) as con:
        wrong = con.execute("SELECT count(*) FROM (SELECT text FROM mentions UNION ALL SELECT text FROM quotes)").fetchall()[0][0]
    assert sum("does not stand where its spans say" in fault.what for fault in at_once.faults) == wrong


def test_a_changed_release_is_found(copied):
    path = sorted(copied.releases.glob("*.duckdb"))[0]
    flip_a_byte(path)
    assert [fault.where for fault in verify(copied).faults] == [path.stem]


def test_the_command_says_so(ran, copied):
    assert dibao("verify", home=ran[0]).returncode == 0
    shutil.rmtree(copied.lake / "events")
    done = dibao("verify", home=copied.path)
    assert done.returncode == 4 and "events" in done.stdout and "Traceback" not in done.stderr
