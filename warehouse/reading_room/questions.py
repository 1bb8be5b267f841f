"""What the reading room asks the warehouse: one query per view, each with parameters only. A view's rows can be downloaded as they are."""

from __future__ import annotations

LATEST = """
    SELECT article_id, headline, kind, published_on, paper, page, articles.n_chars FROM articles JOIN raw_files USING (file_id)
    WHERE ($paper IS NULL OR paper = $paper) AND ($since IS NULL OR published_on >= $since::DATE)
      AND ($until IS NULL OR published_on <= $until::DATE)
    ORDER BY published_on DESC NULLS LAST, paper, page, article_id LIMIT 200"""

DAY = """
    SELECT article_id, headline, kind, published_on, paper, page, articles.n_chars FROM articles JOIN raw_files USING (file_id)
    WHERE published_on = $day::DATE ORDER BY paper, page, article_id"""

DAYS = """
    SELECT published_on AS day, count(*) AS n_articles, count(DISTINCT paper) AS n_papers FROM articles JOIN raw_files USING (file_id)
    WHERE published_on IS NOT NULL GROUP BY published_on ORDER BY day DESC LIMIT 366"""

PAPERS = "SELECT DISTINCT paper FROM raw_files WHERE paper IS NOT NULL AND status = 'loaded' ORDER BY paper"

ARTICLE = """
    SELECT a.*, f.path, f.paper, f.page, f.issue_basis FROM articles AS a JOIN raw_files AS f USING (file_id) WHERE article_id = $id"""

PARAGRAPHS = "SELECT paragraph_id, role, text, spans FROM paragraphs WHERE article_id = $id ORDER BY seq"

BLOCKS = """
    SELECT block_id, seq, char_start, char_end, role, article_id, text, duplicate_of, continues FROM blocks
    WHERE file_id = $file_id ORDER BY seq"""

EDITS = "SELECT edit_id, kind, block_id, target_block_id, confidence, evidence FROM edits WHERE article_id = $id ORDER BY edit_id"

FACTS = """
    SELECT mention_id AS fact_id, kind, concat_ws(' · ', CASE kind WHEN 'person' THEN '人物' WHEN 'organization' THEN '机构' ELSE '地点' END,
           name, title, format('{:.2f}', confidence)) AS note, '/' || kind || '/' || entity_id AS link, spans
    FROM mentions WHERE article_id = $id
    UNION ALL
    SELECT time_id, 'time', concat_ws(' · ', '时间', coalesce(value, '?'), basis), '/day/' || start_on, spans FROM times WHERE article_id = $id
    UNION ALL
    SELECT quantity_id, 'quantity', concat_ws(' · ', '数量', kind, base_value::VARCHAR, base_unit, qualifier, "of"), NULL, spans
    FROM quantities WHERE article_id = $id
    UNION ALL
    SELECT quote_id, 'quote', concat_ws(' · ', '引语', coalesce(speaker, '?'), verb), '/person/' || person_id, spans
    FROM quotes WHERE article_id = $id
    ORDER BY fact_id"""

KEYWORDS = "SELECT term, weight FROM keywords WHERE article_id = $id ORDER BY weight DESC LIMIT 8"

NEAR = """
    SELECT CASE WHEN n.article_id = $id THEN n.other_id ELSE n.article_id END AS article_id, similarity, relation, a.headline, a.published_on
    FROM near_duplicates AS n JOIN articles AS a ON a.article_id = CASE WHEN n.article_id = $id THEN n.other_id ELSE n.article_id END
    WHERE $id IN (n.article_id, n.other_id) ORDER BY similarity DESC"""

PERSON = "SELECT * FROM people WHERE person_id = $id"

PERSON_TIMELINE = """
    SELECT a.published_on, a.article_id, a.headline, f.paper, m.title, m.text AS named, s.text AS sentence
    FROM mentions AS m JOIN articles AS a USING (article_id) JOIN raw_files AS f USING (file_id)
    LEFT JOIN sentences AS s USING (sentence_id)
    WHERE m.kind = 'person' AND m.entity_id = $id ORDER BY a.published_on NULLS LAST, a.article_id, m.mention_id LIMIT 1000"""

PERSON_TITLES = """
    SELECT title, organization, count(*) AS n, min(held_on) AS first_on, max(held_on) AS last_on FROM person_titles
    WHERE person_id = $id GROUP BY title, organization ORDER BY n DESC, title LIMIT 50"""

COMPANIONS = """
    SELECT p.person_id, p.name, p.latest_title, count(DISTINCT o.article_id) AS n_articles
    FROM (SELECT DISTINCT article_id FROM mentions WHERE kind = 'person' AND entity_id = $id) AS mine
    JOIN mentions AS o USING (article_id) JOIN people AS p ON p.person_id = o.entity_id
    WHERE o.kind = 'person' AND o.entity_id <> $id GROUP BY ALL ORDER BY n_articles DESC, p.name LIMIT 50"""

ORGANIZATION = "SELECT * FROM organizations WHERE organization_id = $id"
PLACE = "SELECT * FROM places WHERE place_id = $id"

NAMED = """
    SELECT a.published_on, a.article_id, a.headline, f.paper, m.text AS named, s.text AS sentence
    FROM mentions AS m JOIN articles AS a USING (article_id) JOIN raw_files AS f USING (file_id)
    LEFT JOIN sentences AS s USING (sentence_id)
    WHERE m.kind = $kind AND m.entity_id = $id ORDER BY a.published_on NULLS LAST, a.article_id, m.mention_id LIMIT 1000"""

PEOPLE = "SELECT person_id, name, latest_title, n_articles, n_mentions, first_on, last_on FROM people ORDER BY n_articles DESC, name LIMIT 200"

DOWNLOADS = {
    "latest": LATEST, "day": DAY, "days": DAYS, "people": PEOPLE, "timeline": PERSON_TIMELINE, "titles": PERSON_TITLES,
    "companions": COMPANIONS, "named": NAMED, "facts": FACTS, "blocks": BLOCKS,
}
"""The tables behind the views, by the name that a download asks for."""
