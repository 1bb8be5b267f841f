-- person_network: one row per pair of people that one article names; bylines and photo credits are left out. As in named_together, with the names.
-- Example:
--   SELECT name, other_name, n_articles, n_sentences FROM person_network WHERE '林叙白' IN (name, other_name) ORDER BY n_articles DESC;
CREATE OR REPLACE VIEW person_network AS
SELECT n.entity_id AS person_id, x.name, n.other_id, y.name AS other_name, n.* EXCLUDE (kind, entity_id, other_id)
FROM named_together AS n
JOIN people AS x ON x.person_id = n.entity_id
JOIN people AS y ON y.person_id = n.other_id
WHERE n.kind = 'person'
ORDER BY n.n_articles DESC, n.n_sentences DESC, x.name, y.name, n.entity_id, n.other_id;

COMMENT ON VIEW person_network IS 'One row per pair of people that one article names. 人物共现网络。';
COMMENT ON COLUMN person_network.other_name IS 'Name of the other one. 另一方名称';
COMMENT ON COLUMN person_network.n_articles IS 'Articles that name both; those that repeat another one are left out. 共现文章数（重复刊登不计）';
COMMENT ON COLUMN person_network.n_sentences IS 'Sentences of them that name both. 共现句数';
COMMENT ON COLUMN person_network.article_ids IS 'The articles counted. 所计文章';
COMMENT ON COLUMN person_network.sentence_ids IS 'The sentences counted; their spans are in sentences. 所计句子';
