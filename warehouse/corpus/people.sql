-- One row per person: the mentions of the person over all articles. Only people of a name in "changed_names" are counted anew.
CREATE OR REPLACE TEMP TABLE concerned AS SELECT DISTINCT name FROM changed_names WHERE kind = 'person';

DELETE FROM people WHERE name IN (FROM concerned);
INSERT INTO people BY NAME
WITH named AS (
    SELECT m.entity_id AS person_id, m.name, m.title, m.roles, m.article_id, m.mention_id, a.cluster_id, a.published_on
    FROM mentions AS m JOIN articles AS a USING (article_id)
    WHERE m.kind = 'person' AND m.name IN (FROM concerned)
),
titled AS (  -- as printed, so that 区委书记、区长 stays together; of several in one article the longest
    SELECT person_id, first(title ORDER BY published_on DESC NULLS LAST, article_id DESC, length(title) DESC, mention_id) AS latest_title
    FROM named
    WHERE title IS NOT NULL
    GROUP BY person_id
)
SELECT
    person_id,
    any_value(name) AS name,
    any_value(disambiguated_by) AS disambiguated_by,
    count(*) AS n_mentions,
    count(DISTINCT cluster_id) FILTER (roles IS NULL) AS n_articles,
    count(DISTINCT cluster_id) FILTER (roles IS NOT NULL) AS n_bylines,
    min(published_on) AS first_on,
    max(published_on) AS last_on,
    any_value(titled.latest_title) AS latest_title
FROM named
LEFT JOIN titled USING (person_id)
LEFT JOIN told_apart USING (person_id)
GROUP BY person_id
ORDER BY person_id;

DROP TABLE concerned;
