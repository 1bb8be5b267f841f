-- Which places are named most?
-- 哪些地方被提到最多？
SELECT name, level, n_articles, n_mentions
FROM places
ORDER BY n_articles DESC, n_mentions DESC, name
LIMIT 20;
