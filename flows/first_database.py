"""Prefect's database of a new home, made at once: its migrations, one by one since 2022, take longer than a small run.

``prefect_tables.sql`` says what the migrations end with. Prefect goes on from there where it is newer. When it has moved on far, write
the file anew: ``PYTHONHASHSEED=0 python -m flows.first_database > flows/prefect_tables.sql``.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import tempfile
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path

TABLES = files("flows") / "prefect_tables.sql"
REVISION = re.compile(r"INSERT INTO alembic_version VALUES\('(\w+)'\)")


def make_first_database() -> None:
    """Make Prefect's database where it is to be a file in Prefect's home and there is none yet, and Prefect knows this revision.

    Where anything stands against it, Prefect makes its own: nothing is raised.
    """
    path, tables = database_file(), TABLES.read_text("utf-8")
    if path is None or path.exists() or not migrations_naming(REVISION.search(tables)[1]):
        return
    with suppress(OSError, sqlite3.Error), tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / path.name
        with closing(sqlite3.connect(made)) as con:
            con.executescript(tables)
        os.link(made, path)  # never half a database, and never over one that another process has made meanwhile


def is_at_newest() -> bool:
    """Return whether Prefect's database is a file in Prefect's home that no migration is left for; to ask Alembic takes longer."""
    path = database_file()
    if path is None or not path.exists():
        return False
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as con:
        revisions = con.execute("SELECT version_num FROM alembic_version").fetchall()
        return len(revisions) == 1 and len(migrations_naming(*revisions[0])) == 1  # its own, and none that comes after it
    return False


def database_file() -> Path | None:
    """Return the file in Prefect's home that its database is, None where the settings name another."""
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    path, url = Path(settings.home) / "prefect.db", settings.server.database.connection_url
    return path if url is not None and url.get_secret_value() == f"sqlite+aiosqlite:///{path}" else None


def migrations_naming(revision: str) -> list[Path]:
    """Return the migrations of the installed Prefect that name a revision: that which makes it, and those that come after it."""
    from prefect.server import database

    migrations = Path(database.__file__).parent / "_migrations" / "versions" / "sqlite"
    return [path for path in migrations.glob("*.py") if revision in path.read_text("utf-8")]


def migrated(path: Path, revision: str = "head") -> None:
    """Let Prefect's migrations make the database at a path. Prefect must not have been told of another database."""
    os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///{path}"
    from prefect.server.database.alembic_commands import alembic_upgrade
    from prefect.utilities.asyncutils import run_sync_in_worker_thread

    asyncio.run(run_sync_in_worker_thread(alembic_upgrade, revision))


def tables_of(path: Path) -> str:
    """Return the statements that make a database as it is at a path; of rows it may hold only that of its revision."""
    with closing(sqlite3.connect(path)) as con:
        made = [sql for (sql,) in con.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()]
        [(revision,)] = con.execute("SELECT version_num FROM alembic_version").fetchall()
    return ";\n".join(["BEGIN", *made, f"INSERT INTO alembic_version VALUES('{revision}')", "COMMIT"]) + ";\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["PREFECT_HOME"] = scratch
        migrated(Path(scratch, "prefect.db"))
        print(tables_of(Path(scratch, "prefect.db")), end="")
