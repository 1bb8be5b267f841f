-- One row per organisation: its mentions over all articles, and the other forms that its name was printed in. An office that an article
-- names by its rank only (区人民医院) is the one of a division (云渡区人民医院) where other articles of the same paper name exactly one so.
-- Only organisations that a name in "changed_names" means, or meant before, are counted anew.
CREATE OR REPLACE TEMP TABLE named AS
SELECT name, name IN (SELECT name FROM changed_names WHERE kind = 'organization') AS is_changed
FROM (
    SELECT name FROM changed_names WHERE kind = 'organization'
    UNION
    SELECT name FROM mentions WHERE kind = 'organization'
);

CREATE OR REPLACE TEMP TABLE ending AS  -- whole names by the names of a rank that they end with
WITH ends AS (
    SELECT name AS full_name, is_changed, substring(name, unnest(range(2, length(name) + 1))) AS name
    FROM named WHERE NOT regexp_matches(name, '^[省市区县镇乡州旗]')
)
SELECT full_name, named.name, ends.is_changed OR named.is_changed AS is_changed
FROM ends JOIN named ON named.name = ends.name
WHERE regexp_matches(named.name, '^[省市区县镇乡州旗]');

CREATE OR REPLACE TEMP TABLE concerned AS
SELECT name FROM named WHERE is_changed UNION SELECT name FROM ending WHERE is_changed;

CREATE OR REPLACE TEMP TABLE office AS
WITH looked_at AS (
    SELECT full_name, name FROM ending WHERE name IN (FROM concerned)
), printed AS (
    SELECT DISTINCT paper, m.name
    FROM mentions AS m JOIN articles USING (article_id)
    WHERE m.kind = 'organization' AND paper IS NOT NULL
        AND m.name IN (SELECT name FROM looked_at UNION SELECT full_name FROM looked_at)
)
SELECT short.paper, short.name, min(whole.name) AS full_name
FROM looked_at JOIN printed AS short ON short.name = looked_at.name
    JOIN printed AS whole ON whole.name = looked_at.full_name AND whole.paper = short.paper
GROUP BY short.paper, short.name
HAVING count(DISTINCT whole.name) = 1;

CREATE OR REPLACE TEMP TABLE meant AS  -- only a name by rank is ever another than itself
SELECT mention_id, m.rowid AS mention_row, m.entity_id AS was_id, left(sha256('organization' || chr(31) || coalesce(full_name, m.name)), 16) AS organization_id
FROM mentions AS m JOIN articles AS a USING (article_id)
    LEFT JOIN office ON office.paper = a.paper AND office.name = m.name
WHERE m.kind = 'organization' AND m.name IN (FROM concerned) AND was_id IS DISTINCT FROM organization_id;

INSERT INTO touched SELECT DISTINCT 'mentions', left(mention_id, 16) FROM meant;
UPDATE mentions SET entity_id = meant.organization_id FROM meant WHERE mentions.rowid = meant.mention_row;
INSERT INTO changed_entities
SELECT 'organization', was_id FROM meant UNION SELECT 'organization', organization_id FROM meant;

DELETE FROM organizations WHERE organization_id IN (SELECT entity_id FROM changed_entities WHERE kind = 'organization');
INSERT INTO organizations BY NAME
WITH counted AS (
    SELECT
        entity_id,
        mode(organization_kind ORDER BY organization_kind) AS kind,
        count(*) AS n_mentions,
        count(DISTINCT cluster_id) AS n_articles,
        list(DISTINCT text) AS texts,
        list(DISTINCT name) AS names
    FROM mentions JOIN articles USING (article_id)
    WHERE mentions.kind = 'organization' AND entity_id IN (SELECT entity_id FROM changed_entities WHERE kind = 'organization')
    GROUP BY entity_id
), own AS (  -- the name that the id is made from
    SELECT entity_id, name FROM (SELECT entity_id, unnest(names) AS name FROM counted)
    WHERE entity_id = left(sha256('organization' || chr(31) || name), 16)
)
SELECT
    entity_id AS organization_id, own.name, kind, n_mentions, n_articles,
    list_sort(list_filter(list_distinct(texts || names), lambda form: form <> own.name)) AS aliases
FROM counted LEFT JOIN own USING (entity_id)
ORDER BY organization_id;

DROP TABLE named;
DROP TABLE ending;
DROP TABLE concerned;
DROP TABLE office;
DROP TABLE meant;
