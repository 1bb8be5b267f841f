-- Which organisations are named together, and in which sentences?
-- 哪些机构一起出现，见于哪些句子？
SELECT n.name, n.other_name, n.n_articles, s.text AS sentence, s.article_id, s.spans
FROM organization_network AS n
LEFT JOIN sentences AS s ON s.sentence_id = n.sentence_ids[1]
ORDER BY n.n_articles DESC, n.n_sentences DESC, n.name, n.other_name
LIMIT 20;
