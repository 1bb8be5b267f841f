-- Who is named in the same articles?
-- 谁和谁同时见报？
SELECT name, other_name, n_articles, n_sentences, article_ids
FROM person_network
ORDER BY n_articles DESC, n_sentences DESC, name, other_name
LIMIT 20;
