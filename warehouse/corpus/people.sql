-- One row per person: the mentions of the person over all articles.
DELETE FROM people;
INSERT INTO people BY NAME
WITH named AS (
    SELECT m.entity_id AS person_id, m.name, m.article_id, a.published_on
    FROM mentions AS m JOIN articles AS a USING (article_id)
    WHERE m.kind = 'person'
),
latest AS (
    SELECT person_id, arg_max(title, (held_on, article_id, title)) AS latest_title
    FROM person_titles
    WHERE held_on IS NOT NULL
    GROUP BY person_id
),
undated AS (
    SELECT person_id, max(title) AS latest_title FROM person_titles GROUP BY person_id
)
SELECT
    person_id,
    any_value(name) AS name,
    any_value(told_apart_by) AS told_apart_by,
    count(*) AS n_mentions,
    count(DISTINCT article_id) AS n_articles,
    min(published_on) AS first_on,
    max(published_on) AS last_on,
    any_value(coalesce(latest.latest_title, undated.latest_title)) AS latest_title
FROM named
LEFT JOIN latest USING (person_id)
LEFT JOIN undated USING (person_id)
LEFT JOIN told_apart USING (person_id)
GROUP BY person_id
ORDER BY person_id;
