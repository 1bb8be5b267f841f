"""What the reading room asks the warehouse: one query per view, each with parameters only. A view's rows can be downloaded as they are."""

from __future__ import annotations

from warehouse import analytics, schema

LATEST = """
    SELECT article_id, headline, kind, published_on, paper, page, n_chars FROM articles
    WHERE ($paper IS NULL OR paper = $paper) AND ($since IS NULL OR published_on >= $since::DATE)
      AND ($until IS NULL OR published_on <= $until::DATE)
      AND ($person IS NULL OR article_id IN (SELECT article_id FROM mentions WHERE kind = 'person' AND $person IN (name, entity_id)))
    ORDER BY published_on DESC NULLS LAST, paper, page, article_id LIMIT $limit::BIGINT OFFSET $offset::BIGINT"""

HITS = """
    SELECT article_id, headline, published_on, paper, score, snippet
    FROM search(coalesce($q, ''), top := 1000, since := $since::DATE, until := $until::DATE, paper := $paper, person := $person)"""

DAY = """
    SELECT article_id, headline, kind, published_on, paper, page, n_chars FROM articles
    WHERE published_on = $day::DATE ORDER BY paper, page, article_id"""

DAY_PEOPLE = """
    SELECT person_id, name, any_value(title) AS title, count(*) AS n_articles FROM person_timeline
    WHERE on_date = $day::DATE AND roles IS NULL GROUP BY person_id, name ORDER BY n_articles DESC, name LIMIT 30"""

NEIGHBOURS = """
    SELECT max(published_on) FILTER (published_on < $day::DATE) AS before, min(published_on) FILTER (published_on > $day::DATE) AS after
    FROM articles"""

DAYS = """
    SELECT published_on AS day, count(*) AS n_articles, count(DISTINCT paper) AS n_papers FROM articles
    WHERE published_on IS NOT NULL GROUP BY published_on ORDER BY day DESC LIMIT $limit::BIGINT"""

PAPERS = "SELECT DISTINCT paper FROM raw_files WHERE paper IS NOT NULL AND status = 'loaded' ORDER BY paper"

ARTICLE = """
    SELECT a.*, f.path, f.issue_basis FROM articles AS a JOIN raw_files AS f USING (file_id) WHERE article_id = $id"""

PARAGRAPHS = "SELECT paragraph_id, role, text, spans FROM paragraphs WHERE article_id = $id ORDER BY seq"

BLOCKS = """
    SELECT block_id, seq, char_start, char_end, role, article_id, text, duplicate_of, continues FROM blocks
    WHERE file_id = $file_id ORDER BY seq"""

EDITS = "SELECT edit_id, kind, block_id, target_block_id, confidence, evidence FROM edits WHERE article_id = $id ORDER BY edit_id"

FACTS = """
    SELECT f.fact, f.text, f.says, f.char_start, f.char_end, f.sentence_id, f.fact_id, f.spans,
           coalesce('/' || m.kind || '/' || m.entity_id, '/day/' || t.start_on, '/person/' || q.person_id) AS link
    FROM facts AS f
    LEFT JOIN mentions AS m ON m.mention_id = f.fact_id AND m.article_id = $id
    LEFT JOIN times AS t ON t.time_id = f.fact_id AND t.article_id = $id AND t.granularity IN ('day', 'daypart', 'hour', 'minute')
    LEFT JOIN quotes AS q ON q.quote_id = f.fact_id AND q.article_id = $id
    WHERE f.article_id = $id ORDER BY f.char_start, f.char_end DESC, f.fact_id"""

QUARANTINE = """
    SELECT quarantine_id, path, reason, detail, excerpt, record_table, char_start, char_end, run_id FROM quarantine
    ORDER BY path, char_start NULLS FIRST, record_table, quarantine_id LIMIT $limit::BIGINT OFFSET $offset::BIGINT"""

QUARANTINED = """
    SELECT q.*, f.paper, f.issue_on, f.page, (SELECT min(p.path) FROM file_paths AS p WHERE p.file_id = q.file_id) AS location
    FROM quarantine AS q LEFT JOIN raw_files AS f USING (file_id) WHERE quarantine_id = $id"""

FAULTS = """
    SELECT quarantine_id, reason, detail, record_table, char_start, char_end FROM quarantine
    WHERE quarantine_id = $id OR file_id = $file_id ORDER BY char_start NULLS FIRST, record_table, quarantine_id LIMIT $limit::BIGINT"""

KEYWORDS = "SELECT term, weight FROM keywords WHERE article_id = $id ORDER BY weight DESC LIMIT 8"

NEAR = """
    SELECT CASE WHEN n.article_id = $id THEN n.other_id ELSE n.article_id END AS article_id, similarity, relation, a.headline, a.published_on
    FROM near_duplicates AS n JOIN articles AS a ON a.article_id = CASE WHEN n.article_id = $id THEN n.other_id ELSE n.article_id END
    WHERE $id IN (n.article_id, n.other_id) ORDER BY similarity DESC"""

PERSON = "SELECT * FROM people WHERE person_id = $id"
ORGANIZATION = "SELECT * FROM organizations WHERE organization_id = $id"
PLACE = """
    SELECT p.*, parent.name AS parent FROM places AS p LEFT JOIN places AS parent ON parent.place_id = p.parent_id WHERE p.place_id = $id"""

NAMED = """
    WITH named AS (
        SELECT article_id, sentence_id, min(mention_id) AS mention_id, count(*) AS n, min(text) AS text, min(title) AS title, min(roles) AS roles
        FROM mentions WHERE kind = $kind AND entity_id = $id GROUP BY article_id, sentence_id
    )
    SELECT a.published_on, a.paper, a.headline, a.article_id, arg_min(n.title, n.mention_id) FILTER (n.title IS NOT NULL) AS title,
           min(n.roles) AS roles, sum(n.n)::BIGINT AS n_mentions, list(coalesce(s.text, n.text) ORDER BY n.mention_id) AS sentences
    FROM named AS n JOIN articles AS a USING (article_id) LEFT JOIN sentences AS s USING (sentence_id)
    GROUP BY a.published_on, a.paper, a.headline, a.article_id
    ORDER BY a.published_on DESC NULLS LAST, a.article_id LIMIT $limit::BIGINT"""

PERSON_TITLES = """
    SELECT title, organization, count(*) AS n, min(held_on) AS first_on, max(held_on) AS last_on FROM person_titles
    WHERE person_id = $id GROUP BY title, organization ORDER BY n DESC, title LIMIT $limit::BIGINT"""

PERSON_COMPANIONS = """
    SELECT CASE WHEN n.person_id = $id THEN n.other_id ELSE n.person_id END AS id, p.name, p.latest_title AS note, n.n_articles, n.n_sentences,
           n.article_ids
    FROM person_network AS n JOIN people AS p ON p.person_id = CASE WHEN n.person_id = $id THEN n.other_id ELSE n.person_id END
    WHERE $id IN (n.person_id, n.other_id) ORDER BY n.n_articles DESC, n.n_sentences DESC, p.name LIMIT $limit::BIGINT"""

ORGANIZATION_COMPANIONS = """
    SELECT CASE WHEN organization_id = $id THEN other_id ELSE organization_id END AS id,
           CASE WHEN organization_id = $id THEN other_name ELSE name END AS name, NULL AS note, n_articles, n_sentences, article_ids
    FROM organization_network WHERE $id IN (organization_id, other_id) ORDER BY n_articles DESC, n_sentences DESC, 2 LIMIT $limit::BIGINT"""

PEOPLE = """
    SELECT p.person_id, p.name, p.latest_title, n.n_articles, n.n_signed, p.n_mentions, p.first_on, p.last_on
    FROM people AS p JOIN (
        SELECT entity_id, count(DISTINCT article_id) FILTER (roles IS NULL) AS n_articles,
               count(DISTINCT article_id) FILTER (roles IS NOT NULL) AS n_signed
        FROM mentions WHERE kind = 'person' GROUP BY entity_id
    ) AS n ON n.entity_id = p.person_id
    WHERE $name IS NULL OR contains(p.name, $name)
    ORDER BY n.n_articles DESC, n.n_signed DESC, p.name, p.person_id LIMIT $limit::BIGINT"""

ORGANIZATIONS = """
    SELECT organization_id, name, kind, n_articles, n_mentions, aliases FROM organizations
    WHERE $name IS NULL OR contains(name, $name) ORDER BY n_articles DESC, n_mentions DESC, name LIMIT $limit::BIGINT"""

PLACES = """
    SELECT p.place_id, p.name, p.level, parent.name AS parent, p.n_articles, p.n_mentions
    FROM places AS p LEFT JOIN places AS parent ON parent.place_id = p.parent_id
    WHERE $name IS NULL OR contains(p.name, $name) ORDER BY p.n_articles DESC, p.n_mentions DESC, p.name LIMIT $limit::BIGINT"""

RELATIONS = """
    SELECT table_name AS name, comment FROM duckdb_tables() WHERE database_name = current_database()
    UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE database_name = current_database() AND NOT internal"""

DOWNLOADS = {
    "latest": LATEST, "hits": HITS, "day": DAY, "day_people": DAY_PEOPLE, "days": DAYS, "named": NAMED, "titles": PERSON_TITLES,
    "person_companions": PERSON_COMPANIONS, "organization_companions": ORGANIZATION_COMPANIONS, "article_facts": FACTS, "page_blocks": BLOCKS,
    "named_people": PEOPLE, "named_organizations": ORGANIZATIONS, "named_places": PLACES,
}
"""The tables behind the views, by the name that a download asks for."""

VIEWS = tuple(path.split("/")[1] for path in analytics.OBJECTS if path.startswith("views/"))


def download_query(name: str) -> str | None:
    """Return the query whose rows a download has: the one behind a view of the reading room, or all of a table or view of the warehouse."""
    return DOWNLOADS.get(name) or (f"FROM {name}" if name in schema.TABLES or name in VIEWS else None)
