-- Which companies are in the news, and in which articles?
-- 哪些企业见报，见于哪些文章？
SELECT o.name, count(DISTINCT m.article_id) AS n_articles, list(DISTINCT a.headline) AS headlines, list(DISTINCT m.article_id) AS article_ids
FROM organizations AS o
JOIN mentions AS m ON m.entity_id = o.organization_id
JOIN articles AS a USING (article_id)
WHERE o.kind = 'company'
GROUP BY o.organization_id, o.name
ORDER BY n_articles DESC, o.name
LIMIT 20;
