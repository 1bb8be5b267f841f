"""What report, reading room and status ask the warehouse: each question once, a query with parameters only.

A parameter is named ``$so``; one that is not given is null and narrows nothing. Counts of articles are counts of texts: an article that repeats
another one is not counted again. Who is named by an article is decided by the view ``appearances``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb

from warehouse import analytics, schema


def fetch_rows(con: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> list[dict[str, object]]:
    """Return the rows of a query by column name; the connection is only read."""
    cursor = con.execute(query, named_parameters(query, parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def named_parameters(query: str, given: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters that a query names; those that nobody gave, or left empty, are null.

    >>> named_parameters("SELECT $day::DATE WHERE $paper IS NULL", {"day": "2025-03-04", "x": 1}) == {"day": "2025-03-04", "paper": None}
    True
    """
    return {name: None if given.get(name) == "" else given.get(name) for name in re.findall(r"\$(\w+)", query)}


# --- what there is --------------------------------------------------------------------------------------------------

HOLDINGS = """
    SELECT
        (SELECT count(*) FROM raw_files WHERE status = 'loaded') AS n_files,
        (SELECT coalesce(sum(n_chars), 0)::BIGINT FROM raw_files WHERE status = 'loaded') AS n_chars,
        (SELECT count(*) FROM articles) AS n_articles,
        (SELECT count(*) FROM articles WHERE NOT is_canonical) AS n_repeated,
        (SELECT count(*) FROM people) AS n_people,
        (SELECT count(*) FROM people WHERE n_articles = 0) AS n_only_signed,
        (SELECT count(*) FROM organizations) AS n_organizations,
        (SELECT count(*) FROM places) AS n_places,
        (SELECT count(*) FROM quantities) AS n_quantities,
        (SELECT count(*) FROM quantities WHERE kind = 'money') AS n_amounts,
        (SELECT count(*) FROM quotes) AS n_quotes,
        (SELECT count(*) FROM events) AS n_events,
        (SELECT min(published_on) FROM articles) AS first_on,
        (SELECT max(published_on) FROM articles) AS last_on,
        (SELECT count(DISTINCT published_on) FROM articles) AS n_days,
        (SELECT coalesce(list(DISTINCT paper ORDER BY paper), []) FROM raw_files WHERE paper IS NOT NULL AND status = 'loaded') AS papers"""

HOLDINGS_BY_PAPER = """
    SELECT coalesce(paper, '(unknown paper)') AS paper, count(*) AS files, count(*) FILTER (status = 'quarantined') AS quarantined,
           count(*) FILTER (status = 'superseded') AS superseded, min(issue_on) AS first_issue, max(issue_on) AS last_issue,
           sum(n_articles) AS articles
    FROM raw_files LEFT JOIN (SELECT file_id, count(*) AS n_articles FROM articles GROUP BY file_id) USING (file_id)
    GROUP BY ALL ORDER BY paper"""

PHYSICAL_FORMS = r"""
    SELECT regexp_replace(form, ' at \d+ characters', '') AS form, count(*) AS files FROM raw_files WHERE form IS NOT NULL AND status = 'loaded'
    GROUP BY ALL ORDER BY files DESC, form"""

LATEST_RUNS = "SELECT * FROM runs ORDER BY started_at DESC, run_id DESC LIMIT $limit::BIGINT"

BROKEN_RULES = """
    SELECT record_table, expectation, column_name, severity, n_unexpected, n_evaluated, examples[1] AS example FROM validations
    WHERE NOT success AND run_id = (SELECT max_by(run_id, started_at) FROM runs WHERE status LIKE 'loaded%') ORDER BY ALL"""

PAPERS = "SELECT DISTINCT paper FROM raw_files WHERE paper IS NOT NULL AND status = 'loaded' ORDER BY paper"

RELATIONS = """
    SELECT table_name AS name, comment FROM duckdb_tables() WHERE database_name = current_database()
    UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE database_name = current_database() AND NOT internal"""

# --- articles -------------------------------------------------------------------------------------------------------

_CHOSEN = """
    ($paper IS NULL OR a.paper = $paper) AND ($kind IS NULL OR a.kind = $kind)
    AND ($since IS NULL OR a.published_on >= $since::DATE) AND ($until IS NULL OR a.published_on <= $until::DATE)
    AND ($person IS NULL OR a.article_id IN (SELECT article_id FROM mentions WHERE kind = 'person' AND $person IN (name, entity_id)))
    AND ($organization IS NULL OR a.article_id IN (SELECT article_id FROM mentions WHERE kind = 'organization' AND $organization IN (name, entity_id)))
    AND ($place IS NULL OR a.article_id IN (SELECT article_id FROM mentions WHERE kind = 'place' AND $place IN (name, entity_id)))
    AND ($topic IS NULL OR a.article_id IN (SELECT article_id FROM keywords WHERE term = $topic))"""

_LATEST = f"SELECT a.*, NULL::DOUBLE AS score, NULL::VARCHAR AS snippet FROM articles AS a WHERE {_CHOSEN}"

_HITS = f"""
    SELECT a.*, h.score, h.snippet
    FROM search(coalesce($q, ''), top := 1000, since := $since::DATE, until := $until::DATE, paper := $paper, person := $person) AS h
    JOIN articles AS a USING (article_id) WHERE {_CHOSEN}"""

_TEXTS = """
    found AS ({found}),
    texts AS (  -- articles that repeat one another are one text, for which one of them stands
        SELECT list(struct_pack(article_id, headline, beginning := body[:30], kind, published_on, paper, page, n_chars, snippet)
                    ORDER BY is_canonical DESC, score DESC NULLS LAST, published_on, article_id) AS prints, max(score) AS score
        FROM found GROUP BY coalesce(cluster_id, article_id)
    )"""

_ARTICLES = f"""
    WITH {_TEXTS}
    SELECT prints[1].article_id AS article_id, prints[1].headline AS headline, prints[1].beginning AS beginning, prints[1].kind AS kind, prints[1].published_on AS published_on,
           prints[1].paper AS paper, prints[1].page AS page, prints[1].n_chars AS n_chars, round(score, 2) AS score, prints[1].snippet AS snippet,
           list_transform(prints[2:], lambda p: struct_pack(article_id := p.article_id, paper := p.paper, published_on := p.published_on)) AS reprints,
           count(*) OVER () AS n_found
    FROM texts ORDER BY score DESC NULLS LAST, published_on DESC NULLS LAST, paper, page, article_id LIMIT $limit::BIGINT OFFSET $offset::BIGINT"""

_FACETS = f"""
    WITH {_TEXTS}, chosen AS MATERIALIZED (SELECT unnest(prints[1]) FROM texts), counted AS (
        SELECT 'paper' AS facet, paper AS value, paper AS label, count(*) AS n FROM chosen WHERE paper IS NOT NULL GROUP BY paper
        UNION ALL SELECT 'kind', kind, kind, count(*) FROM chosen GROUP BY kind
        UNION ALL SELECT 'month', month, month, count(*) FROM (SELECT strftime(published_on, '%Y-%m') AS month FROM chosen) WHERE month IS NOT NULL GROUP BY month
        UNION ALL SELECT m.kind, entity_id, min(name), count(DISTINCT article_id) FROM mentions AS m SEMI JOIN chosen USING (article_id)
            WHERE roles IS NULL AND entity_id IS NOT NULL GROUP BY m.kind, entity_id
        UNION ALL SELECT 'topic', term, term, count(*) FROM keywords SEMI JOIN chosen USING (article_id) GROUP BY term
    )
    SELECT facet, value, label, n FROM counted
    QUALIFY row_number() OVER (PARTITION BY facet ORDER BY n DESC, label DESC) <= 8 ORDER BY facet, n DESC, label DESC"""

LATEST, HITS = (_ARTICLES.format(found=found) for found in (_LATEST, _HITS))
LATEST_FACETS, HITS_FACETS = (_FACETS.format(found=found) for found in (_LATEST, _HITS))

DAY = """
    SELECT article_id, headline, body[:30] AS beginning, kind, published_on, paper, page, n_chars FROM articles
    WHERE published_on = $day::DATE ORDER BY paper, page, seq, article_id"""

DAY_PEOPLE = """
    SELECT person_id, name, any_value(title) AS title, count(*) FILTER (is_canonical) AS n_articles FROM person_timeline
    WHERE on_date = $day::DATE AND roles IS NULL GROUP BY person_id, name ORDER BY n_articles DESC, name LIMIT 30"""

NEIGHBOURS = """
    SELECT max(published_on) FILTER (published_on < $day::DATE) AS before, min(published_on) FILTER (published_on > $day::DATE) AS after
    FROM articles"""

DAYS = """
    SELECT published_on AS day, count(*) AS n_articles, count(DISTINCT paper) AS n_papers FROM articles
    WHERE published_on IS NOT NULL GROUP BY published_on ORDER BY day DESC LIMIT $limit::BIGINT"""

COVERAGE = "SELECT published_on AS on_date, paper, count(*) AS n_articles FROM articles GROUP BY ALL ORDER BY on_date"

ARTICLE = """
    SELECT a.*, f.path, f.issue_basis,
           (SELECT min_by(b.article_id, b.seq) FROM articles AS b WHERE b.file_id = a.file_id AND b.seq > a.seq) AS next_id,
           (SELECT max_by(b.article_id, b.seq) FROM articles AS b WHERE b.file_id = a.file_id AND b.seq < a.seq) AS previous_id
    FROM articles AS a JOIN raw_files AS f USING (file_id) WHERE article_id = $id"""

HEADLINES = """
    SELECT a.article_id, a.headline, a.paper, a.published_on, a.page, f.path, a.body[:120] AS beginning FROM articles AS a JOIN raw_files AS f USING (file_id)
    WHERE article_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY a.published_on NULLS LAST, a.paper, a.article_id"""

PARAGRAPHS = "SELECT paragraph_id, role, text, spans FROM paragraphs WHERE article_id = $id ORDER BY seq"

BLOCKS = """
    SELECT block_id, seq, char_start, char_end, role, article_id, text, duplicate_of, continues FROM blocks
    WHERE file_id = $file_id ORDER BY seq"""

EDITS = "SELECT edit_id, kind, block_id, target_block_id, confidence, evidence FROM edits WHERE article_id = $id ORDER BY edit_id"

FACTS = """
    SELECT f.fact, f.text, f.says, f.char_start, f.char_end, f.confidence, f.sentence_id, f.fact_id, f.spans,
           coalesce('/' || m.kind || '/' || m.entity_id, '/day/' || t.start_on, '/person/' || q.person_id, '/organization/' || q.organization_id) AS link
    FROM facts AS f
    LEFT JOIN mentions AS m ON m.mention_id = f.fact_id AND m.article_id = $id
    LEFT JOIN times AS t ON t.time_id = f.fact_id AND t.article_id = $id AND t.granularity IN ('day', 'daypart', 'hour', 'minute')
    LEFT JOIN quotes AS q ON q.quote_id = f.fact_id AND q.article_id = $id
    WHERE f.article_id = $id ORDER BY f.char_start, f.char_end DESC, f.fact_id"""

KEYWORDS = "SELECT term, weight FROM keywords WHERE article_id = $id ORDER BY weight DESC LIMIT 8"

NEAR = """
    SELECT CASE WHEN n.article_id = $id THEN n.other_id ELSE n.article_id END AS article_id, similarity, relation, a.headline, a.paper, a.published_on
    FROM near_duplicates AS n JOIN articles AS a ON a.article_id = CASE WHEN n.article_id = $id THEN n.other_id ELSE n.article_id END
    WHERE $id IN (n.article_id, n.other_id) ORDER BY similarity DESC"""

# --- people, organisations, places ----------------------------------------------------------------------------------

PEOPLE = """
    SELECT person_id, name, latest_title, n_articles, n_bylines, n_mentions, first_on, last_on FROM people
    WHERE $name IS NULL OR contains(name, $name)
    ORDER BY n_articles DESC, n_bylines DESC, n_mentions DESC, name, person_id LIMIT $limit::BIGINT OFFSET $offset::BIGINT"""

ORGANIZATIONS = """
    SELECT organization_id, name, kind, n_articles, n_mentions, aliases FROM organizations
    WHERE ($name IS NULL OR contains(name, $name) OR list_contains(aliases, $name)) AND ($kind IS NULL OR kind = $kind)
    ORDER BY n_articles DESC, n_mentions DESC, name LIMIT $limit::BIGINT OFFSET $offset::BIGINT"""

PLACES = """
    SELECT p.place_id, p.name, p.level, p.parent_id, parent.name AS parent, p.n_articles, p.n_mentions
    FROM places AS p LEFT JOIN places AS parent ON parent.place_id = p.parent_id
    WHERE ($name IS NULL OR contains(p.name, $name)) AND ($kind IS NULL OR p.level = $kind)
    ORDER BY p.n_articles DESC, p.n_mentions DESC, p.name LIMIT $limit::BIGINT OFFSET $offset::BIGINT"""

PERSON = "SELECT * FROM people WHERE person_id = $id"
ORGANIZATION = "SELECT * FROM organizations WHERE organization_id = $id"
PLACE = """
    SELECT p.*, parent.name AS parent FROM places AS p LEFT JOIN places AS parent ON parent.place_id = p.parent_id WHERE p.place_id = $id"""
NAMESAKES = """
    SELECT 'person' AS kind, person_id AS id, name FROM people WHERE name = $name
    UNION ALL SELECT 'organization', organization_id, name FROM organizations WHERE name = $name OR list_contains(aliases, $name)
    UNION ALL SELECT 'place', place_id, name FROM places WHERE name = $name"""

NAMED = """
    WITH named AS (
        SELECT article_id, sentence_id, min(mention_id) AS mention_id, count(*) AS n, min(text) AS text, arg_min(spans, mention_id) AS spans
        FROM mentions WHERE kind = $kind AND entity_id = $id GROUP BY article_id, sentence_id
    )
    SELECT a.published_on, a.paper, a.headline, a.article_id, a.title, a.roles, a.is_canonical, sum(n.n)::BIGINT AS n_mentions,
           list(coalesce(s.text, n.text) ORDER BY n.mention_id) AS sentences, min(n.spans[1].char_start) AS char_start
    FROM named AS n JOIN (FROM appearances WHERE kind = $kind AND entity_id = $id) AS a USING (article_id) LEFT JOIN sentences AS s ON s.sentence_id = n.sentence_id
    GROUP BY ALL
    ORDER BY a.published_on DESC NULLS LAST, a.article_id LIMIT $limit::BIGINT OFFSET $offset::BIGINT"""

PERSON_TITLES = """
    SELECT t.title, t.organization, t.organization_id, t.tenure, count(*) AS n, min(t.held_on) AS first_on, max(t.held_on) AS last_on
    FROM person_titles AS t WHERE person_id = $id GROUP BY ALL ORDER BY last_on DESC NULLS LAST, n DESC, title LIMIT $limit::BIGINT"""

ORGANIZATION_PEOPLE = """
    SELECT p.person_id, p.name, t.title, t.tenure, count(*) AS n, min(t.held_on) AS first_on, max(t.held_on) AS last_on
    FROM person_titles AS t JOIN people AS p USING (person_id)
    WHERE t.organization_id = $id GROUP BY ALL ORDER BY n DESC, p.name, t.title LIMIT $limit::BIGINT"""

COMPANIONS = """
    WITH pairs AS (
        SELECT other_id AS id, n_articles, n_sentences, article_ids FROM named_together WHERE kind = $kind AND entity_id = $id
        UNION ALL SELECT entity_id, n_articles, n_sentences, article_ids FROM named_together WHERE kind = $kind AND other_id = $id
    )
    SELECT pairs.id, coalesce(p.name, o.name, l.name) AS name, p.latest_title AS note, pairs.n_articles, n_sentences, article_ids
    FROM pairs LEFT JOIN people AS p ON p.person_id = pairs.id LEFT JOIN organizations AS o ON o.organization_id = pairs.id
        LEFT JOIN places AS l ON l.place_id = pairs.id
    ORDER BY pairs.n_articles DESC, n_sentences DESC, 2 LIMIT $limit::BIGINT"""

LATEST_TITLES = """
    SELECT entity_id AS person_id, arg_max(title, (published_on, article_id)) FILTER (title IS NOT NULL) AS title
    FROM appearances WHERE kind = 'person' AND roles IS NULL AND entity_id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY entity_id"""

JOB_CHANGES = """
    SELECT on_date, name, change, organization, title, earlier_title, earlier_on, sentence, person_id, article_id, spans FROM job_changes
    WHERE $id IS NULL OR person_id = $id ORDER BY on_date DESC NULLS LAST, name, change, title LIMIT $limit::BIGINT"""

# --- events, quotations, amounts ------------------------------------------------------------------------------------

_PRINTED_WITHIN = """
    coalesce(a.is_canonical, true) AND ($paper IS NULL OR a.paper = $paper)
    AND ($since IS NULL OR a.published_on >= $since::DATE) AND ($until IS NULL OR a.published_on <= $until::DATE)"""

EVENTS = f"""
    SELECT coalesce(e.on_date, a.published_on) AS on_date, e.kind, e.subtype, coalesce(p.name, e.place) AS place, e.place_id, e.actors, e.actor_ids,
           e.objects, e.deaths, e.injuries, e.text, e.confidence, a.headline, a.paper, a.published_on, e.event_id, e.article_id, e.spans
    FROM events AS e JOIN articles AS a USING (article_id) LEFT JOIN places AS p USING (place_id)
    WHERE {_PRINTED_WITHIN} AND ($kind IS NULL OR e.kind = $kind) AND ($place IS NULL OR $place IN (e.place_id, p.name, e.place))
        AND ($name IS NULL OR list_contains(e.actor_ids, $name) OR list_contains(e.actors, $name)) AND ($words IS NULL OR contains(e.text, $words))
    ORDER BY on_date DESC NULLS LAST, e.event_id"""

QUOTES = f"""
    SELECT a.published_on, q.speaker, q.person_id, q.organization_id, q.verb, q.text, q.is_direct, q.candidates,
           (SELECT list(DISTINCT struct_pack(kind := about_kind, id := about_id, name := about)) FROM quotes_about AS s WHERE s.quote_id = q.quote_id) AS about,
           q.confidence, a.headline, a.paper, q.quote_id, q.article_id, q.spans
    FROM quotes AS q JOIN articles AS a USING (article_id)
    WHERE {_PRINTED_WITHIN} AND ($speaker IS NULL OR $speaker IN (q.speaker, q.person_id, q.organization_id)) AND ($words IS NULL OR contains(q.text, $words))
        AND ($about IS NULL OR q.quote_id IN (SELECT quote_id FROM quotes_about WHERE $about IN (about_id, about)))
    ORDER BY a.published_on DESC NULLS LAST, q.quote_id"""

AMOUNTS = f"""
    SELECT a.published_on, q.kind, q.text, q.qualifier, q.base_value, q.base_unit, q.of, q.per, q.change, s.text AS sentence,
           q.confidence, a.headline, a.paper, q.quantity_id, q.article_id, q.spans
    FROM quantities AS q JOIN articles AS a USING (article_id) LEFT JOIN sentences AS s USING (sentence_id)
    WHERE {_PRINTED_WITHIN} AND ($kind IS NULL OR q.kind = $kind) AND ($words IS NULL OR contains(coalesce(q.of, ''), $words) OR contains(s.text, $words))
    ORDER BY CASE WHEN $kind IS NOT NULL THEN q.base_value END DESC NULLS LAST, a.published_on DESC NULLS LAST, q.quantity_id"""

INVESTMENTS = """
    SELECT a.published_on, a.project, a.sector, a.relation, a.amount_text, a.amount, a.currency, a.companies, a.is_total, a.part_of, a.per, a.sentence, a.headline,
           r.paper, a.quantity_id, a.article_id, a.spans
    FROM project_investments AS a JOIN articles AS r USING (article_id)
    WHERE a.is_canonical AND ($sector IS NULL OR a.sector = $sector) AND ($paper IS NULL OR r.paper = $paper)
        AND ($since IS NULL OR a.published_on >= $since::DATE) AND ($until IS NULL OR a.published_on <= $until::DATE)
        AND ($words IS NULL OR contains(a.project, $words) OR contains(a.sentence, $words))
    ORDER BY a.amount DESC NULLS LAST, a.quantity_id"""

LARGEST_INVESTMENTS = """
    SELECT published_on, project, sector, relation, amount_text, amount, companies, is_total, part_of, headline, sentence, quantity_id, article_id, spans
    FROM project_investments WHERE amount >= $least::DOUBLE AND currency = 'CNY' AND is_canonical ORDER BY amount DESC, quantity_id"""

INVESTMENTS_BY_SECTOR = (
    "SELECT sector, currency, amount, n_amounts, projects, article_ids FROM investments_by_sector ORDER BY currency, amount DESC"
)

OTHER_CURRENCIES = "SELECT count(*) AS n FROM project_investments WHERE is_canonical AND (amount IS NULL OR currency <> 'CNY')"

SPEAKERS = """
    SELECT q.speaker, q.person_id, q.organization_id, count(*) AS n, count(DISTINCT q.article_id) AS n_articles,
           arg_max(struct_pack(text := q.text, article_id := q.article_id, spans := q.spans), (a.published_on, q.quote_id)) AS latest
    FROM quotes AS q JOIN articles AS a USING (article_id)
    WHERE q.speaker IS NOT NULL AND coalesce(q.person_id, q.organization_id) IS NOT NULL AND coalesce(a.is_canonical, true)
    GROUP BY ALL ORDER BY n DESC, q.speaker LIMIT $limit::BIGINT"""

EVENTS_BY_PLACE = """
    SELECT place, place_id, level, sum(n_stories)::BIGINT AS n_stories, list(struct_pack(kind := kind, n := n_stories) ORDER BY n_stories DESC, kind) AS kinds,
           list_distinct(flatten(list(article_ids)))[:3] AS article_ids
    FROM events_by_place GROUP BY place, place_id, level ORDER BY n_stories DESC, place LIMIT $limit::BIGINT"""

LEADER_ACTIVITY = """
    SELECT max(l.on_date) AS on_date, list(DISTINCT struct_pack(name := l.name, id := l.person_id)) AS people, l.text, l.headline, l.article_id, l.spans
    FROM leader_activity AS l JOIN articles AS a USING (article_id)
    WHERE coalesce(a.is_canonical, true)
    GROUP BY l.text, l.headline, l.article_id, l.spans
    ORDER BY on_date DESC NULLS LAST, l.article_id, l.spans LIMIT $limit::BIGINT"""

LARGEST_QUANTITIES = """
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
    ORDER BY n DESC, l.kind, l.base_unit"""

TOPICS = """
    WITH recent AS (
        SELECT article_id, published_on AS on_date FROM articles WHERE coalesce(is_canonical, true) AND published_on >= $since
    ), most AS (
        SELECT term FROM keywords JOIN recent USING (article_id) GROUP BY term ORDER BY count(*) DESC, sum(weight) DESC, term LIMIT $limit::BIGINT
    )
    SELECT term, on_date, count(*) AS n_articles FROM keywords JOIN recent USING (article_id) WHERE term IN (FROM most) GROUP BY ALL"""

# --- what to doubt --------------------------------------------------------------------------------------------------

UNCERTAIN = """
    SELECT fact_table, fact, text, says, confidence, rule, headline, paper, published_on, article_id, spans FROM uncertain
    WHERE ($fact IS NULL OR fact = $fact) AND ($paper IS NULL OR paper = $paper) AND ($words IS NULL OR contains(text, $words))
    ORDER BY confidence, fact_table, fact_id"""

UNCERTAIN_BY_KIND = """
    SELECT fact_table, count(*) AS n, count(*) FILTER (confidence < 0.6) AS n_doubtful, avg(confidence) AS confidence
    FROM uncertain GROUP BY fact_table ORDER BY n_doubtful DESC, fact_table"""

DISAGREEMENTS = """
    SELECT of, kind, text, other_text, paper, other_paper, published_on, other_published_on, headline, sentence, other_sentence, article_id, other_article_id, spans
    FROM disagreements WHERE article_id < other_article_id ORDER BY quantity_id, other_quantity_id LIMIT $limit::BIGINT"""

MISPRINTS = """
    SELECT m.text, m.suggestion, m.evidence, m.confidence, a.headline, m.article_id, m.spans
    FROM suspected_misprints AS m JOIN articles AS a USING (article_id) ORDER BY m.confidence DESC, m.misprint_id LIMIT $limit::BIGINT"""

MARKS = "SELECT * FROM data_quality WHERE source = 'mark' AND n_found > 0 ORDER BY n_found DESC, record_table, check_name"

RULES = """
    SELECT record_table, check_name, column_name, severity, n_checked, n_found, is_good, examples FROM data_quality WHERE source = 'rule'
    ORDER BY severity, n_found DESC, check_name"""

QUARANTINE = """
    SELECT quarantine_id, path, reason, detail, excerpt, record_table, char_start, char_end, run_id FROM quarantine
    ORDER BY path, char_start NULLS FIRST, record_table, quarantine_id LIMIT $limit::BIGINT OFFSET $offset::BIGINT"""

QUARANTINE_BY_REASON = """
    SELECT record_table, reason, count(*) AS n, any_value(detail) AS detail, list(DISTINCT path ORDER BY path)[:3] AS paths
    FROM quarantine GROUP BY record_table, reason ORDER BY n DESC, record_table, reason LIMIT 20"""

QUARANTINED = """
    SELECT q.*, f.paper, f.issue_on, f.page, (SELECT min(p.path) FROM file_paths AS p WHERE p.file_id = q.file_id) AS location
    FROM quarantine AS q LEFT JOIN raw_files AS f USING (file_id) WHERE quarantine_id = $id"""

FAULTS = """
    SELECT quarantine_id, reason, detail, record_table, char_start, char_end FROM quarantine
    WHERE quarantine_id = $id OR file_id = $file_id ORDER BY char_start NULLS FIRST, record_table, quarantine_id LIMIT $limit::BIGINT"""

CHARACTERS_BY_ROLE = """
    WITH loaded AS (FROM raw_files WHERE status = 'loaded'), in_blocks AS (
        SELECT role, sum(char_end - char_start)::BIGINT AS n_chars FROM blocks SEMI JOIN loaded USING (file_id) GROUP BY role
    )
    FROM in_blocks UNION ALL SELECT 'between blocks', (SELECT sum(n_chars)::BIGINT FROM loaded) - (SELECT sum(n_chars)::BIGINT FROM in_blocks)
    ORDER BY n_chars DESC NULLS LAST, role"""

EDITS_BY_KIND = "SELECT kind, count(*) AS n, avg(confidence) AS confidence FROM edits GROUP BY kind ORDER BY n DESC, kind"

# --- what may be downloaded -----------------------------------------------------------------------------------------

DOWNLOADS = {
    "latest": LATEST,
    "hits": HITS,
    "day": DAY,
    "day_people": DAY_PEOPLE,
    "days": DAYS,
    "named": NAMED,
    "titles": PERSON_TITLES,
    "organization_people": ORGANIZATION_PEOPLE,
    "companions": COMPANIONS,
    "article_facts": FACTS,
    "page_blocks": BLOCKS,
    "named_people": PEOPLE,
    "named_organizations": ORGANIZATIONS,
    "named_places": PLACES,
    "listed_events": EVENTS,
    "listed_quotes": QUOTES,
    "listed_amounts": AMOUNTS,
    "listed_investments": INVESTMENTS,
    "listed_doubts": UNCERTAIN,
}
"""The tables behind the pages of the reading room, by the name that a download asks for."""

VIEWS = tuple(path.split("/")[1] for path in analytics.OBJECTS if path.startswith("views/"))


def download_query(name: str) -> str | None:
    """Return the query whose rows a download has: the one behind a page of the reading room, or all of a table or view of the warehouse."""
    return DOWNLOADS.get(name) or (f"FROM {name}" if name in (*schema.TABLES, *VIEWS) else None)
