-- Which person each mention, title and quotation means, of the names in "changed_names". The table "meant" has the articles that mean
-- one of several people of a name; everywhere else a name is one person, whose id is that of transforms.identities.person_id. A title and
-- a quotation always mean whom the mention of their name does, so only those of mentions that change are looked for.
CREATE OR REPLACE TEMP TABLE should_be AS
WITH named AS (
    SELECT DISTINCT name, left(sha256('person' || chr(31) || name), 16) AS plain_id FROM changed_names WHERE kind = 'person'
)
SELECT m.article_id, m.mention_id, name, coalesce(meant.person_id, plain_id) AS person_id, m.rowid AS mention_row
FROM mentions AS m JOIN named USING (name) LEFT JOIN meant USING (name, article_id)
WHERE m.kind = 'person' AND m.entity_id IS DISTINCT FROM coalesce(meant.person_id, plain_id);

INSERT INTO touched SELECT DISTINCT 'mentions', left(mention_id, 16) FROM should_be;
UPDATE mentions SET entity_id = should_be.person_id FROM should_be WHERE mentions.rowid = should_be.mention_row;

CREATE OR REPLACE TEMP TABLE changed AS
SELECT t.rowid AS title_row, t.article_id, s.person_id
FROM person_titles AS t JOIN should_be AS s USING (mention_id) WHERE t.person_id IS DISTINCT FROM s.person_id;

INSERT INTO touched SELECT DISTINCT 'person_titles', left(article_id, 16) FROM changed;
UPDATE person_titles SET person_id = changed.person_id FROM changed WHERE person_titles.rowid = title_row;

CREATE OR REPLACE TEMP TABLE changed AS
SELECT q.rowid AS quote_row, q.article_id, s.person_id
FROM quotes AS q JOIN (SELECT DISTINCT article_id, name, person_id FROM should_be) AS s ON q.article_id = s.article_id AND q.speaker = s.name
WHERE q.person_id IS NOT NULL AND q.person_id IS DISTINCT FROM s.person_id;

INSERT INTO touched SELECT DISTINCT 'quotes', left(article_id, 16) FROM changed;
UPDATE quotes SET person_id = changed.person_id FROM changed WHERE quotes.rowid = quote_row;

DROP TABLE changed;
DROP TABLE should_be;
