"""Full-text search for Chinese inside the warehouse file: an inverted index in plain SQL, no extension.

A token is a pair of neighbouring Chinese characters, a Latin word or a number (``macros/search_tokens.sql``). ``search_postings``
holds one row per token and article and is kept in order of the token, so that a query reads the few row groups that hold its tokens;
``search_articles`` holds the text that was indexed, from which phrases are proven and snippets cut.
Ranking (BM25), phrases, exclusions and filters are SQL too (``macros/search_ranked.sql``, ``macros/search.sql``); what is here builds
the index, keeps it up to date, and finds the places to highlight.

``doc`` is a number that an article has inside one file; it is given in order of arrival, so two files that hold the same articles
may number them differently. Compare indexes by the view ``search_index``, which names the articles.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

HEADLINE_WEIGHT = 8
"""A token in the headline counts as often as eight in the text (measured: 3 finds fewer headlines first, 12 no more)."""

MOST_COUNTED = 15
"""A token that stands oftener in an article counts as often as this: it makes no difference to the score, and is smaller."""

UNSORTED_SHARE, UNSORTED_ROWS = 0.1, 500_000
"""Postings are sorted anew when those that came since the last sorting are more than both."""

_TABLES = {
    "search_articles": {"doc": "INTEGER", "article_id": "VARCHAR", "n_chars": "INTEGER", "text": "VARCHAR"},
    "search_postings": {"token": "BIGINT", "doc": "INTEGER", "n": "UTINYINT"},
    "search_sorted": {"n_postings": "BIGINT"},
}

_COMMENTS = """
CREATE OR REPLACE VIEW search_index AS
    SELECT p.token, a.article_id, p.n FROM search_postings AS p JOIN search_articles AS a USING (doc);
COMMENT ON TABLE search_articles IS 'Search index: one row per article. Use search(words). 检索索引：文章。';
COMMENT ON COLUMN search_articles.text IS 'Headline on the first line, then the paragraphs. 标题与正文';
COMMENT ON TABLE search_postings IS 'Search index: one row per token and article. Use search(words). 检索索引：倒排表。';
COMMENT ON COLUMN search_postings.token IS 'search_code(token). 词元编码';
COMMENT ON COLUMN search_postings.n IS 'Times in the article, headline weighted. 加权词频';
COMMENT ON TABLE search_sorted IS 'Search index: how many postings stand in order. 检索索引：已排序条数。';
COMMENT ON VIEW search_index IS 'Search index by article_id. 检索索引（按文章编号）。';
"""

DOCS_AT_A_TIME = 20_000
"""Articles whose postings are counted together, at most 2**15: all of a first load at once would take gigabytes."""

TEXTS_AT_A_TIME = 100_000
"""Articles whose paragraphs are laid together at once: DuckDB holds their texts in memory. Each time all paragraphs are looked through."""

_ADD_ARTICLES = """
INSERT INTO search_articles
WITH missing AS MATERIALIZED (
    SELECT article_id, headline FROM articles ANTI JOIN search_articles USING (article_id) ORDER BY article_id LIMIT $most
), texts AS (
    SELECT article_id, string_agg(text, chr(10) ORDER BY seq) AS text
    FROM paragraphs SEMI JOIN missing USING (article_id)
    WHERE role <> 'headline'
    GROUP BY article_id
)
SELECT
    $first + row_number() OVER (ORDER BY article_id) AS doc,
    article_id,
    length(coalesce(headline, '')) + length(coalesce(text, '')) AS n_chars,
    concat(replace(headline, chr(10), ' '), chr(10), text)
FROM missing LEFT JOIN texts USING (article_id)
ORDER BY doc
"""

_ADD_WORDS = f"""
INSERT INTO search_postings
WITH lines AS (
    SELECT doc, unnest([{HEADLINE_WEIGHT}, 1]) AS weight,
           unnest([text[:instr(text, chr(10))], text[instr(text, chr(10)) + 1:]]) AS line
    FROM search_articles WHERE doc > $first AND doc <= $last
), words AS (  -- no Latin letter lies between these characters, and what is left is soon looked through
    SELECT doc, weight, unnest(search_tokens(regexp_replace(line, '[⺀-\\x{{fdff}}]+', ' ', 'g'))) AS token FROM lines
)
SELECT search_code(token) AS code, doc, least(sum(weight), {MOST_COUNTED})::UTINYINT
FROM words WHERE token < '⺀' GROUP BY token, doc ORDER BY code, doc
"""


class Highlight(NamedTuple):
    """Half-open range of characters of a snippet that the query asked for."""

    start: int
    end: int


@dataclass(frozen=True)
class Hit:
    """An article that was found; ``snippet`` shows why, and ``highlights`` where in it."""

    article_id: str
    score: float
    headline: str | None
    published_on: date | None
    paper: str | None
    snippet: str
    highlights: tuple[Highlight, ...]


def create_index_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of the index where they are missing; an index that other code laid out otherwise is dropped."""
    for table, columns in _TABLES.items():
        found = con.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? AND database_name = current_database()", [table]
        ).fetchall()
        if found and dict(found) != columns:
            for other in _TABLES:
                con.execute(f"DROP TABLE IF EXISTS {other}")
    for table, columns in _TABLES.items():
        con.execute(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(f'{name} {type}' for name, type in columns.items())})")
    con.execute(_COMMENTS)


def build_index(con: duckdb.DuckDBPyConnection) -> None:
    """Index all articles from nothing."""
    for table in _TABLES:
        con.execute(f"DELETE FROM {table}")
    _add_missing(con)
    _sort_postings(con)


def update_index(con: duckdb.DuckDBPyConnection, added_article_ids: Sequence[str] = (), removed_article_ids: Sequence[str] = ()) -> None:
    """Bring the index up to what ``articles`` holds; the articles named are indexed anew even if they were in it before.

    What comes in stands after what is sorted, until there is so much of it that all is sorted again.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE search_gone AS SELECT doc FROM search_articles "
        "WHERE article_id IN (SELECT unnest(?::VARCHAR[])) OR article_id NOT IN (SELECT article_id FROM articles)",
        [[*added_article_ids, *removed_article_ids]],
    )
    if con.execute("SELECT count(*) FROM search_gone").fetchall() != [(0,)]:  # else all postings were read for nothing
        for table in ("search_postings", "search_articles"):
            con.execute(f"DELETE FROM {table} WHERE doc IN (FROM search_gone)")
    con.execute("DROP TABLE search_gone")
    _add_missing(con)
    ((n_postings,),) = con.execute("SELECT count(*) FROM search_postings").fetchall()
    ((n_sorted,),) = con.execute("SELECT coalesce(max(n_postings), 0) FROM search_sorted").fetchall()
    if n_postings - n_sorted > max(UNSORTED_ROWS, UNSORTED_SHARE * n_sorted):
        _sort_postings(con)


def _add_missing(con: duckdb.DuckDBPyConnection) -> None:
    last = _last_doc(con)
    while (first := last) < (last := _add_articles(con, first)):
        for start in range(first, last, DOCS_AT_A_TIME):
            some = {"first": start, "last": min(start + DOCS_AT_A_TIME, last)}
            con.execute(_ADD_WORDS, some)
            con.register("incoming", _pairs(con, some))
            con.execute("INSERT INTO search_postings FROM incoming")
            con.unregister("incoming")


def _add_articles(con: duckdb.DuckDBPyConnection, first: int) -> int:
    """Add the next articles that are missing, numbered from one above ``first``, and return the last number."""
    con.execute(_ADD_ARTICLES, {"first": first, "most": TEXTS_AT_A_TIME})
    return _last_doc(con)


def _last_doc(con: duckdb.DuckDBPyConnection) -> int:
    """Return the highest number that an article has, 0 where there is none."""
    return con.execute("SELECT coalesce(max(doc), 0) FROM search_articles").fetchall()[0][0]


def _pairs(con: duckdb.DuckDBPyConnection, some: Mapping[str, int]) -> pa.Table:
    """Return the postings of pairs of Chinese characters, in order, that ``search_tokens`` and ``search_code`` would give of some articles.

    All characters are reckoned with at once: as lists of strings in SQL they take twelve times as long.
    """
    docs = con.sql(
        "SELECT doc, text FROM search_articles WHERE doc > $first AND doc <= $last ORDER BY doc", params=dict(some)
    ).to_arrow_table()
    lengths = pc.utf8_length(docs["text"]).to_numpy()
    ends = np.cumsum(lengths)
    chars = np.frombuffer("".join(docs["text"].to_pylist()).encode("utf-32-le"), np.int32).astype(np.int64)
    places = np.flatnonzero(_is_chinese(con, chars))
    nth = np.repeat(np.arange(len(lengths)), lengths)[places]
    goes_on = (np.diff(places, append=-1) == 1) & (places + 1 < ends[nth])
    second = np.where(goes_on, np.append(chars[1:], 0)[places], 0)
    lines = np.flatnonzero(chars == ord("\n"))
    is_headline = places < lines[np.searchsorted(lines, ends - lengths)][nth]
    keys = np.sort(
        (chars[places] << 21 | second) << 16 | nth << 1 | is_headline
    )  # token, article, weight: nothing else has to be put in order
    first = np.flatnonzero(np.diff(keys >> 1, prepend=-1))
    n = np.diff(first, append=len(keys))
    n_headline = np.diff(np.append(0, np.cumsum(keys & 1))[np.append(first, len(keys))])
    return pa.table(
        {
            "token": keys[first] >> 16,
            "doc": docs["doc"].to_numpy()[keys[first] >> 1 & 0x7FFF],
            "n": np.minimum(n + (HEADLINE_WEIGHT - 1) * n_headline, MOST_COUNTED).astype(np.uint8),
        }
    )


def _is_chinese(con: duckdb.DuckDBPyConnection, chars: np.ndarray) -> np.ndarray:
    """Return which characters the search takes for Chinese: those that are a token by themselves."""
    found = np.bincount(chars, minlength=1)
    apart = " ".join(map(chr, np.flatnonzero(found)))
    table = np.zeros(len(found), bool)
    table[[ord(token) for (token,) in con.execute("SELECT unnest(search_tokens(?))", [apart]).fetchall() if token >= "⺀"]] = True
    return table[chars]


def _sort_postings(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE search_unsorted AS FROM search_postings")
    con.execute("DELETE FROM search_postings")
    con.execute("INSERT INTO search_postings SELECT token, doc, n FROM search_unsorted ORDER BY token, doc")
    con.execute("DROP TABLE search_unsorted")
    con.execute("DELETE FROM search_sorted")
    con.execute("INSERT INTO search_sorted SELECT count(*) FROM search_postings")


def search(
    con: duckdb.DuckDBPyConnection,
    query: str,
    since: date | None = None,
    until: date | None = None,
    paper: str | None = None,
    person: str | None = None,
    limit: int = 20,
) -> list[Hit]:
    """Return the articles that the query finds best, best first, at most ``limit`` of them.

    A query has words, ``"phrases"`` that must stand so, and ``-words`` that must not stand; ``person`` is a name or a person_id.
    A query without any word finds nothing.
    """
    given = {"since": since, "until": until, "paper": paper, "person": person}
    given = {name: value for name, value in given.items() if value is not None}
    filters = "".join(f", {name} := ${name}" for name in given)
    rows = con.execute(
        f"SELECT article_id, score, headline, published_on, paper, snippet FROM search($query, top := $top{filters})",
        {"query": query, "top": limit, **given},
    ).fetchall()
    needles = query_needles(query)
    return [Hit(*row, find_highlights(row[-1], needles)) for row in rows]


def fold_for_search(text: str) -> str:
    """Return the text as search compares it, character by character, of the same length.

    >>> fold_for_search("ＡＩ产业园５G")
    'ai产业园5g'
    """
    return "".join(folded if len(folded := unicodedata.normalize("NFKC", char).lower()) == 1 else char for char in text)


def query_needles(query: str) -> tuple[str, ...]:
    """Return what a query wants to be shown: its words and phrases, and the pairs of characters that they are found by; longest first.

    >>> query_needles('产业园 -签约 "AI"')
    ('产业园', '产业', '业园', 'ai')
    """
    needles: dict[str, None] = {}
    for sign, phrase, word in re.findall(r'([-－]?)(?:["“”]([^"“”]+)["“”]?|([^\s"“”]+))', query):
        part = fold_for_search(phrase or word).strip()
        if sign or part.startswith(("-", "－")) or not part:
            continue
        for needle in (part, *(run[i : i + 2] for run in re.findall(r"[\u2e80-\U0003ffff]{2,}", part) for i in range(len(run) - 1))):
            needles.setdefault(needle)
    return tuple(sorted(needles, key=lambda needle: -len(needle)))


def find_highlights(text: str, needles: Sequence[str]) -> tuple[Highlight, ...]:
    """Return where a text has any of the needles, in order, ranges that touch made one.

    >>> find_highlights("青禾产业园开工", ("产业", "业园"))
    (Highlight(start=2, end=5),)
    """
    folded = fold_for_search(text)
    marked = bytearray(len(folded))
    for needle in needles:
        start = folded.find(needle)
        while start >= 0:
            marked[start : start + len(needle)] = b"\1" * len(needle)
            start = folded.find(needle, start + 1)
    return tuple(Highlight(*match.span()) for match in re.finditer(b"\1+", bytes(marked)))
