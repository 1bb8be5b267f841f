"""The web application. Starlette comes with Prefect's server; templates escape all text; nothing is ever written.

A new publish is picked up by itself: the published file is opened anew when another file stands at its path.
"""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from jinja2 import Environment, PackageLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from warehouse.exports import harmless
from warehouse.reading_room import questions
from warehouse.reading_room.marking import Fact, mark
from warehouse.search import search
from warehouse.store import connect

HERE = Path(__file__).parent
TEMPLATES = Environment(loader=PackageLoader("warehouse.reading_room"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
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
                self._con = connect(self.path, read_only=True)
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


def wanted(query: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters that a query names; those it names and nobody gave are null.

    >>> wanted("SELECT $day::DATE WHERE $paper IS NULL", {"day": "2025-03-04", "x": 1}) == {"day": "2025-03-04", "paper": None}
    True
    """
    return {name: parameters.get(name) or None for name in re.findall(r"\$(\w+)", query)}


def page(name: str, status: int = 200, **context: object) -> HTMLResponse:
    """Return a template as a response."""
    return HTMLResponse(TEMPLATES.get_template(f"{name}.html").render(**context), status)


def house(request: Request) -> Warehouse:
    return request.app.state.warehouse


def front(request: Request) -> Response:
    """Search box, filters, and either hits or the latest articles."""
    warehouse, filters = house(request), {name: request.query_params.get(name, "") for name in ("q", "paper", "since", "until", "person")}
    chosen = {name: value or None for name, value in filters.items()}
    hits = None
    try:
        if chosen["q"]:
            hits = search(
                warehouse.cursor(), chosen["q"], since=chosen["since"], until=chosen["until"], paper=chosen["paper"],
                person=chosen["person"], limit=50,
            )
        latest = [] if chosen["q"] else warehouse.rows(questions.LATEST, **chosen)
    except duckdb.ConversionException:
        raise HTTPException(400, "A date is written 2025-03-04.") from None
    return page(
        "front", filters=filters, hits=hits, latest=latest, papers=warehouse.rows(questions.PAPERS), days=warehouse.rows(questions.DAYS),
        people=warehouse.rows(questions.PEOPLE)[:12], highlighted=highlighted,
    )


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
    facts = [
        Fact(row["fact_id"], row["kind"], row["note"], row["link"], tuple((s["char_start"], s["char_end"]) for s in row["spans"]))
        for row in warehouse.rows(questions.FACTS, id=article_id)
    ]
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
        "article", article=found, paragraphs=paragraphs, blocks=blocks, facts=facts, edits=warehouse.rows(questions.EDITS, id=article_id),
        keywords=warehouse.rows(questions.KEYWORDS, id=article_id), near=warehouse.rows(questions.NEAR, id=article_id),
    )


def person(request: Request) -> Response:
    """A person: titles, timeline, with whom."""
    warehouse, person_id = house(request), request.path_params["id"]
    return page(
        "person", person=warehouse.row(questions.PERSON, id=person_id), rows=warehouse.rows(questions.PERSON_TIMELINE, id=person_id),
        titles=warehouse.rows(questions.PERSON_TITLES, id=person_id), companions=warehouse.rows(questions.COMPANIONS, id=person_id),
    )


def organization(request: Request) -> Response:
    """An organisation: its names and where it is named."""
    return entity(request, "organization", questions.ORGANIZATION)


def place(request: Request) -> Response:
    """A place and where it is named."""
    return entity(request, "place", questions.PLACE)


def entity(request: Request, kind: str, question: str) -> Response:
    warehouse, entity_id = house(request), request.path_params["id"]
    return page("entity", kind=kind, id=entity_id, entity=warehouse.row(question, id=entity_id),
                named=warehouse.rows(questions.NAMED, id=entity_id, kind=kind))


def day(request: Request) -> Response:
    """What the papers of a day print."""
    warehouse, date = house(request), request.path_params["day"]
    try:
        return page("day", day=date, rows=warehouse.rows(questions.DAY, day=date))
    except duckdb.ConversionException:
        raise HTTPException(400, "A day is written 2025-03-04.") from None


def people(request: Request) -> Response:
    """Who is named most."""
    return page("people", people=house(request).rows(questions.PEOPLE))


def download(request: Request) -> Response:
    """The table behind a view, as CSV or Parquet."""
    name, form = request.path_params["name"], request.path_params["form"]
    query = questions.DOWNLOADS.get(name)
    if query is None or form not in ("csv", "parquet"):
        raise HTTPException(404, f"There is no download {name}.{form}; there are: {', '.join(questions.DOWNLOADS)}.")
    cursor = house(request).cursor()
    relation = cursor.sql(query, params=wanted(query, dict(request.query_params)))
    named = {"Content-Disposition": f'attachment; filename="dibao-{name}.{form}"'}
    if form == "parquet":
        out = io.BytesIO()
        pq.write_table(relation.to_arrow_table(), out, compression="zstd")
        return Response(out.getvalue(), media_type="application/vnd.apache.parquet", headers=named)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(relation.columns)
    writer.writerows([harmless(value) for value in row] for row in relation.fetchall())
    # With a byte order mark, because spreadsheets take Chinese CSV for GBK without one.
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


def problem(request: Request, error: HTTPException) -> Response:
    """Say what went wrong and what to do."""
    return page("problem", error.status_code, status_code=error.status_code, detail=error.detail)


class SafeHeaders(BaseHTTPMiddleware):
    """Forbids scripts, styles and frames from elsewhere."""

    async def dispatch(self, request: Request, call_next):
        response = await call_next(request)
        response.headers.update(SAFE)
        return response


def make_app(published: Path, hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1", "testserver")) -> Starlette:
    """Return the application for a published file; only requests for these host names are answered."""
    routes = [
        Route("/", front), Route("/article/{id}", article), Route("/person/{id}", person), Route("/organization/{id}", organization),
        Route("/place/{id}", place), Route("/day/{day}", day), Route("/people", people), Route("/download/{name}.{form}", download),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)), Middleware(SafeHeaders)]
    app = Starlette(routes=routes, middleware=middleware, exception_handlers={HTTPException: problem})
    app.state.warehouse = Warehouse(published)
    return app
