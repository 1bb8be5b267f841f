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


def _rows(con, query: str, *parameters) -> list[dict]:
    """Return rows by column name; parameters are given in order, or one mapping by name."""
    named = len(parameters) == 1 and isinstance(parameters[0], dict)
    cursor = con.execute(query, parameters[0] if named else list(parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def holdings(con) -> dict:
    """Return how much of everything the warehouse holds, and of which days and papers."""
    (row,) = _rows(con, """
        SELECT
            (SELECT count(*) FROM raw_files WHERE status = 'loaded') AS n_files,
            (SELECT coalesce(sum(n_chars), 0)::BIGINT FROM raw_files WHERE status = 'loaded') AS n_chars,
            (SELECT count(*) FROM articles) AS n_articles,
            (SELECT count(*) FROM people WHERE person_id IN (SELECT entity_id FROM mentions WHERE role IS NULL)) AS n_people,
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


def coverage(con) -> dict | None:
    """Return articles by period and paper as charts, and how many have no date; None without any article."""
    rows = _rows(con, "SELECT on_date, paper, n_articles FROM daily_coverage ORDER BY on_date")
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


def people(con, n: int = 15) -> list[dict]:
    """Return the people named in most articles, bylines and credits left out, with those whom they are most often named with."""
    ranked = _rows(con, """
        SELECT person_id, any_value(name) AS name, arg_max(title, (on_date, article_id)) FILTER (title IS NOT NULL) AS title,
               count(*) AS n_articles, sum(n_mentions)::BIGINT AS n_mentions, min(on_date) AS first_on, max(on_date) AS last_on
        FROM person_timeline WHERE role IS NULL
        GROUP BY person_id ORDER BY n_articles DESC, n_mentions DESC, name, person_id LIMIT ?
    """, n)
    partners = _rows(con, """
        WITH both_ways AS (
            SELECT person_id, other_name, n_articles, n_sentences FROM person_network
            UNION ALL
            SELECT other_id, name, n_articles, n_sentences FROM person_network
        )
        SELECT person_id, other_name, n_articles FROM both_ways WHERE person_id IN (SELECT unnest(?::VARCHAR[]))
        QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY n_articles DESC, n_sentences DESC, other_name) <= 4
        ORDER BY n_articles DESC, n_sentences DESC, other_name
    """, [row["person_id"] for row in ranked])
    for row in ranked:
        row["others"] = [other for other in partners if other["person_id"] == row["person_id"]]
    return ranked


def pairs(con, view: str, n: int = 12) -> list[dict]:
    """Return the pairs of a network that share most articles; a pair that shares only one article needs a sentence in common."""
    return _rows(con, f"""
        SELECT name, other_name, n_articles, n_sentences, article_ids FROM {view}
        WHERE n_articles > 1 OR n_sentences > 0
        ORDER BY n_articles DESC, n_sentences DESC, name, other_name LIMIT ?
    """, n)


def activity(con, n: int = 12) -> list[dict]:
    """Return what the leaders did last, newest first, people and events of one passage together; a repeated report counts once."""
    return _rows(con, """
        SELECT max(l.on_date) AS on_date, string_agg(DISTINCT l.name, '、' ORDER BY l.name) AS names, l.text, l.headline, l.article_id, l.spans
        FROM leader_activity AS l JOIN articles AS a USING (article_id)
        WHERE coalesce(a.is_canonical, true)
        GROUP BY l.text, l.headline, l.article_id, l.spans
        ORDER BY on_date DESC NULLS LAST, l.article_id, l.spans LIMIT ?
    """, n)


def investments(con, n: int = 15) -> list[dict]:
    """Return the largest sums of money in yuan that are invested, spent, raised or signed for; a repeated report counts once."""
    return _rows(con, """
        SELECT i.published_on, i.project, i.relation, i.amount_text, i.amount, i.companies, i.headline, i.sentence, i.article_id, i.spans
        FROM project_investments AS i
        WHERE i.amount IS NOT NULL AND i.currency = 'CNY' AND i.is_canonical
        ORDER BY i.amount DESC, i.quantity_id LIMIT ?
    """, n)


def foreign_sums(con) -> int:
    """Return how many sums that are invested, spent, raised or signed for are in other currencies or say no number."""
    ((n,),) = con.execute("SELECT count(*) FROM project_investments WHERE amount IS NULL OR currency <> 'CNY'").fetchall()
    return n


def amounts(con) -> list[dict]:
    """Return for each kind of quantity how many there are, and the largest of them with its article."""
    return _rows(con, """
        SELECT q.kind, q.base_unit, count(*) AS n, count(DISTINCT q.article_id) AS n_articles,
               arg_max(struct_pack(printed := q.text, counted := q.of, headline := a.headline, article_id := q.article_id, spans := q.spans),
                       q.base_value) AS largest
        FROM quantities AS q JOIN articles AS a USING (article_id)
        WHERE q.base_value IS NOT NULL
        GROUP BY q.kind, q.base_unit ORDER BY n DESC, q.kind, q.base_unit LIMIT 12
    """)


def topics(con, n: int = 14, n_periods: int = 12) -> dict | None:
    """Return the terms of most articles in the latest periods, and their articles in each; None where there is no dated keyword."""
    ((n_terms,),) = con.execute("SELECT count(*) FROM topic_trends").fetchall()
    if not n_terms:
        return None
    ((first, last),) = con.execute("SELECT min(published_on), max(published_on) FROM articles").fetchall()
    period = choose_period(first, last, n_periods)
    starts = periods_between(first, last, period)[-n_periods:]
    rows = _rows(con, """
        SELECT term, on_date, n_articles FROM topic_trends WHERE on_date >= $since AND term IN (
            SELECT term FROM topic_trends WHERE on_date >= $since GROUP BY term ORDER BY sum(n_articles) DESC, sum(weight) DESC, term LIMIT $n)
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


def places(con, n: int = 20) -> list[dict]:
    """Return the places named in most articles."""
    return _rows(con, "SELECT name, level, n_articles, n_mentions FROM places ORDER BY n_articles DESC, n_mentions DESC, name LIMIT ?", n)


def quality(con) -> dict:
    """Return where the characters went, what is marked as damaged or doubtful, which rules were broken, and what was quarantined."""
    accounted = _rows(con, "SELECT role, sum(n_chars)::BIGINT AS n_chars FROM accounting GROUP BY role ORDER BY n_chars DESC, role")
    ((rules, held),) = con.execute("SELECT count(*), count(*) FILTER (is_good) FROM data_quality WHERE source = 'rule'").fetchall()
    return {
        "accounted": [row for row in accounted if row["n_chars"]],
        "n_chars": sum(row["n_chars"] for row in accounted),
        "marks": _rows(con, "SELECT * FROM data_quality WHERE source = 'mark' AND n_found > 0 ORDER BY n_found DESC, record_table, check_name"),
        "n_rules": rules,
        "n_rules_held": held,
        "broken": _rows(con, "SELECT * FROM data_quality WHERE source = 'rule' AND NOT is_good ORDER BY severity, n_found DESC, check_name"),
        "quarantined": _rows(con, """
            SELECT record_table, reason, count(*) AS n, any_value(detail) AS detail, list(DISTINCT path ORDER BY path)[:3] AS paths
            FROM quarantine GROUP BY record_table, reason ORDER BY n DESC, record_table, reason LIMIT 20
        """),
        "edits": _rows(con, "SELECT kind, count(*) AS n, avg(confidence) AS confidence FROM edits GROUP BY kind ORDER BY n DESC, kind"),
    }


def latest_run(con) -> dict | None:
    """Return the run that ended last, None where there is none."""
    rows = _rows(con, "SELECT * FROM runs ORDER BY started_at DESC, run_id DESC LIMIT 1")
    return rows[0] if rows else None


def place_of(spans: Sequence[dict]) -> str:
    """Return spans as people write ranges.

    >>> place_of([{"char_start": 3, "char_end": 9}, {"char_start": 20, "char_end": 22}])
    '3–9, 20–22'
    """
    return ", ".join(f"{span['char_start']}–{span['char_end']}" for span in spans or ())


def render_report(con) -> str:
    """Return the report as HTML; the connection is only read."""
    environment = _environment()
    environment.filters["place"] = place_of
    return environment.get_template("report.html").render(
        holdings=holdings(con),
        coverage=coverage(con),
        people=people(con),
        person_pairs=pairs(con, "person_network"),
        organization_pairs=pairs(con, "organization_network"),
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


def write_report(con, path: Path) -> None:
    """Write the report to a path, whole or not at all; the connection is only read."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    partial.write_text(render_report(con), "utf-8", errors="replace")
    os.replace(partial, path)

