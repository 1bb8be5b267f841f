"""The reading room: a web application over the published file. Templates escape all text; nothing is ever written.

Every page is a few queries of ``warehouse.queries`` and one template. A new publish is picked up by itself.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import duckdb
from jinja2 import Environment, PackageLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from warehouse import analytics, dictionary, labels, queries, schema
from warehouse.labels import chinese_number, ranges_text
from warehouse.reading_room import tables
from warehouse.reading_room.marking import Fact, mark
from warehouse.reading_room.published import NO_SUCH_ROW, PublishedWarehouse
from warehouse.report import LANGUAGES, render_report
from warehouse.same_origin import THIS_MACHINE, SameOrigin
from warehouse.search import find_highlights, query_needles

HERE = Path(__file__).parent
ROWS_OF_LIST = 50
"""Rows of a list on one page."""
CHARACTERS_AROUND = 2000
"""Characters shown before and after a place in a file of which nothing was loaded."""
RawText = Callable[[str, str], str]
"""Gives the raw text of a file by its location and file_id; raises ValueError where it cannot be read."""
BAD_VALUES = (duckdb.ConversionException, duckdb.BinderException, duckdb.OutOfRangeException, duckdb.InvalidInputException)
"""What DuckDB raises for a value that does not fit its place: no day, a negative limit, a number that no integer holds."""
OWN = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
STYLED = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
"""For report and dictionary, which carry their style with them."""
DOCS = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; sandbox allow-scripts"
"""For the Data Docs of Great Expectations, whose pages have scripts in them: they run, but are of no origin and reach nothing here."""
ARTICLE_FILTERS = ("q", "paper", "kind", "since", "until", "person", "organization", "place", "topic")


@dataclass(frozen=True)
class Listing:
    """A list of facts with filters: its query, what narrows it, and which columns are counted beside it, each by the filter that it sets."""

    heading: str
    query: str
    filters: tuple[str, ...]
    facets: Mapping[str, str]
    words: str = ""


LISTINGS = {
    "events": Listing(
        "事件",
        queries.EVENTS,
        ("kind", "place", "name", "words", "paper", "since", "until"),
        {"kind": "kind", "place": "place", "paper": "paper"},
        "EVENTS",
    ),
    "quotes": Listing(
        "引语", queries.QUOTES, ("speaker", "about", "words", "paper", "since", "until"), {"speaker": "speaker", "paper": "paper"}
    ),
    "amounts": Listing(
        "数量", queries.AMOUNTS, ("kind", "words", "paper", "since", "until"), {"kind": "kind", "paper": "paper"}, "QUANTITIES"
    ),
    "investments": Listing(
        "投资", queries.INVESTMENTS, ("sector", "words", "paper", "since", "until"), {"sector": "sector", "paper": "paper"}, "SECTORS"
    ),
    "doubts": Listing("存疑", queries.UNCERTAIN, ("fact", "words", "paper"), {"fact": "fact", "paper": "paper"}, "FACTS"),
}
NAMED_LISTS = {
    "people": ("人物", queries.PEOPLE, ""),
    "organizations": ("机构", queries.ORGANIZATIONS, "ORGANIZATIONS"),
    "places": ("地点", queries.PLACES, "LEVELS"),
}
"""Lists of people, organisations and places: heading, query, and the words for their kinds."""


def address(path: str, filters: Mapping[str, object] = {}, **changes: object) -> str:  # noqa: B006 never changed
    """Return an address with the filters that are set, some of them changed.

    >>> address("/", {"q": "大桥", "paper": ""}, kind="news")
    '/?q=%E5%A4%A7%E6%A1%A5&kind=news'
    """
    asked = {name: value for name, value in {**filters, **changes}.items() if value not in ("", None)}
    return f"{path}?{urlencode(asked)}" if asked else path


def month_range(month: str) -> dict[str, str]:
    """Return the filters for a month.

    >>> month_range("2025-02")
    {'since': '2025-02-01', 'until': '2025-02-28'}
    """
    year, number = map(int, month.split("-"))
    return {"since": f"{month}-01", "until": f"{month}-{calendar.monthrange(year, number)[1]}"}


TEMPLATES = Environment(loader=PackageLoader("warehouse.reading_room"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
TEMPLATES.filters["label"] = lambda name, group: labels.label(name, getattr(labels, group))
TEMPLATES.filters["place"] = ranges_text
TEMPLATES.filters["chinese_number"] = chinese_number
TEMPLATES.globals.update(address=address, month_range=month_range)


def page(template: str, status: int = 200, /, **context: object) -> HTMLResponse:
    """Return a template as a response."""
    return HTMLResponse(TEMPLATES.get_template(f"{template}.html").render(**context), status)


def published(request: Request) -> PublishedWarehouse:
    return request.app.state.warehouse


def filters_of(request: Request, names: Iterable[str]) -> dict[str, str]:
    """Return what the address says of each filter, nothing where it is silent."""
    return {name: request.query_params.get(name, "").strip() for name in names}


def first_row(request: Request) -> int:
    """Return how many rows the pages before this one hold; zero where the address says nothing sensible."""
    text = request.query_params.get("from", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def front(request: Request) -> Response:
    """Search box, filters with counts, and either hits or the latest articles; articles that repeat one another are one."""
    warehouse, filters, first = published(request), filters_of(request, ARTICLE_FILTERS), first_row(request)
    found, facets = (queries.HITS, queries.HITS_FACETS) if filters["q"] else (queries.LATEST, queries.LATEST_FACETS)
    rows = warehouse.rows(found, **filters, limit=ROWS_OF_LIST, offset=first)
    needles = query_needles(filters["q"])
    for row in rows:
        row["snippet"] = pieces_of(row["snippet"], needles) if row["snippet"] else []
    counted: dict[str, list] = {}
    for facet in warehouse.rows(facets, **filters):
        counted.setdefault(facet["facet"], []).append(facet)
    return page(
        "front",
        filters=filters,
        rows=rows,
        first=first,
        n_rows=ROWS_OF_LIST,
        facets=counted,
        papers=warehouse.rows(queries.PAPERS),
        days=warehouse.rows(queries.DAYS, limit=60),
        people=warehouse.rows(queries.PEOPLE, limit=12),
    )


def pieces_of(snippet: str, needles: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Return a snippet as pieces of text, each with whether it was looked for.

    >>> pieces_of("望江大桥合龙", ("大桥",))
    [('望江', False), ('大桥', True), ('合龙', False)]
    """
    pieces, end = [], 0
    for highlight in find_highlights(snippet, needles):
        pieces += [(snippet[end : highlight.start], False), (snippet[highlight.start : highlight.end], True)]
        end = highlight.end
    return [*pieces, (snippet[end:], False)]


def article(request: Request) -> Response:
    """The repaired article with its facts marked, beside the raw page with its blocks lit up."""
    warehouse, article_id = published(request), request.path_params["id"]
    article = warehouse.row(queries.ARTICLE, id=article_id)
    rows = warehouse.rows(queries.FACTS, id=article_id)
    facts = [Fact.of(number, row) for number, row in enumerate(rows)]
    paragraphs = []
    for row in warehouse.rows(queries.PARAGRAPHS, id=article_id):
        pieces, end = [], 0
        for span in row["spans"]:
            size = span["char_end"] - span["char_start"]
            pieces.append(mark(row["text"][end : end + size], span["char_start"], facts))
            end += size
        paragraphs.append({"role": row["role"], "pieces": pieces})
    blocks = [
        {**row, "html": mark(row["text"], row["char_start"], facts, focusable=False), "mine": row["article_id"] == article_id}
        for row in warehouse.rows(queries.BLOCKS, file_id=article["file_id"])
    ]
    return page(
        "article",
        article=article,
        paragraphs=paragraphs,
        blocks=blocks,
        facts=rows,
        edits=warehouse.rows(queries.EDITS, id=article_id),
        keywords=warehouse.rows(queries.KEYWORDS, id=article_id),
        near=warehouse.rows(queries.NEAR, id=article_id),
    )


def entity(request: Request, kind: str, query: str, **more: str) -> Response:
    """A person, organisation or place: where it is named and with whom, what it says and what is said of it, what it does or what happens there."""
    warehouse, id, first = published(request), request.path_params["id"], first_row(request)
    rows = warehouse.rows(query, id=id)
    if not rows:
        return elsewhere(warehouse, kind, id)
    acting = {"place": id} if kind == "place" else {"name": id}
    return page(
        "entity",
        kind=kind,
        id=id,
        entity=rows[0],
        first=first,
        n_rows=ROWS_OF_LIST,
        named=warehouse.rows(queries.NAMED, id=id, kind=kind, limit=ROWS_OF_LIST + 1, offset=first),
        companions=warehouse.rows(queries.COMPANIONS, id=id, kind=kind, limit=30),
        events=warehouse.rows(f"{queries.EVENTS} LIMIT 20", **acting),
        said=warehouse.rows(f"{queries.QUOTES} LIMIT 20", speaker=id) if kind != "place" else [],
        about=warehouse.rows(f"{queries.QUOTES} LIMIT 20", about=id),
        **{name: warehouse.rows(asked, id=id, limit=50) for name, asked in more.items()},
    )


def elsewhere(warehouse: PublishedWarehouse, kind: str, name: str) -> Response:
    """Lead to who bears a name that stands where an id is expected. Raises HTTPException 404 where nobody does, or several do."""
    namesakes = [row for row in warehouse.rows(queries.NAMESAKES, name=name) if row["kind"] == kind]
    if len(namesakes) == 1:
        return RedirectResponse(f"/{kind}/{namesakes[0]['id']}")
    raise HTTPException(404, NO_SUCH_ROW)


def person(request: Request) -> Response:
    """A person: titles, changes of office, timeline, with whom, words and deeds."""
    return entity(request, "person", queries.PERSON, titles=queries.PERSON_TITLES, changes=queries.JOB_CHANGES)


def organization(request: Request) -> Response:
    """An organisation: its names and people, where it is named, with which others."""
    return entity(request, "organization", queries.ORGANIZATION, people=queries.ORGANIZATION_PEOPLE)


def place(request: Request) -> Response:
    """A place: where it is named, and what happened there."""
    return entity(request, "place", queries.PLACE)


def day(request: Request) -> Response:
    """What the papers of a day print, and whom they name."""
    warehouse, date = published(request), request.path_params["day"]
    return page(
        "day",
        day=date,
        rows=warehouse.rows(queries.DAY, day=date),
        people=warehouse.rows(queries.DAY_PEOPLE, day=date),
        neighbours=warehouse.row(queries.NEIGHBOURS, day=date),
    )


def named_list(request: Request) -> Response:
    """People, organisations or places, those that are named most first, or those whose name has some characters."""
    name = request.url.path.strip("/")
    (heading, query, words), filters, first = NAMED_LISTS[name], filters_of(request, ("name", "kind")), first_row(request)
    rows = published(request).rows(query, **filters, limit=ROWS_OF_LIST + 1, offset=first)
    return page(
        "named",
        list=name,
        heading=heading,
        words=words,
        filters=filters,
        rows=rows,
        first=first,
        n_rows=ROWS_OF_LIST,
        kinds=getattr(labels, words) if words else {},
    )


def listing(request: Request) -> Response:
    """Events, quotations, quantities, investments or doubtful facts, with filters and counts."""
    name = request.url.path.strip("/")
    listed, warehouse = LISTINGS[name], published(request)
    filters, first = filters_of(request, listed.filters), first_row(request)
    rows = warehouse.rows(f"{listed.query} LIMIT {ROWS_OF_LIST} OFFSET $offset::BIGINT", **filters, offset=first)
    facets = {
        facet: warehouse.rows(
            f"SELECT {column} AS value, count(*) AS n FROM ({listed.query}) WHERE {column} IS NOT NULL GROUP BY ALL "
            "ORDER BY n DESC, value LIMIT 12",
            **filters,
        )
        for facet, column in listed.facets.items()
    }
    n_found = warehouse.row(f"SELECT count(*) AS n FROM ({listed.query})", **filters)["n"]
    more = {"disagreements": queries.DISAGREEMENTS, "misprints": queries.MISPRINTS} if name == "doubts" else {}
    return page(
        "list",
        list=name,
        listed=listed,
        filters=filters,
        rows=rows,
        facets=facets,
        n_found=n_found,
        first=first,
        n_rows=ROWS_OF_LIST,
        **{key: warehouse.rows(asked, limit=20) for key, asked in more.items()},
    )


def quarantine(request: Request) -> Response:
    """What was rejected, and why."""
    first = first_row(request)
    rows = published(request).rows(queries.QUARANTINE, limit=ROWS_OF_LIST + 1, offset=first)
    return page("quarantine", rows=rows, first=first, n_rows=ROWS_OF_LIST)


def quarantined(request: Request) -> Response:
    """One rejected file or record: its raw place, marked, and what else of the file was rejected."""
    warehouse, quarantine_id = published(request), request.path_params["id"]
    row = warehouse.row(queries.QUARANTINED, id=quarantine_id)
    faults = warehouse.rows(queries.FAULTS, id=quarantine_id, file_id=row["file_id"], limit=200)
    blocks, unread = warehouse.rows(queries.BLOCKS, file_id=row["file_id"]), ""
    if not blocks:
        blocks, unread = unloaded_blocks(request, row)
    marked = [
        Fact(number, "fault", ((fault["char_start"], fault["char_end"]),))
        for number, fault in enumerate(faults)
        if fault["char_start"] is not None
    ]
    shown = [{**block, "html": mark(block["text"], block["char_start"], marked)} for block in blocks]
    return page("quarantined", row=row, faults=faults, blocks=shown, unread=unread)


def unloaded_blocks(request: Request, row: Mapping) -> tuple[list[dict[str, object]], str]:
    """Return the text around the place in a file of which nothing is in the warehouse as one block, or why it cannot be read."""
    raw_text = request.app.state.raw_text
    if raw_text is None or row["location"] is None:
        return [], f"库中没有此文件的文字；请看 {row['location'] or row['path']}。"
    try:
        text = raw_text(row["location"], row["file_id"])
    except ValueError as error:
        return [], f"此文件现在读不到：{error}"
    start = max((row["char_start"] or 0) - CHARACTERS_AROUND, 0)
    end = (row["char_end"] or 0) + CHARACTERS_AROUND
    return [{"char_start": start, "char_end": min(end, len(text)), "text": text[start:end]}], ""


def data(request: Request) -> Response:
    """Every table and view of the warehouse, the sample queries, and what else tells of it."""
    comments = {row["name"]: row["comment"] for row in published(request).rows(queries.RELATIONS)}
    layers = {layer: [(table.name, comments.get(table.name)) for table in schema.of_layer(layer)] for layer in dictionary.LAYERS}
    return page(
        "data",
        layers=layers,
        layers_zh=dictionary.LAYERS_ZH,
        views=[(name, comments.get(name)) for name in queries.VIEWS],
        samples=list(analytics.sample_queries()),
        has_data_docs=data_docs_of(request.app.state.warehouse).is_dir(),
    )


def table(request: Request) -> Response:
    """The rows of a table or view, sorted and filtered as the address says, with the SQL that gives them."""
    warehouse, name, asked = published(request), request.path_params["name"], request.query_params
    if name not in (*schema.TABLES, *queries.VIEWS):
        raise HTTPException(404, f"库中没有叫 {name} 的表或视图。")
    columns = [row["column_name"] for row in warehouse.rows(f"DESCRIBE {name}")]
    given = zip(asked.getlist("column"), asked.getlist("sign"), asked.getlist("value"), strict=False)
    conditions = [condition for condition in (tables.Condition(*each) for each in given) if condition.column]
    sort, descending = asked.get("sort", ""), asked.get("order") == "desc"
    query = tables.select(name, columns, conditions, sort, descending)
    found = tables.fetch_page(warehouse.cursor(), query, first_row(request))
    return page(
        "table",
        name=name,
        columns=columns,
        conditions=conditions,
        signs=list(tables.CONDITIONS),
        sort=sort,
        descending=descending,
        sql=query,
        found=found,
        first=first_row(request),
        n_rows=tables.ROWS_OF_TABLE_PAGE,
    )


def sql(request: Request) -> Response:
    """A query that a reader wrote, and its rows: on a page, or as a file where the address names a form."""
    asked, form = request.query_params.get("query", ""), request.path_params.get("form")
    samples = list(analytics.sample_queries())
    if form is None:
        query = checked_question(asked)
        found = tables.fetch_page(published(request).cursor(), query, first_row(request)) if query else None
        return page(
            "sql",
            sql=query,
            found=found,
            first=first_row(request),
            n_rows=tables.ROWS_OF_TABLE_PAGE,
            samples=samples,
            sample=next((sample for sample in samples if sample.query == query), None),
        )
    if form not in tables.FORMS:
        raise HTTPException(404, f"没有 {form} 这种形式，有 {'、'.join(tables.FORMS)}。")
    try:
        return tables.stream_rows(published(request).cursor(), "query", form, tables.checked_select(asked), {})
    except duckdb.Error as error:
        raise HTTPException(400, f"DuckDB 不接受这条查询：{error}") from error


def checked_question(asked: str) -> str:
    """Return the query that is asked, nothing where none is."""
    return tables.checked_select(asked) if asked.strip() else ""


def download(request: Request) -> Response:
    """The table behind a page, as CSV, JSON or Parquet."""
    name, form = request.path_params["name"], request.path_params["form"]
    query = queries.download_query(name)
    if query is None or form not in tables.FORMS:
        raise HTTPException(404, f"没有 {name}.{form} 可下载；数据页列出全部的表，形式有 {'、'.join(tables.FORMS)}。")
    return tables.stream_rows(published(request).cursor(), name, form, query, queries.named_parameters(query, dict(request.query_params)))


def report_page(request: Request) -> Response:
    """The report, its names and headlines leading to the pages of the reading room."""
    language = request.query_params.get("lang", "zh")
    language = language if language in LANGUAGES else "zh"
    html = published(request).made_once(("report", language), lambda con: render_report(con, language, reading_room=True))
    return HTMLResponse(html, headers={"Content-Security-Policy": STYLED})


def data_dictionary(request: Request) -> Response:
    """The data dictionary of the published warehouse."""
    html = published(request).made_once("dictionary", lambda con: dictionary.render(con)[1])
    return HTMLResponse(html, headers={"Content-Security-Policy": STYLED})


def data_docs_of(warehouse: PublishedWarehouse) -> Path:
    """Return where the Data Docs of the published file's home lie."""
    return warehouse.path.parent / "data_docs"


SUGGESTIONS = {
    "article": "文章编号在页面更正后会变；可按标题或正文检索。",
    "person": "可在人物页按姓名查找。",
    "organization": "可在机构页按名称查找。",
    "place": "可在地点页按名称查找。",
    "quarantine": "可能已重新读入；请看隔离区。",
}


def problem(request: Request, error: HTTPException) -> Response:
    """Say what went wrong and what to do."""
    kind, _, rest = request.url.path.strip("/").partition("/")
    others = []
    if error.status_code == 404 and kind == "article":
        others = published(request).rows("SELECT article_id, headline FROM articles WHERE file_id = left($id, 16) ORDER BY seq", id=rest)
    detail = "这里没有这一页。" if error.detail == "Not Found" else "这里只能读。" if error.status_code == 405 else error.detail
    return page(
        "problem",
        error.status_code,
        status_code=error.status_code,
        detail=detail,
        hint=SUGGESTIONS.get(kind, ""),
        others=others,
        asked=rest[:60],
    )


def bad_value(request: Request, error: Exception) -> Response:
    """Say that a value in the address is not what its place expects."""
    return page(
        "problem", 400, status_code=400, detail="地址中有一个值写得不对：日期写作 2025-03-04，数目写作 100。", hint="", others=[], asked=""
    )


class SafeHeaders(BaseHTTPMiddleware):
    """Forbids scripts, styles and frames from elsewhere."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers.update({"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"})
        response.headers.setdefault("Content-Security-Policy", DOCS if request.url.path.startswith("/data_docs/") else OWN)
        return response


def make_app(path: Path, hosts: Collection[str] = THIS_MACHINE, raw_text: RawText | None = None) -> Starlette:
    """Return the application for a published file; only requests for these host names are answered, and none of another origin's pages.

    ``raw_text`` reads files that were quarantined as a whole, for the warehouse holds no text of them.
    """
    warehouse = PublishedWarehouse(path)
    routes = [
        Route("/", front),
        Route("/article/{id}", article),
        Route("/person/{id}", person),
        Route("/organization/{id}", organization),
        Route("/place/{id}", place),
        Route("/day/{day}", day),
        *(Route(f"/{name}", named_list) for name in NAMED_LISTS),
        *(Route(f"/{name}", listing) for name in LISTINGS),
        Route("/quarantine", quarantine),
        Route("/quarantine/{id}", quarantined),
        Route("/data", data),
        Route("/table/{name}", table),
        Route("/sql", sql),
        Route("/sql.{form}", sql),
        Route("/download/{name}.{form}", download),
        Route("/report", report_page),
        Route("/dictionary", data_dictionary),
        Mount("/data_docs", StaticFiles(directory=data_docs_of(warehouse), html=True, check_dir=False)),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    middleware = [Middleware(SameOrigin, hosts=hosts), Middleware(SafeHeaders)]
    app = Starlette(
        routes=routes, middleware=middleware, exception_handlers={HTTPException: problem, **dict.fromkeys(BAD_VALUES, bad_value)}
    )
    app.state.warehouse, app.state.raw_text = warehouse, raw_text
    return app
