"""The report: one HTML file that says what is in the warehouse, for people who read newspapers.

It opens offline and needs nothing beside it: no script, no font, no network. Figures are asked of the views in SQL, laid out by
``warehouse.charts``, and drawn by the Jinja2 templates in ``warehouse/templates``, which escape every piece of text. A section for
which there is no data says so in a line and draws nothing. Dates and versions come from the data, not from the clock, so the same
warehouse gives the same file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from warehouse import labels
from warehouse.charts import choose_period, column_chart, period_label, period_start, periods_between

WIDTHS = {"narrow": 350.0, "wide": 920.0}
"""Widths of the drawings for a phone and for a desk, in CSS pixels."""

N_SERIES = 6
"""Papers that get a colour of their own; the others share one."""


def chinese_number(value: float) -> str:
    """Return a number as a Chinese paper prints it, in 万 and 亿 where it is large.

    >>> [chinese_number(value) for value in (30, 26000, 1.2e9, 1234.5, 3.5e12)]
    ['30', '2.6万', '12亿', '1,234.5', '3.5万亿']
    """
    for unit, name in ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")):
        if abs(value) >= unit:
            return f"{value / unit:,.4g}{name}" if abs(value / unit) < 1000 else f"{value / unit:,.0f}{name}"
    return f"{value:,.10g}"


def shorten(text: str, longest: int = 40) -> str:
    """Return text of at most so many characters, its end cut off visibly.

    >>> shorten("青禾产业园开工", 5)
    '青禾产业…'
    """
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("warehouse", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["chinese_number"] = chinese_number
    environment.filters["short"] = shorten
    environment.filters["thousands"] = lambda value: f"{value or 0:,}"
    return environment


def _rows(con: duckdb.DuckDBPyConnection, query: str, *parameters) -> list[dict]:
    """Return rows by column name; parameters are given in order, or one mapping by name."""
    named = len(parameters) == 1 and isinstance(parameters[0], dict)
    cursor = con.execute(query, parameters[0] if named else list(parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def holdings(con: duckdb.DuckDBPyConnection) -> dict:
    """Return how much of everything the warehouse holds, and of which days and papers."""
    (row,) = _rows(con, """
        SELECT
            (SELECT count(*) FROM raw_files WHERE status = 'loaded') AS n_files,
            (SELECT coalesce(sum(n_chars), 0)::BIGINT FROM raw_files WHERE status = 'loaded') AS n_chars,
            (SELECT count(*) FROM articles) AS n_articles,
            (SELECT count(*) FROM people WHERE person_id IN (SELECT entity_id FROM mentions WHERE roles IS NULL)) AS n_people,
            (SELECT count(*) FROM organizations) AS n_organizations,
            (SELECT count(*) FROM places) AS n_places,
            (SELECT count(*) FROM quantities) AS n_quantities,
            (SELECT count(*) FROM quantities WHERE kind = 'money') AS n_amounts,
            (SELECT count(*) FROM quotes) AS n_quotes,
            (SELECT count(*) FROM events) AS n_events,
            (SELECT min(published_on) FROM articles) AS first_on,
            (SELECT max(published_on) FROM articles) AS last_on,
            (SELECT count(DISTINCT published_on) FROM articles) AS n_days,
            (SELECT list(DISTINCT paper ORDER BY paper) FROM raw_files WHERE paper IS NOT NULL AND status = 'loaded') AS papers
    """)
    row["papers"] = row["papers"] or []
    return row


def coverage(con: duckdb.DuckDBPyConnection) -> dict | None:
    """Return articles by period and paper as charts, and how many have no date; None without any article."""
    rows = _rows(con, """
        SELECT published_on AS on_date, paper, count(*) AS n_articles FROM articles GROUP BY ALL ORDER BY on_date
    """)
    if not rows:
        return None
    undated = sum(row["n_articles"] for row in rows if row["on_date"] is None)
    rows = [row for row in rows if row["on_date"] is not None]
    by_paper: dict[str, int] = {}
    for row in rows:
        by_paper[row["paper"] or "报名不详"] = by_paper.get(row["paper"] or "报名不详", 0) + row["n_articles"]
    ranked = sorted(by_paper, key=lambda paper: (-by_paper[paper], paper))
    names = ranked if len(ranked) <= N_SERIES else [*ranked[: N_SERIES - 1], f"其他 {len(ranked) - N_SERIES + 1} 种"]
    index = {paper: min(place, len(names) - 1) for place, paper in enumerate(ranked)}
    charts, period = {}, "day"
    if rows:
        first, last = rows[0]["on_date"], rows[-1]["on_date"]
        for size, width in WIDTHS.items():
            period = choose_period(first, last, at_most=int(width / 12))
            counts = {start: [0] * len(names) for start in periods_between(first, last, period)}
            for row in rows:
                counts[period_start(row["on_date"], period)][index[row["paper"] or "报名不详"]] += row["n_articles"]
            charts[size] = column_chart(counts, names, period, width)
    totals = [sum(by_paper[paper] for paper in ranked if index[paper] == place) for place in range(len(names))]
    return {"charts": charts, "papers": list(zip(names, totals, strict=True)), "undated": undated}


MOST = 1000
"""People or organizations that are asked about first: those that are in most articles."""


def _first_of_most(con: duckdb.DuckDBPyConnection, table: str, n: int, n_asked: int, query: str) -> list[dict]:
    """Return the first rows of a query over ``often``, those of a table that are in most articles, that ranks by ``n_articles``.

    It may find no more articles of a row than the table says, so whoever is left out can only be among the first where these have as few
    articles; then all are asked, which takes long.
    """
    ((n_there,),) = con.execute(f"SELECT count(*) FROM {table}").fetchall()
    for asked in (n_asked, n_there):
        often = f"(FROM {table} ORDER BY n_articles DESC LIMIT {asked})" if asked < n_there else table
        rows = _rows(con, f"WITH often AS (FROM {often}) FROM ({query}) LIMIT {n}")
        left_out = con.execute(f"SELECT n_articles FROM {table} ORDER BY n_articles DESC LIMIT 1 OFFSET {asked}").fetchall()
        if not left_out or len(rows) == n and rows[-1]["n_articles"] > left_out[0][0]:
            break
    return rows


def people(con: duckdb.DuckDBPyConnection, n: int = 15, n_asked: int = MOST) -> list[dict]:
    """Return the people named in most articles, bylines and credits left out, with those whom they are most often named with."""
    ranked = _first_of_most(con, "people", n, n_asked, """
        WITH named AS (
            SELECT entity_id AS person_id, article_id, count(*) AS n FROM mentions
            WHERE kind = 'person' AND entity_id IN (SELECT person_id FROM often) GROUP BY ALL HAVING count(roles) = 0
        ), counted AS (
            SELECT person_id, count(*) AS n_articles, sum(n)::BIGINT AS n_mentions FROM named GROUP BY person_id
        )
        SELECT person_id, name, c.n_articles, c.n_mentions FROM counted AS c JOIN often USING (person_id)
        ORDER BY c.n_articles DESC, c.n_mentions DESC, name, person_id
    """)
    ids = {"ids": [row["person_id"] for row in ranked]}
    printed = _rows(con, """
        WITH named AS (
            SELECT entity_id AS person_id, article_id, arg_min(title, mention_id) FILTER (title IS NOT NULL) AS title
            FROM mentions WHERE kind = 'person' AND entity_id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY ALL HAVING count(roles) = 0
        )
        SELECT person_id, arg_max(title, (published_on, article_id)) FILTER (title IS NOT NULL) AS title,
               min(published_on) AS first_on, max(published_on) AS last_on
        FROM named JOIN articles USING (article_id) GROUP BY person_id
    """, ids)
    partners = _rows(con, """
        WITH mine AS (
            SELECT DISTINCT entity_id AS person_id, article_id, sentence_id FROM mentions
            WHERE kind = 'person' AND roles IS NULL AND entity_id IN (SELECT unnest($ids::VARCHAR[]))
        ), shared AS (
            SELECT person_id, m.entity_id AS other_id, count(DISTINCT m.article_id) AS n_articles,
                   count(DISTINCT m.sentence_id) FILTER (m.sentence_id = mine.sentence_id) AS n_sentences
            FROM mine JOIN mentions AS m ON m.article_id = mine.article_id AND m.entity_id <> person_id
            WHERE m.kind = 'person' AND m.roles IS NULL
            GROUP BY ALL
        )
        SELECT s.person_id, name AS other_name, s.n_articles FROM shared AS s JOIN people AS p ON p.person_id = other_id
        QUALIFY row_number() OVER (PARTITION BY s.person_id ORDER BY s.n_articles DESC, n_sentences DESC, name, other_id) <= 4
        ORDER BY s.n_articles DESC, n_sentences DESC, name, other_id
    """, ids)
    said = {row["person_id"]: row for row in printed}
    return [row | said[row["person_id"]] | {"others": [other for other in partners if other["person_id"] == row["person_id"]]} for row in ranked]


def pairs(con: duckdb.DuckDBPyConnection, kind: str, n: int = 12, n_asked: int = MOST) -> list[dict]:
    """Return the pairs of people or organizations that share most articles; a pair that shares only one needs a sentence in common."""
    ranked = _first_of_most(con, {"person": "people", "organization": "organizations"}[kind], n, n_asked, f"""
        WITH named AS (
            SELECT entity_id AS id, article_id, sentence_id FROM mentions
            WHERE kind = '{kind}' AND roles IS NULL AND entity_id IN (SELECT {kind}_id FROM often)
        ), in_articles AS (
            SELECT DISTINCT id, article_id FROM named
        ), in_sentences AS (
            SELECT DISTINCT id, sentence_id FROM named WHERE sentence_id IS NOT NULL
        ), shared_articles AS (
            SELECT one.id, other.id AS other_id, count(*) AS n_articles
            FROM in_articles AS one JOIN in_articles AS other ON one.article_id = other.article_id AND one.id < other.id GROUP BY ALL
        ), shared_sentences AS (
            SELECT one.id, other.id AS other_id, count(*) AS n_sentences
            FROM in_sentences AS one JOIN in_sentences AS other ON one.sentence_id = other.sentence_id AND one.id < other.id GROUP BY ALL
        )
        SELECT s.id, s.other_id, x.name, y.name AS other_name, s.n_articles, coalesce(n_sentences, 0) AS n_sentences
        FROM shared_articles AS s LEFT JOIN shared_sentences USING (id, other_id)
            JOIN often AS x ON x.{kind}_id = s.id JOIN often AS y ON y.{kind}_id = s.other_id
        WHERE s.n_articles > 1 OR n_sentences > 0
        ORDER BY s.n_articles DESC, coalesce(n_sentences, 0) DESC, x.name, y.name, s.id, s.other_id
    """)
    articles = dict(con.execute(
        "SELECT entity_id, list(DISTINCT article_id) FROM mentions "
        "WHERE kind = $kind AND roles IS NULL AND entity_id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY ALL",
        {"kind": kind, "ids": [some for row in ranked for some in (row["id"], row["other_id"])]},
    ).fetchall())
    return [row | {"article_ids": sorted({*articles[row["id"]]} & {*articles[row["other_id"]]})} for row in ranked]


def activity(con: duckdb.DuckDBPyConnection, n: int = 12) -> list[dict]:
    """Return what the leaders did last, newest first, people and events of one passage together; a repeated report counts once."""
    return _rows(con, """
        SELECT max(l.on_date) AS on_date, string_agg(DISTINCT l.name, '、' ORDER BY l.name) AS names, l.text, l.headline, l.article_id, l.spans
        FROM leader_activity AS l JOIN articles AS a USING (article_id)
        WHERE coalesce(a.is_canonical, true)
        GROUP BY l.text, l.headline, l.article_id, l.spans
        ORDER BY on_date DESC NULLS LAST, l.article_id, l.spans LIMIT ?
    """, n)


def investments(con: duckdb.DuckDBPyConnection, n: int = 15) -> list[dict]:
    """Return the largest sums of money in yuan that are invested, spent, raised or signed for; a repeated report counts once."""
    n_asked = 20 * n
    while True:  # which sums are invested takes long to tell, so it is asked of the largest first
        ((least, n_sums),) = con.execute("""
            SELECT min(base_value), count(*) FROM (
                SELECT base_value FROM quantities WHERE kind = 'money' AND base_unit = 'CNY' AND base_value IS NOT NULL ORDER BY base_value DESC LIMIT ?
            )
        """, [n_asked]).fetchall()
        rows = _rows(con, """
            SELECT published_on, project, relation, amount_text, amount, companies, headline, sentence, article_id, spans
            FROM project_investments WHERE amount >= $least AND currency = 'CNY' AND is_canonical
            ORDER BY amount DESC, quantity_id LIMIT $n
        """, {"least": least, "n": n})
        if len(rows) == n or n_sums < n_asked:
            return rows
        n_asked *= 20


def foreign_sums(con: duckdb.DuckDBPyConnection) -> int:
    """Return how many sums that are invested, spent, raised or signed for are in other currencies or say no number."""
    ((n,),) = con.execute("SELECT count(*) FROM project_investments WHERE amount IS NULL OR currency <> 'CNY'").fetchall()
    return n


def amounts(con: duckdb.DuckDBPyConnection) -> list[dict]:
    """Return for each kind of quantity how many there are, and the largest of them with its article."""
    return _rows(con, """
        WITH counted AS (
            SELECT kind, base_unit, count(*) AS n, count(DISTINCT article_id) AS n_articles, max(base_value) AS most
            FROM quantities WHERE base_value IS NOT NULL
            GROUP BY kind, base_unit ORDER BY n DESC, kind, base_unit LIMIT 12
        ), largest AS (
            SELECT c.*, min(quantity_id) AS quantity_id
            FROM counted AS c JOIN quantities AS q ON q.kind = c.kind AND q.base_value = most AND q.base_unit IS NOT DISTINCT FROM c.base_unit
            GROUP BY ALL
        )
        SELECT l.kind, l.base_unit, n, n_articles,
               struct_pack(printed := q.text, counted := q.of, headline := a.headline, article_id := q.article_id, spans := q.spans) AS largest
        FROM largest AS l JOIN quantities AS q USING (quantity_id) JOIN articles AS a USING (article_id)
        ORDER BY n DESC, l.kind, l.base_unit
    """)


def topics(con: duckdb.DuckDBPyConnection, n: int = 14, n_periods: int = 12) -> dict | None:
    """Return the terms of most articles in the latest periods, and their articles in each; None where there is no dated keyword."""
    ((first, last),) = con.execute("SELECT min(published_on), max(published_on) FROM articles").fetchall()
    if first is None:
        return None
    period = choose_period(first, last, n_periods)
    starts = periods_between(first, last, period)[-n_periods:]
    rows = _rows(con, """
        WITH recent AS (
            SELECT article_id, published_on AS on_date FROM articles WHERE coalesce(is_canonical, true) AND published_on >= $since
        ), most AS (
            SELECT term FROM keywords JOIN recent USING (article_id) GROUP BY term ORDER BY count(*) DESC, sum(weight) DESC, term LIMIT $n
        )
        SELECT term, on_date, count(*) AS n_articles FROM keywords JOIN recent USING (article_id) WHERE term IN (FROM most) GROUP BY ALL
    """, {"since": starts[0], "n": n})
    if not rows:
        return None
    counts: dict[str, dict] = {}
    for row in rows:
        by_start = counts.setdefault(row["term"], dict.fromkeys(starts, 0))
        by_start[period_start(row["on_date"], period)] += row["n_articles"]
    years = {start.year for start in starts}
    return {
        "period": {"day": "日", "week": "周", "month": "月", "year": "年"}[period],
        "is_cut": starts[0] > first,
        "labels": [period_label(start, period, with_year=period == "month" and len(years) > 1) for start in starts],
        "rows": sorted(((term, sum(of.values()), list(of.values())) for term, of in counts.items()), key=lambda row: (-row[1], row[0])),
        "highest": max(count for of in counts.values() for count in of.values()),
    }


def places(con: duckdb.DuckDBPyConnection, n: int = 20) -> list[dict]:
    """Return the places named in most articles."""
    return _rows(con, "SELECT name, level, n_articles, n_mentions FROM places ORDER BY n_articles DESC, n_mentions DESC, name LIMIT ?", n)


def quality(con: duckdb.DuckDBPyConnection) -> dict:
    """Return where the characters went, what is marked as damaged or doubtful, which rules were broken, and what was quarantined."""
    marks = _rows(con, "SELECT * FROM data_quality WHERE source = 'mark' AND n_found > 0 ORDER BY n_found DESC, record_table, check_name")
    accounted = _rows(con, """
        SELECT role, sum(char_end - char_start)::BIGINT AS n_chars FROM blocks SEMI JOIN (FROM raw_files WHERE status = 'loaded') USING (file_id)
        GROUP BY role ORDER BY n_chars DESC, role
    """)
    if any(mark["check_name"] == "characters not accounted for" for mark in marks):
        accounted = _rows(con, "SELECT role, sum(n_chars)::BIGINT AS n_chars FROM accounting GROUP BY role ORDER BY n_chars DESC, role")
    elif accounted:  # what is in no block stands between them
        ((n_chars,),) = con.execute("SELECT sum(n_chars)::BIGINT FROM raw_files WHERE status = 'loaded'").fetchall()
        accounted.append({"role": "between blocks", "n_chars": n_chars - sum(row["n_chars"] for row in accounted)})
        accounted.sort(key=lambda row: (-row["n_chars"], row["role"]))
    ((rules, held),) = con.execute("SELECT count(*), count(*) FILTER (is_good) FROM data_quality WHERE source = 'rule'").fetchall()
    return {
        "accounted": [row for row in accounted if row["n_chars"]],
        "n_chars": sum(row["n_chars"] for row in accounted),
        "marks": marks,
        "n_rules": rules,
        "n_rules_held": held,
        "broken": _rows(con, "SELECT * FROM data_quality WHERE source = 'rule' AND NOT is_good ORDER BY severity, n_found DESC, check_name"),
        "quarantined": _rows(con, """
            SELECT record_table, reason, count(*) AS n, any_value(detail) AS detail, list(DISTINCT path ORDER BY path)[:3] AS paths
            FROM quarantine GROUP BY record_table, reason ORDER BY n DESC, record_table, reason LIMIT 20
        """),
        "edits": _rows(con, "SELECT kind, count(*) AS n, avg(confidence) AS confidence FROM edits GROUP BY kind ORDER BY n DESC, kind"),
    }


def latest_run(con: duckdb.DuckDBPyConnection) -> dict | None:
    """Return the run that ended last, None where there is none."""
    rows = _rows(con, "SELECT * FROM runs ORDER BY started_at DESC, run_id DESC LIMIT 1")
    return rows[0] if rows else None


def place_of(spans: Sequence[dict]) -> str:
    """Return spans as people write ranges.

    >>> place_of([{"char_start": 3, "char_end": 9}, {"char_start": 20, "char_end": 22}])
    '3–9, 20–22'
    """
    return ", ".join(f"{span['char_start']}–{span['char_end']}" for span in spans or ())


def render_report(con: duckdb.DuckDBPyConnection) -> str:
    """Return the report as HTML; the connection is only read."""
    environment = _environment()
    environment.filters["place"] = place_of
    return environment.get_template("report.html").render(
        holdings=holdings(con),
        coverage=coverage(con),
        people=people(con),
        person_pairs=pairs(con, "person"),
        organization_pairs=pairs(con, "organization"),
        activity=activity(con),
        investments=investments(con),
        foreign_sums=foreign_sums(con),
        amounts=amounts(con),
        topics=topics(con),
        places=places(con),
        quality=quality(con),
        run=latest_run(con),
        levels_zh=labels.LEVELS,
        roles_zh=labels.ROLES,
        quantities_zh=labels.QUANTITIES,
        currencies_zh=labels.CURRENCIES,
        marks_zh=labels.MARKS,
    )


def write_report(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the report to a path, whole or not at all; the connection is only read."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    partial.write_text(render_report(con), "utf-8", errors="replace")
    os.replace(partial, path)

