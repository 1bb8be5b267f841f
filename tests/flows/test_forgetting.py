"""What is forgotten is in no byte of the home, stays out of every later run, and all else is as it was."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.pipeline.forgetting import ForgetError, forget
from flows.pipeline.verify import verify
from tests.home import all_rows, connect, dibao
from transforms.forgetting import (
    NOTHING_FORGOTTEN,
    Forgotten,
    blacked_out,
    keyed_hash,
    name_pattern,
    parse_forgotten,
    printings,
    without_names,
)
from warehouse import sample
from warehouse.home import Home
from warehouse.releases import list_releases

NAME = "程望舒"
NOW = datetime(2031, 5, 12, 6)
OF_A_RUN = frozenset({"run_id", "flow_run_id", "ingested_at", "batch_id", "started_at", "ended_at", "checked_at"})
PATTERN = sample.PATTERN
SPACED = (
    "人事任免\n\n本报讯（周明远）3月3日，云渡区召开干部大会，宣布程　望 舒任区委书记。程望\n舒作表态发言，程望舒（右二）代表区委讲话。\n"
)


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
    pattern, escaped = name_pattern(word), json.dumps(word)[1:-1]
    return {
        place for place, text in contents(home) if any(sign in text for sign in word) and any(printings(text, pattern)) or escaped in text
    }


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
        (file_id,) = con.execute("SELECT file_id FROM raw_files WHERE path LIKE '云渡日报/2025-03-05/02%'").fetchone()
    line = {"file_id": file_id, "block": 2, "role": "body", "by": NAME, "note": "正文"}
    (home / "corrections.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    (home / "prefect" / "server.log").write_text(f"INFO {NAME} {json.dumps(NAME)}\n", "utf-8")
    assert dibao("run", pages, "--pattern", PATTERN, home=home).returncode == 0
    assert len(list_releases(Home(home))) == 2
    return home, pages


@dataclass(frozen=True)
class Told:
    """What was forgotten, what stood beside it before, and what the command said."""

    article_id: str
    body: str
    others: list[tuple]
    """The other articles of its page."""
    file_id: str
    said: list[str]


OTHERS = "SELECT article_id, headline, body FROM articles WHERE file_id = ? AND article_id <> ? ORDER BY ALL"


@pytest.fixture(scope="module")
def forgot(known, tmp_path_factory) -> tuple[Path, Told]:
    """A home that knew all that and forgot an article, a file and a person, the last in a second attempt, and what that was. Not to be changed."""
    home = tmp_path_factory.mktemp("forgot") / "home"
    shutil.copytree(known[0], home)
    with connect(home) as con:
        file_id, path = con.execute("SELECT file_id, path FROM raw_files WHERE path LIKE '%晚报/2025-03-06/02.txt'").fetchone()
        article_id, page_id, body = con.execute(
            """SELECT article_id, file_id, body FROM articles
            WHERE article_id IN (SELECT article_id FROM near_duplicates) AND n_chars > 100 AND file_id <> ? ORDER BY article_id""",
            [file_id],
        ).fetchone()
        others = con.execute(OTHERS, [page_id, article_id]).fetchall()
    said = [succeeded("forget", article_id, home=home), succeeded("forget", path, home=home)]
    with pytest.MonkeyPatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr("flows.pipeline.forgetting.forget_releases", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        forget(Home(home), NAME, NOW)
    assert places_of(home, NAME), "what was killed had more to do"
    said.append(succeeded("forget", NAME, home=home))
    return home, Told(article_id, body, others, file_id, said)


def succeeded(*arguments: object, home: Path) -> str:
    """Run the command, which must succeed, and return what it printed."""
    done = dibao(*arguments, home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_person_stood_in_all_kinds_of_places(known):
    places = " ".join(places_of(known[0], NAME))
    for place in (
        "dibao.duckdb mentions",
        "dibao.duckdb search_",
        "dibao.duckdb edits",
        "dibao.duckdb file_paths",
        "dibao.duckdb quarantine",
        "releases",
        "lake",
        "report.html",
        "prefect.db",
        "server.log",
        "corrections.jsonl",
    ):
        assert place in places, place


def test_a_forgotten_person_is_in_no_byte_of_the_home(forgot):
    home, told = forgot
    assert places_of(home, NAME) == set()
    with connect(home) as con:
        assert con.execute("SELECT count(*) FROM sentences WHERE text LIKE '%区委书记███%'").fetchone()[0] > 3
        assert con.execute("SELECT count(*) FROM people WHERE name LIKE '%█%'").fetchone() == (0,)
    assert "Forgotten for good: the person" in told.said[2]


def test_a_forgotten_article_is_gone_and_the_others_of_its_page_are_as_they_were(forgot):
    home, told = forgot
    lines = [line[:12] for line in told.body.split("\n")]
    page_id = told.article_id[:16]
    with connect(home) as con:
        assert con.execute(OTHERS, [page_id, ""]).fetchall() == [
            (article_id, headline and headline.replace(NAME, "███"), body.replace(NAME, "███"))
            for article_id, headline, body in told.others
        ]
        blocks = con.execute("SELECT string_agg(text, '') FROM blocks WHERE file_id = ?", [page_id]).fetchone()[0]
    assert told.others and "█" * 30 in blocks and not [line for line in lines if line in blocks]
    assert "Much the same is printed in" in told.said[0]


def test_a_forgotten_file_is_known_by_its_hash_alone(forgot):
    home, told = forgot
    assert places_of(home, told.file_id) == {str(home / "forgotten.jsonl")}


def test_what_was_forgotten_is_told_without_it_and_no_earlier_state_is_kept(forgot):
    home, _ = forgot
    with connect(home) as con:
        reasons = [
            reason for (reason,) in con.execute("SELECT reason FROM runs WHERE reason LIKE 'forgotten%' ORDER BY started_at").fetchall()
        ]
    assert sorted(reason.partition(";")[0] for reason in reasons) == [
        "forgotten on request: a file",
        *["forgotten on request: a person"] * 2,
        "forgotten on request: an article",
    ]
    assert len(list_releases(Home(home))) == 1
    assert (home / "forgotten.jsonl").stat().st_mode & 0o077 == 0
    assert verify(Home(home)).faults == ()


def test_no_later_run_brings_it_back_and_the_home_is_as_one_that_never_knew(known, forgot, tmp_path):
    home, pages, fresh = tmp_path / "home", tmp_path / "pages", tmp_path / "fresh"
    shutil.copytree(forgot[0], home)
    shutil.copytree(known[1], pages)
    (pages / "云渡日报" / "2025-03-09").mkdir()
    (pages / "云渡日报" / "2025-03-09" / "01.txt").write_text(
        f"区委书记{NAME}调研防汛工作\n\n本报讯（陆一鸣）3月8日，区委书记{NAME}到清浦渡口调研防汛工作。\n", "utf-8"
    )
    succeeded("run", pages, "--pattern", PATTERN, "--refresh", home=home)
    fresh.mkdir()
    for name in ("forgotten.jsonl", "corrections.jsonl"):
        shutil.copy(home / name, fresh / name)
    succeeded("run", pages, "--pattern", PATTERN, home=fresh)
    for each in (home, fresh):
        assert places_of(each, NAME) == set()
        with connect(each) as con:
            assert con.execute("SELECT headline FROM articles WHERE issue_on = DATE '2025-03-09'").fetchall() == [
                ("区委书记███调研防汛工作",)
            ]
    kept, read = all_rows(home, OF_A_RUN), all_rows(fresh, OF_A_RUN)
    for table in sorted(kept.keys() - {"runs", "validations", "file_paths", "raw_files"}):
        assert kept[table] == read[table], f"{table} of a home that forgot is that of one that never knew"
    assert verify(Home(home)).faults == ()


def test_what_nobody_is_called_changes_nothing(known):
    home = known[0]
    before = (home / "dibao.duckdb").read_bytes()
    for what in ("无此人", "程", "0000000000000000", "没有这个文件.txt"):
        with pytest.raises(ForgetError, match=what):
            forget(Home(home), what, NOW)
    assert not (home / "forgotten.jsonl").exists() and (home / "dibao.duckdb").read_bytes() == before


def test_a_name_in_a_folder_or_a_declaration_is_told_before_anything_is_changed(known):
    home = known[0]
    with pytest.raises(ForgetError, match="is part of this folder"):
        forget(Home(home), home.parent.name, NOW)
    (home / "sources.toml").write_text(f'[archive]\nlocation = "/papers"\npaper = "{NAME}周报"\n', "utf-8")
    try:
        with pytest.raises(ForgetError, match=r"sources.toml: the name stands in your declarations"):
            forget(Home(home), NAME, NOW)
    finally:
        (home / "sources.toml").unlink()
    assert not (home / "forgotten.jsonl").exists()


# --- texts ------------------------------------------------------------------------------------------------------------


def of_names(*names: str) -> Forgotten:
    lengths = {len(name) for name in names}
    return Forgotten(names={n: frozenset(keyed_hash(name, b"salt") for name in names if len(name) == n) for n in lengths}, salt=b"salt")


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("记者程望舒报道", "记者███报道"),
        ("程 望　舒", "█ █　█"),
        ("程望\n\n　　舒", "██\n\n　　█"),
        ("程望\u200b舒", "██\u200b█"),
        ("程望，舒", "程望，舒"),
        ("艾孜買提•吐爾遜说", "████•███说"),
        ("艾孜买提吐尔逊", "███████"),
        ("程望舒程望舒", "██████"),
    ],
)
def test_a_name_is_masked_however_it_is_printed(text, without):
    assert without_names(text, of_names("程望舒", "艾孜买提吐尔逊")) == without


@given(st.text("程望舒周 　\n·，a遠", max_size=40))
def test_the_hash_finds_just_what_the_name_finds(text):
    pattern = name_pattern("程望")
    ranges = list(printings(text, pattern))
    assert (without_names(text, of_names("程望")) != text) == bool(ranges)
    again = blacked_out(text, (offset for stretch in ranges for offset in stretch))
    assert not any(printings(without_names(text, of_names("程望")), pattern)) and not any(printings(again, pattern))


def test_offsets_stay_and_nothing_is_nothing():
    assert NOTHING_FORGOTTEN.without("程望舒") == "程望舒" and len(of_names("程望舒").without(SPACED)) == len(SPACED)


def test_a_line_that_cannot_be_read_ends_the_run():
    with pytest.raises(ValueError, match=r"forgotten.jsonl, line 2: cannot be read"):
        parse_forgotten('{"kind": "file", "file_id": "9325bc4b746a9a60"}\n{"kind": "person"}\n')
