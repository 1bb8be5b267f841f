-- person_network: one row per pair of people that one article names, the smaller id first. Bylines and photo credits are left out.
-- `sentence_ids` are the sentences that name both; where there are none, they are only in the same article.
-- Example:
--   SELECT name, other_name, n_articles, n_sentences FROM person_network WHERE '林叙白' IN (name, other_name) ORDER BY n_articles DESC;
CREATE OR REPLACE VIEW person_network AS
WITH named AS (
    SELECT DISTINCT entity_id, article_id FROM mentions WHERE kind = 'person' AND role IS NULL
), named_in_sentence AS (
    SELECT DISTINCT entity_id, sentence_id FROM mentions WHERE kind = 'person' AND role IS NULL AND sentence_id IS NOT NULL
), by_article AS (
    SELECT
        one.entity_id, other.entity_id AS other_id,
        count(*) AS n_articles,
        min(a.published_on) AS first_on,
        max(a.published_on) AS last_on,
        list(a.article_id ORDER BY a.article_id) AS article_ids
    FROM named AS one
    JOIN named AS other ON one.article_id = other.article_id AND one.entity_id < other.entity_id
    JOIN articles AS a ON a.article_id = one.article_id
    GROUP BY one.entity_id, other.entity_id
), by_sentence AS (
    SELECT one.entity_id, other.entity_id AS other_id, count(*) AS n_sentences, list(one.sentence_id ORDER BY one.sentence_id) AS sentence_ids
    FROM named_in_sentence AS one
    JOIN named_in_sentence AS other ON one.sentence_id = other.sentence_id AND one.entity_id < other.entity_id
    GROUP BY one.entity_id, other.entity_id
)
SELECT
    n.entity_id AS person_id, x.name, n.other_id, y.name AS other_name,
    n.n_articles, coalesce(s.n_sentences, 0) AS n_sentences, n.first_on, n.last_on, n.article_ids, coalesce(s.sentence_ids, []) AS sentence_ids
FROM by_article AS n
JOIN people AS x ON x.person_id = n.entity_id
JOIN people AS y ON y.person_id = n.other_id
LEFT JOIN by_sentence AS s ON s.entity_id = n.entity_id AND s.other_id = n.other_id
ORDER BY n.n_articles DESC, n_sentences DESC, x.name, y.name, n.entity_id, n.other_id;

COMMENT ON VIEW person_network IS 'One row per pair of people that one article names. 人物共现网络。';
COMMENT ON COLUMN person_network.n_articles IS 'Articles that name both; an article that repeats another counts too. 共现文章数（含重复刊登）';
COMMENT ON COLUMN person_network.n_sentences IS 'Sentences that name both. 共现句数';
COMMENT ON COLUMN person_network.article_ids IS 'The articles counted. 所计文章';
COMMENT ON COLUMN person_network.sentence_ids IS 'The sentences counted; their spans are in sentences. 所计句子';
COMMENT ON COLUMN person_network.other_name IS 'Name of the other one. 另一方名称';
