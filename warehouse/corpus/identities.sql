-- Which person each mention, title and quotation means. The table "meant" has the articles that mean one of several people of a name;
-- everywhere else a name is one person, whose id is that of transforms.identities.person_id.
CREATE OR REPLACE TEMP TABLE should_be AS
SELECT m.article_id, m.mention_id, m.name, coalesce(meant.person_id, left(sha256('person' || chr(31) || m.name), 16)) AS person_id
FROM mentions AS m LEFT JOIN meant USING (name, article_id)
WHERE m.kind = 'person';

INSERT INTO touched
SELECT DISTINCT left(mention_id, 16)
FROM mentions JOIN should_be USING (mention_id)
WHERE mentions.entity_id IS DISTINCT FROM should_be.person_id;

UPDATE mentions SET entity_id = should_be.person_id
FROM should_be
WHERE mentions.mention_id = should_be.mention_id AND mentions.entity_id IS DISTINCT FROM should_be.person_id;

UPDATE person_titles SET person_id = should_be.person_id
FROM should_be
WHERE person_titles.mention_id = should_be.mention_id AND person_titles.person_id IS DISTINCT FROM should_be.person_id;

UPDATE quotes SET person_id = named.person_id
FROM (SELECT DISTINCT article_id, name, person_id FROM should_be) AS named
WHERE quotes.article_id = named.article_id AND quotes.speaker = named.name AND quotes.person_id IS NOT NULL
    AND quotes.person_id IS DISTINCT FROM named.person_id;

DROP TABLE should_be;
