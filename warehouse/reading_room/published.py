"""The published file as the reading room asks it: read-only, sealed off from every other file, opened anew after a publish."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from starlette.exceptions import HTTPException

from warehouse.queries import fetch_rows
from warehouse.store import connect

SECONDS = 20
"""How long a query that a reader wrote may take."""
NO_SUCH_ROW = "库中没有这一条。"


class PublishedWarehouse:
    """The published file, opened read-only; opened anew when another one stands at its path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._identity: tuple[int, int] | None = None
        self._con: duckdb.DuckDBPyConnection | None = None
        self._made: dict[object, object] = {}

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor on the newest publish. Raises HTTPException 503 where nothing is published."""
        with self._lock:
            try:
                stat = self.path.stat()
            except FileNotFoundError:
                raise HTTPException(503, f"{self.path} 尚未发布。请先运行 dibao run。") from None
            if (stat.st_ino, stat.st_mtime_ns) != self._identity:
                # An instance of its own: DuckDB would hand out the old file again for the same path, and requests
                # that still read the old one may finish.
                self._con = sealed(connect(self.path, read_only=True))
                self._identity = (stat.st_ino, stat.st_mtime_ns)
                self._made = {}
            cursor = self._con.cursor()
        cursor.execute("USE warehouse")
        return cursor

    def rows(self, query: str, **parameters: object) -> list[dict[str, object]]:
        """Return the rows of a query by column name."""
        return fetch_rows(self.cursor(), query, **parameters)

    def row(self, query: str, **parameters: object) -> dict[str, object]:
        """Return the one row of a query. Raises HTTPException 404 where there is none."""
        rows = self.rows(query, **parameters)
        if not rows:
            raise HTTPException(404, NO_SUCH_ROW)
        return rows[0]

    def made_once(self, key: object, make: Callable[[duckdb.DuckDBPyConnection], object]) -> object:
        """Return what is made of the newest publish, made once for each publish and key."""
        cursor = self.cursor()
        if key not in self._made:
            self._made[key] = make(cursor)
        return self._made[key]


def sealed(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return the connection, from now on unable to reach any other file, address or extension, whatever it is asked."""
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


@contextmanager
def time_limit(cursor: duckdb.DuckDBPyConnection, seconds: float = SECONDS) -> Iterator[None]:
    """Interrupt what runs on the cursor after so many seconds; DuckDB then raises InterruptException."""
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
