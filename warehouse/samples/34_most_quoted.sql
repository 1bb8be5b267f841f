-- Who is quoted most?
-- 谁的话引得最多？
SELECT q.speaker, coalesce(p.latest_title, o.kind) AS known_as, count(*) AS n_quotes, count(DISTINCT q.article_id) AS n_articles,
    list(q.text ORDER BY q.confidence DESC, q.quote_id)[1] AS one_of_them, list(DISTINCT q.article_id ORDER BY q.article_id) AS article_ids
FROM quotes AS q
JOIN articles AS a USING (article_id)
LEFT JOIN people AS p USING (person_id)
LEFT JOIN organizations AS o USING (organization_id)
WHERE a.is_canonical AND coalesce(q.person_id, q.organization_id) IS NOT NULL
GROUP BY ALL
ORDER BY n_quotes DESC, q.speaker
LIMIT 20;
