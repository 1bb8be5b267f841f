-- named_together: one row per pair of people, of organisations or of places that one article names, the smaller id first; an article that
-- repeats another one is not counted again. `sentence_ids` are the sentences that name both; where there are none, they are only in the same article.
-- Example:
--   SELECT entity_id, other_id, n_articles, n_sentences FROM named_together WHERE kind = 'place' ORDER BY n_articles DESC LIMIT 10;
CREATE OR REPLACE VIEW named_together AS
WITH named AS (
    SELECT kind, entity_id, article_id, published_on FROM appearances WHERE roles IS NULL AND is_canonical
), named_in_sentence AS (
    SELECT DISTINCT m.kind, m.entity_id, m.sentence_id
    FROM mentions AS m JOIN articles AS a USING (article_id)
    WHERE m.roles IS NULL AND m.sentence_id IS NOT NULL AND coalesce(a.is_canonical, true)
), by_article AS (
    SELECT
        kind, one.entity_id, other.entity_id AS other_id, count(*) AS n_articles, min(one.published_on) AS first_on, max(one.published_on) AS last_on,
        list(article_id ORDER BY article_id) AS article_ids
    FROM named AS one JOIN named AS other USING (kind, article_id)
    WHERE one.entity_id < other.entity_id
    GROUP BY kind, one.entity_id, other.entity_id
), by_sentence AS (
    SELECT kind, one.entity_id, other.entity_id AS other_id, count(*) AS n_sentences, list(sentence_id ORDER BY sentence_id) AS sentence_ids
    FROM named_in_sentence AS one JOIN named_in_sentence AS other USING (kind, sentence_id)
    WHERE one.entity_id < other.entity_id
    GROUP BY kind, one.entity_id, other.entity_id
)
SELECT
    kind, entity_id, other_id, n_articles, coalesce(n_sentences, 0) AS n_sentences, first_on, last_on, article_ids,
    coalesce(sentence_ids, []) AS sentence_ids
FROM by_article LEFT JOIN by_sentence USING (kind, entity_id, other_id);

COMMENT ON VIEW named_together IS 'One row per pair that one article names. 同文共现。';
COMMENT ON COLUMN named_together.kind IS 'person, organization or place. 种类';
COMMENT ON COLUMN named_together.entity_id IS 'Row of people, organizations or places. 实体编号';
COMMENT ON COLUMN named_together.other_id IS 'The other one. 另一方编号';
COMMENT ON COLUMN named_together.n_articles IS 'Articles that name both; those that repeat another one are left out. 共现文章数（重复刊登不计）';
COMMENT ON COLUMN named_together.n_sentences IS 'Sentences of them that name both. 共现句数';
COMMENT ON COLUMN named_together.first_on IS 'Earliest published_on. 最早';
COMMENT ON COLUMN named_together.last_on IS 'Latest published_on. 最近';
COMMENT ON COLUMN named_together.article_ids IS 'The articles counted. 所计文章';
COMMENT ON COLUMN named_together.sentence_ids IS 'The sentences counted; their spans are in sentences. 所计句子';
