-- Which person each mention means, of the names in "changed_names". The table "meant" has the articles that mean one of several people
-- of a name; everywhere else a name is one person, whose id is that of transforms.identities.person_id.
CREATE OR REPLACE TEMP TABLE should_be AS
WITH named AS (
    SELECT DISTINCT name, left(sha256('person' || chr(31) || name), 16) AS plain_id FROM changed_names WHERE kind = 'person'
)
SELECT m.article_id, m.mention_id, name, coalesce(meant.person_id, plain_id) AS person_id, m.rowid AS mention_row
FROM mentions AS m JOIN named USING (name) LEFT JOIN meant USING (name, article_id)
WHERE m.kind = 'person' AND m.entity_id IS DISTINCT FROM coalesce(meant.person_id, plain_id);

INSERT INTO touched SELECT DISTINCT 'mentions', left(mention_id, 16) FROM should_be;
UPDATE mentions SET entity_id = should_be.person_id FROM should_be WHERE mentions.rowid = should_be.mention_row;

DROP TABLE should_be;
