-- One row per place: its mentions over all articles. A parent counts where it is named itself. Only places in "changed_entities" are
-- counted anew, and those that lie in a place that came or went.
INSERT INTO changed_entities
WITH concerned AS (
    SELECT DISTINCT name FROM changed_names WHERE kind = 'place'
), was AS (
    SELECT name, min(place_id) AS place_id FROM places WHERE name IN (FROM concerned) GROUP BY name
), now AS (
    SELECT name, min(entity_id) AS place_id FROM mentions WHERE kind = 'place' AND name IN (FROM concerned) GROUP BY name
)
SELECT DISTINCT 'place', entity_id
FROM mentions
WHERE kind = 'place'
    AND parent IN (SELECT name FROM was FULL JOIN now USING (name) WHERE was.place_id IS DISTINCT FROM now.place_id);

CREATE OR REPLACE TEMP TABLE counted AS
SELECT
    entity_id AS place_id,
    any_value(name) AS name,
    mode(level ORDER BY level) AS level,
    mode(adcode ORDER BY adcode) AS adcode,
    mode(parent ORDER BY parent) AS parent,
    count(*) AS n_mentions,
    count(DISTINCT cluster_id) AS n_articles
FROM mentions JOIN articles USING (article_id)
WHERE mentions.kind = 'place' AND entity_id IN (SELECT entity_id FROM changed_entities WHERE kind = 'place')
GROUP BY entity_id;

DELETE FROM places WHERE place_id IN (SELECT entity_id FROM changed_entities WHERE kind = 'place');
INSERT INTO places BY NAME
WITH parents AS (
    SELECT name AS parent, min(place_id) AS place_id
    FROM (SELECT name, place_id FROM places UNION ALL SELECT name, place_id FROM counted)
    GROUP BY name
)
SELECT counted.* EXCLUDE (parent), parents.place_id AS parent_id
FROM counted LEFT JOIN parents ON counted.parent = parents.parent AND counted.place_id <> parents.place_id
ORDER BY counted.place_id;

DROP TABLE counted;
