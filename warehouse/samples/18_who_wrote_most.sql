-- Which reporters and photographers are named most?
-- 哪些记者、摄影见报最多？
SELECT name, 'reporter' AS role, count(*) AS n_articles
FROM (SELECT article_id, unnest(reporters) AS name FROM articles)
GROUP BY name
UNION ALL
SELECT name, 'photographer', count(*)
FROM (SELECT article_id, unnest(photographers) AS name FROM articles)
GROUP BY name
ORDER BY n_articles DESC, role, name
LIMIT 20;
