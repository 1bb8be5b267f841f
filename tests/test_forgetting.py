"""What is forgotten is in no byte of the home, stays out of every later run, and all else is as it was."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.forgetting import ForgetError, forget
from flows.verify import verify
from tests.home import all_rows, connect, dibao
from transforms.forgetting import NOTHING, Forgotten, hash_of, masked, parse_forgotten, pattern_of, printings, without_names
from warehouse import sample
from warehouse.home import Home
from warehouse.releases import list_releases

NAME = "程望舒"
NOW = datetime(2031, 5, 12, 6)
OF_A_RUN = frozenset({"run_id", "flow_run_id", "ingested_at", "batch_id", "started_at", "ended_at", "checked_at"})
PATTERN = sample.PATTERN
SPACED = f"人事任免\n\n本报讯（周明远）3月3日，云渡区召开干部大会，宣布程　望 舒任区委书记。程望\n舒作表态发言，程望舒（右二）代表区委讲话。\n"


def strings(value: object) -> Iterator[str]:
    """Yield every text within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in strings(part))
    elif isinstance(value, list | tuple | set):
        yield from (text for part in value for text in strings(part))


def contents(home: Path) -> Iterator[tuple[str, str]]:
    """Yield every text in a home: names and bytes of all files, and all values of all tables that are packed in some."""
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        yield str(path), str(path.relative_to(home))
        yield str(path), path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as con:
                for (table,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                    yield from ((f"{path} {table}", text) for text in strings(con.execute(f'FROM "{table}"').fetchall()))
        elif path.suffix == ".parquet":
            yield from ((str(path), text) for text in strings(pq.read_table(path).to_pylist()))
        elif path.suffix == ".db":
            with sqlite3.connect(path) as con:
                for (table,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    yield from ((f"{path} {table}", text) for text in strings(con.execute(f'SELECT * FROM "{table}"').fetchall()))


def places_of(home: Path, word: str) -> set[str]:
    """Return where in a home a word stands, however it is printed or escaped."""
    pattern, escaped = pattern_of(word), json.dumps(word)[1:-1]
    return {place for place, text in contents(home) if any(printings(text, pattern)) or escaped in text}


@pytest.fixture(scope="module")
def known(tmp_path_factory) -> tuple[Path, Path]:
    """A home that has read the sample and some pages that name a person in all kinds of places, and the pages. Not to be changed."""
    folder = tmp_path_factory.mktemp("known")
    pages, home = folder / "pages", folder / "home"
    shutil.copytree(sample.path(), pages)
    more = pages / "云渡日报" / "2025-03-08"
    more.mkdir()
    (more / "01.txt").write_text(SPACED, "utf-8")
    (more / f"{NAME}专访.txt").write_text("区委书记谈基层治理\n\n本报讯 3月7日，区委书记接受本报记者专访。\n", "utf-8")
    (more / f"{NAME}来信.txt").write_bytes(bytes(range(256)) * 40)
    assert dibao("run", pages, "--pattern", PATTERN, home=home).returncode == 0
    with connect(home) as con:
        file_id, = con.execute("SELECT file_id FROM raw_files WHERE path LIKE '云渡日报/2025-03-05/02%'").fetchone()
    line = {"file_id": file_id, "block": 2, "role": "body", "by": NAME, "note": "正文"}
    (home / "corrections.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    (home / "prefect" / "server.log").write_text(f"INFO {NAME} {json.dumps(NAME)}\n", "utf-8")
    assert dibao("run", pages, "--pattern", PATTERN, home=home).returncode == 0
    assert len(list_releases(Home(home))) == 2
    return home, pages


@pytest.fixture
def home(known, tmp_path) -> Path:
    shutil.copytree(known[0], tmp_path / "home")
    return tmp_path / "home"


def run_again(home: Path, pages: Path, *arguments: str) -> None:
    done = dibao("run", pages, "--pattern", PATTERN, *arguments, home=home)
    assert done.returncode == 0, done.stderr


def test_a_person_is_in_no_byte_of_the_home_and_comes_back_with_no_run(known, home, tmp_path):
    places = " ".join(places_of(home, NAME))
    for place in ("dibao.duckdb mentions", "dibao.duckdb search_", "releases", "lake", "report.html", "prefect.db", "server.log", "corrections.jsonl", "edits",
                  "file_paths"):
        assert place in places, place
    done = dibao("forget", NAME, home=home)
    assert done.returncode == 0 and "the person" in done.stdout and "2 files taken out" in done.stdout, done.stdout + done.stderr
    assert places_of(home, NAME) == set()
    assert not verify(Home(home)).faults
    with connect(home) as con:
        assert con.execute("SELECT count(*) FROM articles WHERE headline = '███到白塔镇调研乡村振兴'").fetchone() == (1,)
        status, reason = con.execute("SELECT status, reason FROM runs ORDER BY started_at DESC").fetchone()
        assert status == "loaded" and reason.startswith("forgotten on request: a person; 2 files taken out")
        assert con.execute("SELECT count(*) FROM people WHERE name LIKE '%█%'").fetchone() == (0,)
    kept = all_rows(home, OF_A_RUN)
    pages = tmp_path / "pages"
    shutil.copytree(known[1], pages)
    (pages / "云渡日报" / "2025-03-09").mkdir()
    (pages / "云渡日报" / "2025-03-09" / "01.txt").write_text(f"{NAME}调研防汛\n\n本报讯 3月8日，区委书记{NAME}调研防汛。\n", "utf-8")
    run_again(home, pages, "--refresh")
    assert places_of(home, NAME) == set()
    with connect(home) as con:
        assert con.execute("SELECT headline FROM articles WHERE issue_on = DATE '2025-03-09'").fetchall() == [("███调研防汛",)]
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    for name in ("forgotten.jsonl", "corrections.jsonl"):
        shutil.copy(home / name, fresh / name)
    run_again(fresh, known[1])
    read = all_rows(fresh, OF_A_RUN)
    for table in sorted(kept.keys() - {"runs", "validations", "file_paths"}):
        assert kept[table] == read[table], f"{table} of a home that forgot are those of one that never knew"


def test_an_article_goes_and_its_page_keeps_the_ids_of_the_others(known, home):
    with connect(home) as con:
        article_id, file_id, body = con.execute("SELECT article_id, file_id, body FROM articles WHERE headline LIKE '%到白塔镇调研%' AND paper = '云渡日报'").fetchone()
        others = con.execute("SELECT article_id, headline, body FROM articles WHERE file_id = ? AND article_id <> ? ORDER BY ALL", [file_id, article_id]).fetchall()
    word = body.split("\n")[1][:12]
    assert others and any(article_id in text or word in text for _, text in contents(home))
    done = dibao("forget", article_id, home=home)
    assert done.returncode == 0 and "the article" in done.stdout, done.stderr
    assert "Much the same is printed in" in done.stdout, "the evening paper has it too"
    assert not verify(Home(home)).faults
    run_again(home, known[1], "--refresh")
    with connect(home) as con:
        assert con.execute("SELECT article_id, headline, body FROM articles WHERE file_id = ? ORDER BY ALL", [file_id]).fetchall() == others
        blocks = con.execute("SELECT string_agg(text, '') FROM blocks WHERE file_id = ?", [file_id]).fetchone()[0]
        assert body[:30] not in blocks and "█" in blocks
    assert not verify(Home(home)).faults
    assert len(list_releases(Home(home))) <= 2


def test_a_file_goes_and_no_run_reads_it_again(known, home):
    with connect(home) as con:
        file_id, path = con.execute("SELECT file_id, path FROM raw_files WHERE path LIKE '%晚报/2025-03-06/01.txt'").fetchone()
        before = con.execute("SELECT count(*) FROM articles WHERE file_id <> ?", [file_id]).fetchone()
    assert dibao("forget", path, home=home).returncode == 0
    assert places_of(home, file_id) == {str(home / "forgotten.jsonl")}
    run_again(home, known[1], "--refresh")
    with connect(home) as con:
        assert con.execute("SELECT count(*) FROM raw_files WHERE file_id = ?", [file_id]).fetchone() == (0,)
        assert con.execute("SELECT count(*) FROM articles").fetchone() == before
    assert not verify(Home(home)).faults
    assert dibao("forget", file_id, home=home).returncode == 0, "the same command again goes on, and finds nothing to do"


def test_what_nobody_is_called_changes_nothing(home):
    before = (home / "dibao.duckdb").read_bytes()
    for what in ("无此人", "程", "0000000000000000", "没有这个文件.txt"):
        done = dibao("forget", what, home=home)
        assert done.returncode == 2 and what in done.stderr, done.stderr
    assert not (home / "forgotten.jsonl").exists() and (home / "dibao.duckdb").read_bytes() == before


def test_a_name_in_a_folder_or_a_declaration_is_told_before_anything_is_changed(home, tmp_path):
    (home / "sources.toml").write_text(f'[archive]\nlocation = "/papers"\npaper = "{NAME}周报"\n', "utf-8")
    with pytest.raises(ForgetError, match=r"sources.toml: the name stands in your declarations"):
        forget(Home(home), NAME, NOW)
    with pytest.raises(ForgetError, match="is part of this folder"):
        forget(Home(home), "home", NOW)
    assert not (home / "forgotten.jsonl").exists()


def test_forgetting_that_is_killed_is_finished_by_the_same_command(home, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr("flows.forgetting.mask_prefect", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            forget(Home(home), NAME, NOW)
    assert places_of(home, NAME)
    forget(Home(home), NAME, NOW)
    assert places_of(home, NAME) == set()


# --- texts ------------------------------------------------------------------------------------------------------------


def of_names(*names: str) -> Forgotten:
    lengths = {len(name) for name in names}
    return Forgotten(names={n: frozenset(hash_of(name, b"salt") for name in names if len(name) == n) for n in lengths}, salt=b"salt")


@pytest.mark.parametrize(("text", "without"), [
    ("记者程望舒报道", "记者███报道"), ("程 望　舒", "█ █　█"), ("程望\n\n　　舒", "██\n\n　　█"), ("程望\u200b舒", "██\u200b█"),
    ("程望，舒", "程望，舒"), ("艾孜買提•吐爾遜说", "████•███说"), ("艾孜买提吐尔逊", "███████"), ("程望舒程望舒", "██████"),
])
def test_a_name_is_masked_however_it_is_printed(text, without):
    assert without_names(text, of_names("程望舒", "艾孜买提吐尔逊")) == without


@given(st.text("程望舒周 　\n·，a遠", max_size=40))
def test_the_hash_finds_just_what_the_name_finds(text):
    pattern = pattern_of("程望")
    ranges = list(printings(text, pattern))
    assert (without_names(text, of_names("程望")) != text) == bool(ranges)
    again = masked(text, (offset for stretch in ranges for offset in stretch))
    assert not any(printings(without_names(text, of_names("程望")), pattern)) and not any(printings(again, pattern))


def test_offsets_stay_and_nothing_is_nothing():
    assert NOTHING.without("程望舒") == "程望舒" and len(of_names("程望舒").without(SPACED)) == len(SPACED)


def test_a_line_that_cannot_be_read_ends_the_run():
    with pytest.raises(ValueError, match=r"forgotten.jsonl, line 2: cannot be read"):
        parse_forgotten('{"kind": "file", "file_id": "9325bc4b746a9a60"}\n{"kind": "person"}\n')
