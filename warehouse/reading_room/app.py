"""The web application. Starlette comes with Prefect's server; templates escape all text; nothing is ever written.

A new publish is picked up by itself: the published file is opened anew when another file stands at its path.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from jinja2 import Environment, PackageLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from warehouse import labels, schema
from warehouse.exports import harmless
from warehouse.reading_room import questions
from warehouse.reading_room.marking import Fact, mark
from warehouse.report import place_of
from warehouse.same_origin import THIS_MACHINE, SameOrigin
from warehouse.search import search
from warehouse.store import connect

HERE = Path(__file__).parent
TEMPLATES = Environment(loader=PackageLoader("warehouse.reading_room"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
TEMPLATES.filters["label"] = lambda name, group: labels.label(name, getattr(labels, group))
TEMPLATES.filters["place"] = place_of
N_ARTICLES, N_HITS = 200, 50
"""How many articles, and how many hits, one page shows."""
AROUND = 2000
"""Characters shown before and after a place in a file of which nothing was loaded."""
RawText = Callable[[str, str], str]
"""Gives the raw text of a file by its location and file_id; raises ValueError where it cannot be had."""
BAD_VALUES = (duckdb.ConversionException, duckdb.BinderException, duckdb.OutOfRangeException, duckdb.InvalidInputException)
"""What DuckDB raises for a value that does not fit its place: no day, a negative limit, a number that no integer holds."""
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Warehouse:
    """The published file, opened read-only; opened anew when another one stands at its path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._identity: tuple[int, int] | None = None
        self._con: duckdb.DuckDBPyConnection | None = None

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor on the newest publish. Raises HTTPException 503 where nothing is published."""
        with self._lock:
            try:
                stat = self.path.stat()
            except FileNotFoundError:
                raise HTTPException(503, f"Nothing is published at {self.path} yet. Run `dibao run` first.") from None
            if (stat.st_ino, stat.st_mtime_ns) != self._identity:
                # An instance of its own: DuckDB would hand out the old file again for the same path, and requests
                # that still read the old one may finish.
                self._con = sealed(connect(self.path, read_only=True))
                self._identity = (stat.st_ino, stat.st_mtime_ns)
            cursor = self._con.cursor()
        cursor.execute("USE warehouse")
        return cursor

    def rows(self, query: str, **parameters: object) -> list[dict[str, object]]:
        """Return the rows of a query as dictionaries."""
        cursor = self.cursor().execute(query, wanted(query, parameters))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, query: str, **parameters: object) -> dict[str, object]:
        """Return the one row of a query. Raises HTTPException 404 where there is none."""
        rows = self.rows(query, **parameters)
        if not rows:
            raise HTTPException(404, "The warehouse has no such row.")
        return rows[0]


def sealed(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return the connection, from now on unable to reach any other file, address or extension, whatever it is asked.

    Readers ask with parameters only; this holds even where a question of ours had a hole.
    """
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def wanted(query: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters that a query names; those it names and nobody gave are null.

    >>> wanted("SELECT $day::DATE WHERE $paper IS NULL", {"day": "2025-03-04", "x": 1}) == {"day": "2025-03-04", "paper": None}
    True
    """
    return {name: parameters.get(name) or None for name in re.findall(r"\$(\w+)", query)}


def page(template: str, status: int = 200, /, **context: object) -> HTMLResponse:
    """Return a template as a response."""
    return HTMLResponse(TEMPLATES.get_template(f"{template}.html").render(**context), status)


def house(request: Request) -> Warehouse:
    return request.app.state.warehouse


def front(request: Request) -> Response:
    """Search box, filters, and either hits or the latest articles."""
    warehouse, filters = house(request), {name: request.query_params.get(name, "") for name in ("q", "paper", "since", "until", "person")}
    chosen = {name: value or None for name, value in filters.items()}
    first, hits, latest = page_start(request), None, []
    if words := chosen.pop("q"):
        hits = search(warehouse.cursor(), words, **chosen, limit=N_HITS)
    else:
        latest = warehouse.rows(questions.LATEST, **chosen, limit=N_ARTICLES + 1, offset=first)
    return page(
        "front", filters=filters, hits=hits, n_hits=N_HITS, latest=latest[:N_ARTICLES], first=first,
        further=first + N_ARTICLES if len(latest) > N_ARTICLES else None,
        papers=warehouse.rows(questions.PAPERS), days=warehouse.rows(questions.DAYS, limit=366),
        people=warehouse.rows(questions.PEOPLE, limit=12), highlighted=highlighted,
    )


def page_start(request: Request) -> int:
    """Return how many articles the pages before this one hold; zero where the address says nothing sensible."""
    text = request.query_params.get("from", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def highlighted(hit) -> list[tuple[str, bool]]:
    """Return a hit's snippet as pieces of text, each with whether it was looked for."""
    pieces, at = [], 0
    for start, end in hit.highlights:
        pieces += [(hit.snippet[at:start], False), (hit.snippet[start:end], True)]
        at = end
    return [*pieces, (hit.snippet[at:], False)]


def article(request: Request) -> Response:
    """The repaired article with its facts marked, beside the raw page with its blocks lit up."""
    warehouse, article_id = house(request), request.path_params["id"]
    found = warehouse.row(questions.ARTICLE, id=article_id)
    rows = warehouse.rows(questions.FACTS, id=article_id)
    facts = [Fact.of(number, row) for number, row in enumerate(rows)]
    paragraphs = []
    for row in warehouse.rows(questions.PARAGRAPHS, id=article_id):
        pieces, at = [], 0
        for span in row["spans"]:
            size = span["char_end"] - span["char_start"]
            pieces.append(mark(row["text"][at : at + size], span["char_start"], facts))
            at += size
        paragraphs.append({"role": row["role"], "pieces": pieces})
    blocks = [
        {**row, "html": mark(row["text"], row["char_start"], facts), "mine": row["article_id"] == article_id}
        for row in warehouse.rows(questions.BLOCKS, file_id=found["file_id"])
    ]
    return page(
        "article", article=found, paragraphs=paragraphs, blocks=blocks, facts=rows, edits=warehouse.rows(questions.EDITS, id=article_id),
        keywords=warehouse.rows(questions.KEYWORDS, id=article_id), near=warehouse.rows(questions.NEAR, id=article_id),
    )


def person(request: Request) -> Response:
    """A person: titles, timeline, with whom."""
    warehouse, person_id = house(request), request.path_params["id"]
    return page(
        "entity", kind="person", id=person_id, entity=warehouse.row(questions.PERSON, id=person_id),
        named=warehouse.rows(questions.NAMED, id=person_id, kind="person", limit=N_ARTICLES),
        titles=warehouse.rows(questions.PERSON_TITLES, id=person_id, limit=50),
        companions=warehouse.rows(questions.PERSON_COMPANIONS, id=person_id, limit=50),
    )


def organization(request: Request) -> Response:
    """An organisation: its names, where it is named, with which others."""
    warehouse, organization_id = house(request), request.path_params["id"]
    return page(
        "entity", kind="organization", id=organization_id, entity=warehouse.row(questions.ORGANIZATION, id=organization_id),
        named=warehouse.rows(questions.NAMED, id=organization_id, kind="organization", limit=N_ARTICLES), titles=[],
        companions=warehouse.rows(questions.ORGANIZATION_COMPANIONS, id=organization_id, limit=50),
    )


def place(request: Request) -> Response:
    """A place and where it is named."""
    warehouse, place_id = house(request), request.path_params["id"]
    return page(
        "entity", kind="place", id=place_id, entity=warehouse.row(questions.PLACE, id=place_id),
        named=warehouse.rows(questions.NAMED, id=place_id, kind="place", limit=N_ARTICLES), titles=[], companions=[],
    )


def day(request: Request) -> Response:
    """What the papers of a day print, and whom they name."""
    warehouse, date = house(request), request.path_params["day"]
    return page(
        "day", day=date, rows=warehouse.rows(questions.DAY, day=date), people=warehouse.rows(questions.DAY_PEOPLE, day=date),
        neighbours=warehouse.row(questions.NEIGHBOURS, day=date),
    )


def people(request: Request) -> Response:
    """Who is named most."""
    return named(request, "people", questions.PEOPLE)


def organizations(request: Request) -> Response:
    """Which organisations are named most."""
    return named(request, "organizations", questions.ORGANIZATIONS)


def places(request: Request) -> Response:
    """Which places are named most."""
    return named(request, "places", questions.PLACES)


def named(request: Request, kind: str, question: str) -> Response:
    name = request.query_params.get("name", "")
    return page("named", kind=kind, name=name, rows=house(request).rows(question, name=name, limit=N_ARTICLES))


def quarantine(request: Request) -> Response:
    """What was rejected, and why."""
    first = page_start(request)
    rows = house(request).rows(questions.QUARANTINE, limit=N_ARTICLES + 1, offset=first)
    return page("quarantine", rows=rows[:N_ARTICLES], first=first, further=first + N_ARTICLES if len(rows) > N_ARTICLES else None)


def quarantined(request: Request) -> Response:
    """One rejected file or record: its raw place, marked, and what else of the file was rejected."""
    warehouse, quarantine_id = house(request), request.path_params["id"]
    row = warehouse.row(questions.QUARANTINED, id=quarantine_id)
    faults = warehouse.rows(questions.FAULTS, id=quarantine_id, file_id=row["file_id"], limit=N_ARTICLES)
    blocks, unread = warehouse.rows(questions.BLOCKS, file_id=row["file_id"]), ""
    if not blocks:
        blocks, unread = unloaded_blocks(request, row)
    marked = [
        Fact(number, "fault", ((fault["char_start"], fault["char_end"]),)) for number, fault in enumerate(faults) if fault["char_start"] is not None
    ]
    shown = [{**block, "html": mark(block["text"], block["char_start"], marked)} for block in blocks]
    return page("quarantined", row=row, faults=faults, blocks=shown, unread=unread)


def unloaded_blocks(request: Request, row: Mapping) -> tuple[list[dict[str, object]], str]:
    """Return the text around the place in a file of which nothing is in the warehouse as one block, or why it cannot be had."""
    raw_text = request.app.state.raw_text
    if raw_text is None or row["location"] is None:
        return [], f"The warehouse holds nothing of this file; look at {row['location'] or row['path']}."
    try:
        text = raw_text(row["location"], row["file_id"])
    except ValueError as error:
        return [], str(error)
    start = max((row["char_start"] or 0) - AROUND, 0)
    end = (row["char_end"] or 0) + AROUND
    return [{"char_start": start, "char_end": min(end, len(text)), "text": text[start:end]}], ""


def data(request: Request) -> Response:
    """Every table and view of the warehouse, to be downloaded."""
    comments = {row["name"]: row["comment"] for row in house(request).rows(questions.RELATIONS)}
    return page("data", tables=[(name, comments.get(name)) for name in schema.TABLES], views=[(name, comments.get(name)) for name in questions.VIEWS])


def download(request: Request) -> Response:
    """The table behind a view, as CSV or Parquet."""
    name, form = request.path_params["name"], request.path_params["form"]
    query = questions.download_query(name)
    if query is None or form not in ("csv", "parquet"):
        raise HTTPException(404, f"There is no download {name}.{form}; see /data for what there is, each as csv or parquet.")
    cursor, parameters = house(request).cursor(), wanted(query, dict(request.query_params))
    headers = {"Content-Disposition": f'attachment; filename="dibao-{name}.{form}"'}
    if form == "parquet":
        return StreamingResponse(parquet_pieces(cursor, query, parameters), media_type="application/vnd.apache.parquet", headers=headers)
    return StreamingResponse(csv_pieces(cursor.execute(query, parameters)), media_type="text/csv; charset=utf-8", headers=headers)


def csv_pieces(cursor) -> Iterator[str]:
    """Yield rows as CSV that no spreadsheet runs; with a byte order mark, because spreadsheets take Chinese CSV for GBK without one."""
    rows = [[column[0] for column in cursor.description]]
    yield "\ufeff"
    while rows:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([harmless(value) for value in row] for row in rows)
        yield text.getvalue()
        rows = cursor.fetchmany(10_000)


def parquet_pieces(cursor, query: str, parameters: Mapping[str, object]) -> Iterator[bytes]:
    """Return the pieces of a Parquet file, which is written to the end before the first of them is handed out."""
    out = tempfile.SpooledTemporaryFile(max_size=16_000_000)  # noqa: SIM115 closed when the last piece has been handed out
    pq.write_table(cursor.sql(query, params=parameters).to_arrow_table(), out, compression="zstd")
    out.seek(0)
    return pieces_of(out)


def pieces_of(file) -> Iterator[bytes]:
    with file:
        while piece := file.read(1_000_000):
            yield piece


def problem(request: Request, error: HTTPException) -> Response:
    """Say what went wrong and what to do."""
    return page("problem", error.status_code, status_code=error.status_code, detail=error.detail)


def bad_value(request: Request, error: Exception) -> Response:
    """Say that a value in the address is not what its place expects."""
    return page("problem", 400, status_code=400, detail="A value in the address is not what stands there: a day is written 2025-03-04, a limit 100.")


class SafeHeaders(BaseHTTPMiddleware):
    """Forbids scripts, styles and frames from elsewhere."""

    async def dispatch(self, request: Request, call_next):
        response = await call_next(request)
        response.headers.update(SAFE)
        return response


def make_app(
    published: Path, hosts: Collection[str] = THIS_MACHINE, raw_text: RawText | None = None
) -> Starlette:
    """Return the application for a published file; only requests for these host names are answered, and none of another origin's pages.

    ``raw_text`` reads files that were quarantined as a whole, for the warehouse holds no text of them.
    """
    routes = [
        Route("/", front), Route("/article/{id}", article), Route("/person/{id}", person), Route("/organization/{id}", organization),
        Route("/place/{id}", place), Route("/day/{day}", day), Route("/people", people),
        Route("/organizations", organizations), Route("/places", places), Route("/quarantine", quarantine),
        Route("/quarantine/{id}", quarantined), Route("/data", data), Route("/download/{name}.{form}", download),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    middleware = [Middleware(SameOrigin, hosts=hosts), Middleware(SafeHeaders)]
    app = Starlette(routes=routes, middleware=middleware, exception_handlers={HTTPException: problem, **dict.fromkeys(BAD_VALUES, bad_value)})
    app.state.warehouse, app.state.raw_text = Warehouse(published), raw_text
    return app
