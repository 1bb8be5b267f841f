"""Facts that only the whole warehouse knows: near-duplicates, people over articles, stories, keywords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from operator import itemgetter

import duckdb
import numpy as np
import pyarrow as pa

from transforms.clusters import cluster
from transforms.duplicates import MIN_SKETCH, SKETCH_LIMIT, compare_pairs, find_candidates
from transforms.identities import PersonEvidence, age_in, disambiguate, home_in
from transforms.stories import Told, group_stories
from warehouse import schema, store

PAIRS_AT_A_TIME = 20_000
"""Candidate pairs whose texts are in memory together."""
TOUCHED = "CREATE OR REPLACE TEMP TABLE touched (record_table VARCHAR, file_id VARCHAR)"
"""Which page tables changed for which files: what has to be written to the lake anew."""
CHANGED = ("changed_names", "changed_entities", "changed_days")
"""Temporary tables of what the files that came or went name: all else stays as it is."""


def note_changed(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str] | None = None) -> None:
    """Note what files name, all files where none are given: to be called before rows of files are taken out."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE changed_files AS SELECT file_id FROM raw_files WHERE $all OR file_id IN (SELECT unnest($some::VARCHAR[]))",
        {"all": file_ids is None, "some": list(file_ids or ())},
    )
    run_sql(con, "changed")
    con.execute("DROP TABLE changed_files")


def complete_corpus(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str] | None = None) -> dict[str, list[str]]:
    """Bring the corpus tables and the corpus columns of page tables up to date; return the files whose rows changed, by table.

    ``file_ids`` are the files that came since it was called last, all where none are given; what went was noted by ``note_changed``.
    The result depends on the page tables alone, not on the order in which they were loaded.
    """
    con.execute(TOUCHED)
    note_changed(con, file_ids)
    update_near_duplicates(con)
    run_sql(con, "clusters")
    disambiguate_people(con)
    update_stories(con)
    for name in ("people", "organizations", "places", "keywords"):
        run_sql(con, name)
    settle_references(con, file_ids)
    for name in CHANGED:
        con.execute(f"DROP TABLE {name}")
    return dict(con.execute("SELECT record_table, list(DISTINCT file_id ORDER BY file_id) FROM touched GROUP BY ALL").fetchall())


def run_sql(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run one file of warehouse/corpus/ in a transaction."""
    with store.transaction(con):
        con.execute(files("warehouse").joinpath("corpus", f"{name}.sql").read_text("utf-8"))


def settle_references(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str] | None) -> None:
    """Let titles, quotations and events of files that came, or whose mentions changed, refer to whom their mentions mean."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE settled_files AS
        SELECT file_id FROM raw_files WHERE $all OR file_id IN (SELECT unnest($some::VARCHAR[]))
        UNION SELECT file_id FROM touched WHERE record_table = 'mentions'
    """,
        {"all": file_ids is None, "some": list(file_ids or ())},
    )
    run_sql(con, "references")
    con.execute("DROP TABLE settled_files")


def update_near_duplicates(con: duckdb.DuckDBPyConnection) -> None:
    """Bring ``near_duplicates`` up to date: pairs with articles that are gone or were read again go, pairs with new articles come.

    An article is new until it has a cluster; one that was read again has none. Whoever has lost a pair is looked at anew: of a text printed
    often only neighbours are pairs, and those on both sides of one that went would have nothing to do with each other.
    Leaves the clusters in the temporary table ``clusters``.
    """
    table = schema.TABLES["near_duplicates"]
    con.execute("""
        CREATE OR REPLACE TEMP TABLE parted AS
        WITH settled AS (SELECT article_id FROM articles WHERE cluster_id IS NOT NULL),
             lost AS (FROM near_duplicates WHERE article_id NOT IN (FROM settled) OR other_id NOT IN (FROM settled))
        SELECT article_id FROM lost UNION SELECT other_id FROM lost
    """)
    con.execute("DELETE FROM near_duplicates WHERE article_id IN (FROM parted) OR other_id IN (FROM parted)")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT row_number() OVER (ORDER BY article_id) - 1 AS number, article_id, n_shingles,
            CASE WHEN len(sketch) > {MIN_SKETCH} THEN len(sketch) ELSE len(list_filter(sketch, lambda value: value < {SKETCH_LIMIT})) END AS n_sampled,
            cluster_id IS NULL OR article_id IN (FROM parted) AS is_new
        FROM signatures JOIN articles USING (article_id)
    """)
    con.execute("DROP TABLE parted")
    numbered = con.execute("SELECT article_id, n_shingles, n_sampled, is_new FROM numbered ORDER BY number").fetchnumpy()
    if numbered["is_new"].any():
        values = con.execute("""
            WITH distinct_values AS (
                SELECT DISTINCT unnest(sketch) AS value FROM signatures SEMI JOIN (FROM numbered WHERE is_new) USING (article_id)
            ), new_values AS MATERIALIZED (
                SELECT value, row_number() OVER () AS value_number FROM distinct_values
            )
            SELECT number, value_number FROM (SELECT number, unnest(sketch) AS value FROM signatures JOIN numbered USING (article_id)) JOIN new_values USING (value)
        """).fetchnumpy()
        candidates = find_candidates(
            values["number"], values["value_number"], numbered["n_shingles"], numbered["is_new"], numbered["n_sampled"]
        )
        for first in range(0, len(candidates), PAIRS_AT_A_TIME):
            store.insert_rows(con, table, duplicate_rows(con, numbered["article_id"], candidates[first : first + PAIRS_AT_A_TIME]))
    con.execute("DROP TABLE numbered")
    clusters = cluster(con.execute("SELECT article_id, other_id FROM near_duplicates").fetchall())
    con.register(
        "incoming", pa.table({"article_id": pa.array(clusters, pa.string()), "cluster_id": pa.array(clusters.values(), pa.string())})
    )
    con.execute("CREATE OR REPLACE TEMP TABLE clusters AS FROM incoming")
    con.unregister("incoming")


def duplicate_rows(
    con: duckdb.DuckDBPyConnection, article_ids: np.ndarray, candidates: Sequence[tuple[int, int]]
) -> list[dict[str, object]]:
    """Return the rows of ``near_duplicates`` among candidate pairs of article numbers."""
    numbers = {str(article_ids[number]): number for pair in candidates for number in pair}
    bodies = con.execute(
        "SELECT article_id, body FROM articles WHERE article_id IN (SELECT unnest(?::VARCHAR[]))", [list(numbers)]
    ).fetchall()
    texts = {numbers[article_id]: body for article_id, body in bodies}
    return [
        {
            "article_id": str(article_ids[pair.left]),
            "other_id": str(article_ids[pair.right]),
            "similarity": pair.similarity,
            "relation": pair.relation,
        }
        for pair in compare_pairs(texts, candidates)
    ]


def evidence_of(
    name: str,
    article_id: str,
    title: str | None,
    organization: str | None,
    role: str | None,
    sentence: str | None,
    year: int | None,
    places: Sequence[str] | None,
) -> PersonEvidence:
    """Return what an article prints with a person's name; an age tells the year of birth where the year of the article is known."""
    age = age_in(sentence or "", name) if year else None
    return PersonEvidence(
        article_id, title, organization, role, year - age if year and age else None, home_in(sentence or "", name, places or ())
    )


def disambiguate_people(con: duckdb.DuckDBPyConnection) -> None:
    """Give every mention of a changed name the person it means, where one name is several people.

    Leaves the temporary table ``told_apart``: who is told apart, and by what. Only names with different titles or parts, ages or places are looked at.
    """
    rows = store.each_row(
        con,
        """
        SELECT m.name, m.article_id, t.title, t.organization, m.roles[1], s.text, year(a.published_on), p.places
        FROM mentions AS m
        JOIN articles AS a USING (article_id)
        LEFT JOIN person_titles AS t USING (mention_id)
        LEFT JOIN sentences AS s ON s.sentence_id = m.sentence_id
        LEFT JOIN (
            SELECT sentence_id, list(DISTINCT text ORDER BY text) AS places FROM mentions WHERE kind = 'place' GROUP BY sentence_id
        ) AS p ON p.sentence_id = m.sentence_id
        WHERE m.kind = 'person' AND m.name IN (SELECT name FROM changed_names WHERE kind = 'person')
        QUALIFY min(m.article_id) OVER (PARTITION BY m.name) <> max(m.article_id) OVER (PARTITION BY m.name)
            AND (count(DISTINCT t.title || coalesce(t.organization, '')) OVER (PARTITION BY m.name) > 1
                OR bool_or(m.roles IS NOT NULL) OVER (PARTITION BY m.name) AND bool_or(t.title IS NOT NULL) OVER (PARTITION BY m.name)
                OR bool_or(s.text LIKE '%岁%' OR p.places IS NOT NULL) OVER (PARTITION BY m.name))
        ORDER BY ALL
    """,
    )
    meant = [
        (name, article_id, person.person_id, person.disambiguated_by)
        for name, some in groupby(rows, key=itemgetter(0))
        for article_id, person in disambiguate(name, (evidence_of(*row) for row in some)).items()
    ]
    columns = zip(*meant, strict=True) if meant else ((), (), (), ())
    con.register(
        "incoming", pa.table([pa.array(column, pa.string()) for column in columns], ["name", "article_id", "person_id", "disambiguated_by"])
    )
    con.execute("CREATE OR REPLACE TEMP TABLE meant AS FROM incoming")
    con.unregister("incoming")
    con.execute("CREATE OR REPLACE TEMP TABLE told_apart AS SELECT DISTINCT person_id, disambiguated_by FROM meant")
    run_sql(con, "identities")


def update_stories(con: duckdb.DuckDBPyConnection) -> None:
    """Give the events that a change may concern the story that they belong to.

    These are all of the stories that have an event at most a day before or after a changed one of their kind: two events that are further
    apart are never a pair. They are told apart among all events of their kind on their days and the days after them.
    """
    run_sql(con, "stories")
    events = [
        Told(*event)
        for event in store.each_row(con, "SELECT event_id, article_id, kind, on_date, place, actors, objects FROM told ORDER BY event_id")
    ]
    stories = group_stories(events)
    concerned = {event_id for (event_id,) in store.each_row(con, "SELECT event_id FROM told WHERE is_concerned")}
    set_column(con, "events", "event_id", "story_id", {event_id: story for event_id, story in stories.items() if event_id in concerned})
    con.execute("DROP TABLE told")


def set_column(con: duckdb.DuckDBPyConnection, table: str, key: str, name: str, values: Mapping[str, str]) -> None:
    """Set one column of the rows with these keys; rows that change are noted in ``touched``."""
    con.register("incoming", pa.table({"id": pa.array(values, pa.string()), "value": pa.array(values.values(), pa.string())}))
    changed = f"FROM incoming WHERE {table}.{key} = incoming.id AND {table}.{name} IS DISTINCT FROM incoming.value"
    with store.transaction(con):
        con.execute(
            f"INSERT INTO touched SELECT DISTINCT '{table}', left({key}, 16) FROM {table}, incoming WHERE {changed.split('WHERE ')[1]}"
        )
        con.execute(f"UPDATE {table} SET {name} = incoming.value {changed}")
    con.unregister("incoming")
