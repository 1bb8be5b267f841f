-- One row per organisation: its mentions over all articles, and the other forms that its name was printed in. An office that an article
-- names by its rank only (区人民医院) is the one of a division (云渡区人民医院) where other articles of the same paper name exactly one so.
CREATE OR REPLACE TEMP TABLE office AS
WITH printed AS (
    SELECT DISTINCT paper, m.name
    FROM mentions AS m JOIN articles USING (article_id) JOIN raw_files USING (file_id)
    WHERE m.kind = 'organization' AND paper IS NOT NULL
)
SELECT short.paper, short.name, min(whole.name) AS full_name
FROM printed AS short JOIN printed AS whole
    ON short.paper = whole.paper AND whole.name LIKE '%_' || short.name AND NOT regexp_matches(whole.name, '^[省市区县镇乡州旗]')
WHERE regexp_matches(short.name, '^[省市区县镇乡州旗]')
GROUP BY short.paper, short.name
HAVING count(DISTINCT whole.name) = 1;

CREATE OR REPLACE TEMP TABLE should_be AS
SELECT mention_id, left(sha256('organization' || chr(31) || coalesce(full_name, m.name)), 16) AS organization_id
FROM mentions AS m JOIN articles USING (article_id) JOIN raw_files AS r USING (file_id)
    LEFT JOIN office ON office.paper = r.paper AND office.name = m.name
WHERE m.kind = 'organization';

INSERT INTO touched
SELECT DISTINCT 'mentions', left(mention_id, 16)
FROM mentions JOIN should_be USING (mention_id)
WHERE mentions.entity_id IS DISTINCT FROM should_be.organization_id;

UPDATE mentions SET entity_id = should_be.organization_id
FROM should_be
WHERE mentions.mention_id = should_be.mention_id AND mentions.entity_id IS DISTINCT FROM should_be.organization_id;

DROP TABLE should_be;

DELETE FROM organizations;
INSERT INTO organizations BY NAME
WITH named AS (
    SELECT
        entity_id,
        any_value(name) FILTER (entity_id = left(sha256('organization' || chr(31) || name), 16)) AS name,
        mode(organization_kind ORDER BY organization_kind) AS kind,
        count(*) AS n_mentions,
        count(DISTINCT article_id) AS n_articles,
        list_distinct(list(text) || list(name)) AS forms
    FROM mentions
    WHERE kind = 'organization'
    GROUP BY entity_id
)
SELECT entity_id AS organization_id, name, kind, n_mentions, n_articles, list_sort(list_filter(forms, lambda form: form <> name)) AS aliases
FROM named
ORDER BY organization_id;
