"""The server that a run brings: what it was told is written when it ends, and one that cannot start says so at once."""

from __future__ import annotations

import os
import re
import sqlite3
import ssl
import subprocess
import sys

from flows.first_database import REVISION, TABLES
from flows.own_server import first_certificate
from tests.home import dibao


def test_everything_that_was_told_is_written(ran):
    with sqlite3.connect(ran[0] / "prefect" / "prefect.db") as con:
        states = con.execute("SELECT name, state_type FROM task_run").fetchall()
        told = [message for (message,) in con.execute("SELECT message FROM log ORDER BY timestamp").fetchall()]
    assert {name.rpartition("-")[0] or name for name, _ in states} >= {"plan", "load", "publish", "data docs"}
    assert {state for _, state in states} == {"COMPLETED"}
    assert any(message.startswith("Finished in state Loaded") for message in told)


def told_by(code: str, home, **environment: str) -> str:
    """Return what a process prints that is started for one piece of code, with Prefect's home there."""
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PREFECT_HOME": str(home), **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def made_of(path) -> dict:
    """Return the words that a database is made of, for the order of constraints is left to chance, and how many rows its tables hold."""
    with sqlite3.connect(path) as con:
        made = {(kind, name): sql and sorted(re.findall(r"[^\s,]+", sql)) for kind, name, sql in con.execute("SELECT type, name, sql FROM sqlite_master").fetchall()}
        return made | {name: con.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0] for kind, name in made if kind == "table"}


def test_the_first_database_is_what_prefects_migrations_make(tmp_path):
    at_once, one_by_one = tmp_path / "at-once", tmp_path / "one-by-one"
    for home in (at_once, one_by_one):
        home.mkdir()
    told_by("from flows.first_database import *; make_first_database()", at_once)
    revision = REVISION.search(TABLES.read_text("utf-8"))[1]
    told_by(f"from flows.first_database import *; migrated(Path({str(one_by_one)!r}) / 'prefect.db', {revision!r})", one_by_one)
    assert [path.name for path in at_once.iterdir()] == ["prefect.db"]
    assert made_of(at_once / "prefect.db") == made_of(one_by_one / "prefect.db")


def test_no_first_database_where_prefect_has_one_or_another_or_does_not_know_it(tmp_path):
    make = "from flows.first_database import *; make_first_database()"
    told_by(make, tmp_path, PREFECT_API_DATABASE_CONNECTION_URL="sqlite+aiosqlite:////tmp/elsewhere.db")
    assert not list(tmp_path.iterdir())
    (tmp_path / "prefect.db").write_text("is there")
    told_by(make, tmp_path)
    assert (tmp_path / "prefect.db").read_text() == "is there"
    revision = REVISION.search(TABLES.read_text("utf-8"))[1]
    assert told_by(f"from flows.first_database import *; print(len(migrations_naming({revision!r})), migrations_naming('abcdef012345'))", tmp_path) == "1 []\n"


def test_a_database_that_a_migration_is_left_for_is_not_the_newest(tmp_path):
    ask = "from flows.first_database import *; {}print(is_at_newest())"
    assert told_by(ask.format(""), tmp_path) == "False\n"
    assert told_by(ask.format("make_first_database(); "), tmp_path) == "True\n"
    with sqlite3.connect(tmp_path / "prefect.db") as con:
        con.execute("UPDATE alembic_version SET version_num = 'f416ea180ae1'")
    assert told_by(ask.format(""), tmp_path) == "False\n"
    (tmp_path / "prefect.db").write_text("no database" * 100)
    assert told_by(ask.format(""), tmp_path) == "False\n"


def test_a_server_that_needs_what_it_was_imported_without_gets_it(tmp_path):
    """Here the stand-in is no package, so that nothing can be taken from what is in it."""
    ask = "import flows.own_server as own; {}server = own.imported_server(); print(server.Docket.__module__, len(server.API_ROUTERS) > 20)"
    assert told_by(ask.format(""), tmp_path) == "flows.stand_ins True\n"
    assert told_by(ask.format("own.BACKGROUND = own.BACKGROUND[:1]; own.StandIn.__path__ = None; "), tmp_path) == "docket.docket True\n"


def test_prefect_still_has_what_is_replaced_while_the_server_is_made(tmp_path):
    ask = "from prefect.settings import Settings; from prefect.logging import configuration; print(Settings.hash_key, configuration.setup_logging)"
    assert "hash_key" in told_by(ask, tmp_path)


def test_one_certificate_is_enough_for_a_client():
    assert len(ssl.create_default_context(cadata=first_certificate()).get_ca_certs()) == 1


def test_a_server_that_cannot_start_says_why(tmp_path):
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "prefect.db").write_text("no database, and long enough to be looked at as one" * 20)
    done = dibao("run", home=tmp_path)
    assert done.returncode == 4
    assert "file is not a database" in done.stderr and "move it away" in done.stderr and "Traceback" not in done.stderr
