-- Ids of the people, organisations and places that titles, quotations and events name, in the files in "settled_files": those of the first
-- mention of the article that is printed or named so, now that it is known whom each mention means.
CREATE OR REPLACE TEMP TABLE named AS
SELECT article_id, kind, form, arg_min(entity_id, substring(mention_id, length(article_id) + 3)::INTEGER) AS entity_id
FROM (
    SELECT article_id, kind, mention_id, entity_id, unnest(list_distinct([text, name])) AS form
    FROM mentions WHERE left(article_id, 16) IN (FROM settled_files)
)
GROUP BY article_id, kind, form;

CREATE OR REPLACE TEMP TABLE should_be AS
SELECT t.rowid AS title_row, t.article_id, m.entity_id AS person_id, o.entity_id AS organization_id
FROM person_titles AS t LEFT JOIN mentions AS m USING (mention_id)
    LEFT JOIN named AS o ON o.kind = 'organization' AND o.article_id = t.article_id AND o.form = t.organization
WHERE left(t.article_id, 16) IN (FROM settled_files)
    AND (t.person_id IS DISTINCT FROM m.entity_id OR t.organization_id IS DISTINCT FROM o.entity_id);

INSERT INTO touched SELECT DISTINCT 'person_titles', left(article_id, 16) FROM should_be;
UPDATE person_titles SET person_id = should_be.person_id, organization_id = should_be.organization_id
FROM should_be WHERE person_titles.rowid = title_row;

CREATE OR REPLACE TEMP TABLE should_be AS
SELECT q.rowid AS quote_row, q.article_id, p.entity_id AS person_id, CASE WHEN p.entity_id IS NULL THEN o.entity_id END AS organization_id
FROM quotes AS q
    LEFT JOIN named AS p ON p.kind = 'person' AND p.article_id = q.article_id AND p.form = q.speaker
    LEFT JOIN named AS o ON o.kind = 'organization' AND o.article_id = q.article_id AND o.form = q.speaker
WHERE left(q.article_id, 16) IN (FROM settled_files)
    AND (q.person_id IS DISTINCT FROM p.entity_id
        OR q.organization_id IS DISTINCT FROM CASE WHEN p.entity_id IS NULL THEN o.entity_id END);

INSERT INTO touched SELECT DISTINCT 'quotes', left(article_id, 16) FROM should_be;
UPDATE quotes SET person_id = should_be.person_id, organization_id = should_be.organization_id
FROM should_be WHERE quotes.rowid = quote_row;

CREATE OR REPLACE TEMP TABLE acting AS
SELECT event_row, list(coalesce(p.entity_id, o.entity_id) ORDER BY position) AS actor_ids
FROM (
    SELECT rowid AS event_row, article_id, unnest(actors) AS actor, generate_subscripts(actors, 1) AS position
    FROM events WHERE left(article_id, 16) IN (FROM settled_files)
) AS a
    LEFT JOIN named AS p ON p.kind = 'person' AND p.article_id = a.article_id AND p.form = actor
    LEFT JOIN named AS o ON o.kind = 'organization' AND o.article_id = a.article_id AND o.form = actor
WHERE coalesce(p.entity_id, o.entity_id) IS NOT NULL
GROUP BY event_row;

CREATE OR REPLACE TEMP TABLE should_be AS
SELECT e.rowid AS event_row, e.article_id, p.entity_id AS place_id, coalesce(a.actor_ids, []) AS actor_ids
FROM events AS e LEFT JOIN acting AS a ON a.event_row = e.rowid
    LEFT JOIN named AS p ON p.kind = 'place' AND p.article_id = e.article_id AND p.form = e.place
WHERE left(e.article_id, 16) IN (FROM settled_files)
    AND (e.place_id IS DISTINCT FROM p.entity_id OR e.actor_ids IS DISTINCT FROM coalesce(a.actor_ids, []));

INSERT INTO touched SELECT DISTINCT 'events', left(article_id, 16) FROM should_be;
UPDATE events SET place_id = should_be.place_id, actor_ids = should_be.actor_ids FROM should_be WHERE events.rowid = event_row;

DROP TABLE named;
DROP TABLE acting;
DROP TABLE should_be;
