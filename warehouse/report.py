"""The report: one HTML file that says what is in the warehouse, for people who read newspapers.

It opens offline and needs nothing beside it: no script, no font, no network. Figures are asked by ``warehouse.queries``, laid out by
``warehouse.charts``, and drawn by the Jinja2 templates in ``warehouse/templates``, which escape every piece of text. Names and headlines lead to the
reading room where it serves the report, else to the end of the report, where every article that it cites stands with its raw file. A section for
which there is no data says so in a line and draws nothing. Dates and versions come from the data, not from the clock, so the same
warehouse gives the same file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from warehouse import labels, queries
from warehouse.charts import choose_period, column_chart, period_label, period_start, periods_between
from warehouse.queries import fetch_rows

LANGUAGES = ("zh", "en")
WIDTHS = {"narrow": 350.0, "wide": 920.0}
"""Widths of the drawings for a phone and for a desk, in CSS pixels."""
N_SERIES = 6
"""Papers that get a colour of their own; the others share one."""
N_MOST_NAMED = 1000
"""People or organisations, those of most articles, among whom pairs are looked for: of all, it would be millions of pairs."""


def shorten(text: str, longest: int = 40) -> str:
    """Return text of at most so many characters, its end cut off visibly.

    >>> shorten("青禾产业园开工", 5)
    '青禾产业…'
    """
    return text if len(text) <= longest else text[: longest - 1] + "…"


def coverage(con: duckdb.DuckDBPyConnection, unknown: str = "报名不详", others: str = "其他 {} 种") -> dict | None:
    """Return articles by period and paper as charts, and how many have no date; None without any article."""
    rows = fetch_rows(con, queries.COVERAGE)
    if not rows:
        return None
    undated = sum(row["n_articles"] for row in rows if row["on_date"] is None)
    rows = [row for row in rows if row["on_date"] is not None]
    by_paper: dict[str, int] = {}
    for row in rows:
        by_paper[row["paper"] or unknown] = by_paper.get(row["paper"] or unknown, 0) + row["n_articles"]
    ranked = sorted(by_paper, key=lambda paper: (-by_paper[paper], paper))
    names = ranked if len(ranked) <= N_SERIES else [*ranked[: N_SERIES - 1], others.format(len(ranked) - N_SERIES + 1)]
    index = {paper: min(place, len(names) - 1) for place, paper in enumerate(ranked)}
    charts = {}
    if rows:
        first, last = rows[0]["on_date"], rows[-1]["on_date"]
        for size, width in WIDTHS.items():
            period = choose_period(first, last, at_most=int(width / 12))
            counts = {start: [0] * len(names) for start in periods_between(first, last, period)}
            for row in rows:
                counts[period_start(row["on_date"], period)][index[row["paper"] or unknown]] += row["n_articles"]
            charts[size] = column_chart(counts, names, period, width)
    totals = [sum(by_paper[paper] for paper in ranked if index[paper] == place) for place in range(len(names))]
    return {"charts": charts, "papers": list(zip(names, totals, strict=True)), "undated": undated}


def people(con: duckdb.DuckDBPyConnection, n: int = 15) -> list[dict]:
    """Return the people named in most articles, bylines and credits left out, with those whom they are most often named with."""
    ranked = [row for row in fetch_rows(con, queries.PEOPLE, limit=n) if row["n_articles"]]
    titles = {row["person_id"]: row["title"] for row in fetch_rows(con, queries.LATEST_TITLES, ids=[row["person_id"] for row in ranked])}
    return [
        row
        | {
            "title": titles.get(row["person_id"]),
            "others": fetch_rows(con, queries.COMPANIONS, kind="person", id=row["person_id"], limit=4),
        }
        for row in ranked
    ]


def pairs(con: duckdb.DuckDBPyConnection, kind: str, n: int = 12) -> list[dict]:
    """Return the pairs of people or organisations that share most articles; a pair that shares only one needs a sentence in common."""
    table = {"person": "people", "organization": "organizations"}[kind]
    often = [
        row[f"{kind}_id"]
        for row in fetch_rows(con, f"SELECT {kind}_id FROM {table} ORDER BY n_articles DESC, {kind}_id LIMIT {N_MOST_NAMED}")
    ]
    return fetch_rows(
        con,
        f"""
        SELECT {kind}_id AS id, other_id, name, other_name, n_articles, n_sentences, article_ids FROM {kind}_network
        WHERE (n_articles > 1 OR n_sentences > 0) AND list_contains($often, {kind}_id) AND list_contains($often, other_id) LIMIT $n
    """,
        often=often,
        n=n,
    )


def investments(con: duckdb.DuckDBPyConnection, n: int = 12) -> list[dict]:
    """Return the largest sums in yuan that are invested, spent, raised or signed for, each with those of its parts that are given; a part whose
    total is among them does not stand by itself."""
    largest = fetch_rows(con, queries.LARGEST_INVESTMENTS, least=least_of_largest(con, 20 * n))
    if len(largest) < n:
        largest = fetch_rows(con, queries.LARGEST_INVESTMENTS, least=0)
    ids = {row["quantity_id"] for row in largest}
    totals = [row for row in largest if row["part_of"] not in ids]
    return [row | {"parts": [part for part in largest if part["part_of"] == row["quantity_id"]]} for row in totals[:n]]


def least_of_largest(con: duckdb.DuckDBPyConnection, n: int) -> float:
    """Return the least of the n largest sums in yuan: which of them are invested takes long to tell, so it is asked of the largest first."""
    (row,) = fetch_rows(
        con,
        """
        SELECT min(base_value) AS least FROM (
            SELECT base_value FROM quantities WHERE kind = 'money' AND base_unit = 'CNY' AND base_value IS NOT NULL ORDER BY base_value DESC LIMIT $n
        )""",
        n=n,
    )
    return row["least"] or 0


def topics(con: duckdb.DuckDBPyConnection, n: int = 14, n_periods: int = 12) -> dict | None:
    """Return the terms of most articles in the latest periods, and their articles in each; None where there is no dated keyword."""
    (held,) = fetch_rows(con, "SELECT min(published_on) AS first_on, max(published_on) AS last_on FROM articles")
    if held["first_on"] is None:
        return None
    period = choose_period(held["first_on"], held["last_on"], n_periods)
    starts = periods_between(held["first_on"], held["last_on"], period)[-n_periods:]
    rows = fetch_rows(con, queries.TOPICS, since=starts[0], limit=n)
    if not rows:
        return None
    counts: dict[str, dict[date, int]] = {}
    for row in rows:
        by_start = counts.setdefault(row["term"], dict.fromkeys(starts, 0))
        by_start[period_start(row["on_date"], period)] += row["n_articles"]
    years = {start.year for start in starts}
    return {
        "period": period,
        "is_cut": starts[0] > held["first_on"],
        "labels": [period_label(start, period, with_year=period == "month" and len(years) > 1) for start in starts],
        "rows": sorted(((term, sum(of.values()), list(of.values())) for term, of in counts.items()), key=lambda row: (-row[1], row[0])),
        "highest": max(count for of in counts.values() for count in of.values()),
    }


def quality(con: duckdb.DuckDBPyConnection) -> dict:
    """Return where the characters went, which rules were broken, and what was quarantined."""
    accounted = [row for row in fetch_rows(con, queries.CHARACTERS_BY_ROLE) if row["n_chars"]]
    rules = fetch_rows(con, queries.RULES)
    return {
        "accounted": accounted,
        "n_chars": sum(row["n_chars"] for row in accounted),
        "n_rules": len(rules),
        "broken": [rule for rule in rules if not rule["is_good"]],
        "quarantined": fetch_rows(con, queries.QUARANTINE_BY_REASON),
        "edits": fetch_rows(con, queries.EDITS_BY_KIND),
    }


def doubts(con: duckdb.DuckDBPyConnection) -> dict:
    """Return what a careful reader doubts: the least sure facts, figures in which papers differ, likely misprints, and marks of damage."""
    return {
        "kinds": fetch_rows(con, queries.UNCERTAIN_BY_KIND),
        "facts": fetch_rows(con, f"{queries.UNCERTAIN} LIMIT 12"),
        "disagreements": fetch_rows(con, queries.DISAGREEMENTS, limit=12),
        "misprints": fetch_rows(con, queries.MISPRINTS, limit=8),
        "marks": fetch_rows(con, queries.MARKS),
    }


class Links:
    """Links from names and headlines: to pages of the reading room, or to the list of cited articles at the end of the report.

    That list has what ``article`` and ``headlines`` were asked to lead to, so it is to be drawn last.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, reading_room: bool) -> None:
        self.con, self.reading_room = con, reading_room
        self.cited: dict[str, None] = {}

    def entity(self, kind: str, id: str | None, name: str) -> str | Markup:
        """Return a name as a link to its page in the reading room; elsewhere as it is."""
        return Markup('<a href="/{}/{}">{}</a>').format(kind, id, name) if self.reading_room and id else escape(name)

    def article(self, article_id: str, text: str | None, char_start: int | None = None) -> Markup:
        """Return a headline as a link to its article, in the reading room to the very characters."""
        self.cited.setdefault(article_id)
        if not self.reading_room:
            return Markup('<a href="#{}">{}</a>').format(article_id, text or "（无标题）")
        return Markup('<a href="/article/{}{}">{}</a>').format(
            article_id, "" if char_start is None else f"#c{char_start}", text or "（无标题）"
        )

    def headlines(self, article_ids: Iterable[str], n: int = 3) -> Markup:
        """Return the headlines of the first of some articles as links."""
        ids = list(article_ids)[:n]
        rows = {row["article_id"]: row for row in fetch_rows(self.con, queries.HEADLINES, ids=ids)}
        return Markup("；").join(self.article(id, rows[id]["headline"] or shorten(rows[id]["beginning"], 18)) for id in ids if id in rows)

    def list_cited(self) -> list[dict]:
        """Return the articles that were led to, oldest first."""
        return fetch_rows(self.con, queries.HEADLINES, ids=list(self.cited))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("warehouse", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["chinese_number"] = labels.chinese_number
    environment.filters["place"] = labels.ranges_text
    environment.filters["short"] = shorten
    environment.filters["thousands"] = lambda value: f"{value or 0:,}"
    return environment


def word_of(language: str, name: str | None, group: str) -> str:
    """Return the word for a name of the schema in a language.

    >>> word_of("zh", "inspection", "EVENTS"), word_of("en", "standard_coal", "QUANTITIES"), word_of("zh", None, "EVENTS")
    ('调研检查', 'standard coal', '')
    """
    return labels.label(name, getattr(labels, group)) if language == "zh" else (name or "").replace("_", " ")


def render_report(con: duckdb.DuckDBPyConnection, language: str = "zh", reading_room: bool = False) -> str:
    """Return the report as HTML in one of ``LANGUAGES``, with links into the reading room where it is to be served there; the connection is
    only read."""
    links = Links(con, reading_room)
    (holdings,) = fetch_rows(con, queries.HOLDINGS)
    (others,) = fetch_rows(con, queries.OTHER_CURRENCIES)
    return (
        _environment()
        .get_template("report.html")
        .render(
            language=language,
            t=lambda zh, en: zh if language == "zh" else en,
            word=partial(word_of, language),
            links=links,
            holdings=holdings,
            coverage=coverage(con) if language == "zh" else coverage(con, "unknown paper", "{} others"),
            people=people(con),
            person_pairs=pairs(con, "person"),
            organization_pairs=pairs(con, "organization"),
            job_changes=fetch_rows(con, queries.JOB_CHANGES, limit=15),
            activity=fetch_rows(con, queries.LEADER_ACTIVITY, limit=12),
            investments=investments(con),
            sectors=fetch_rows(con, queries.INVESTMENTS_BY_SECTOR),
            n_other_currencies=others["n"],
            amounts=fetch_rows(con, queries.LARGEST_QUANTITIES),
            speakers=fetch_rows(con, queries.SPEAKERS, limit=10),
            topics=topics(con),
            places=fetch_rows(con, queries.PLACES, limit=20),
            events_by_place=fetch_rows(con, queries.EVENTS_BY_PLACE, limit=10),
            doubts=doubts(con),
            quality=quality(con),
            run=next(iter(fetch_rows(con, queries.LATEST_RUNS, limit=1)), None),
        )
    )


def write_report(con: duckdb.DuckDBPyConnection, path: Path, language: str = "zh") -> None:
    """Write the report to a path, whole or not at all; the connection is only read."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_path = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    partial_path.write_text(render_report(con, language), "utf-8", errors="replace")
    os.replace(partial_path, path)
