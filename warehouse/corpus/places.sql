-- One row per place: its mentions over all articles. A parent counts where it is named itself.
DELETE FROM places;
INSERT INTO places BY NAME
WITH named AS (
    SELECT
        entity_id AS place_id,
        any_value(name) AS name,
        mode(level ORDER BY level) AS level,
        mode(adcode ORDER BY adcode) AS adcode,
        mode(parent ORDER BY parent) AS parent,
        count(*) AS n_mentions,
        count(DISTINCT article_id) AS n_articles
    FROM mentions
    WHERE kind = 'place'
    GROUP BY entity_id
)
SELECT named.* EXCLUDE (parent), parents.place_id AS parent_id
FROM named LEFT JOIN (SELECT name AS parent, min(place_id) AS place_id FROM named GROUP BY name) AS parents
    ON named.parent = parents.parent AND named.place_id <> parents.place_id
ORDER BY place_id;
