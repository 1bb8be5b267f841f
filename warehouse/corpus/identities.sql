-- Which person each mention, title and quotation means, of the names in "changed_names". The table "meant" has the articles that mean
-- one of several people of a name; everywhere else a name is one person, whose id is that of transforms.identities.person_id.
CREATE OR REPLACE TEMP TABLE should_be AS
WITH named AS (
    SELECT DISTINCT name, left(sha256('person' || chr(31) || name), 16) AS plain_id FROM changed_names WHERE kind = 'person'
)
SELECT m.article_id, m.mention_id, name, coalesce(meant.person_id, plain_id) AS person_id, m.entity_id AS was_id, m.rowid AS mention_row
FROM mentions AS m JOIN named USING (name) LEFT JOIN meant USING (name, article_id)
WHERE m.kind = 'person';

INSERT INTO touched
SELECT DISTINCT 'mentions', left(mention_id, 16) FROM should_be WHERE was_id IS DISTINCT FROM person_id;

UPDATE mentions SET entity_id = should_be.person_id
FROM should_be
WHERE mentions.rowid = should_be.mention_row AND should_be.was_id IS DISTINCT FROM should_be.person_id;

INSERT INTO touched
SELECT DISTINCT 'person_titles', left(mention_id, 16)
FROM person_titles JOIN should_be USING (mention_id)
WHERE person_titles.person_id IS DISTINCT FROM should_be.person_id;

UPDATE person_titles SET person_id = should_be.person_id
FROM should_be
WHERE person_titles.mention_id = should_be.mention_id AND person_titles.person_id IS DISTINCT FROM should_be.person_id;

CREATE OR REPLACE TEMP TABLE speakers AS SELECT DISTINCT article_id, name, person_id FROM should_be;

INSERT INTO touched
SELECT DISTINCT 'quotes', left(quotes.article_id, 16)
FROM quotes JOIN speakers ON quotes.article_id = speakers.article_id AND quotes.speaker = speakers.name
WHERE quotes.person_id IS NOT NULL AND quotes.person_id IS DISTINCT FROM speakers.person_id;

UPDATE quotes SET person_id = speakers.person_id
FROM speakers
WHERE quotes.article_id = speakers.article_id AND quotes.speaker = speakers.name AND quotes.person_id IS NOT NULL
    AND quotes.person_id IS DISTINCT FROM speakers.person_id;

DROP TABLE speakers;
DROP TABLE should_be;
