-- One row per organisation: its mentions over all articles, and the other forms that its name was printed in.
DELETE FROM organizations;
INSERT INTO organizations BY NAME
SELECT
    entity_id AS organization_id,
    any_value(name) AS name,
    mode(organization_kind ORDER BY organization_kind) AS kind,
    count(*) AS n_mentions,
    count(DISTINCT article_id) AS n_articles,
    coalesce(list_sort(list(DISTINCT text) FILTER (text <> name)), []) AS aliases
FROM mentions
WHERE kind = 'organization'
GROUP BY entity_id
ORDER BY entity_id;
