-- Who is quoted, and with which words?
-- 谁说了什么？
SELECT q.speaker, q.verb, q.text, a.published_on, a.headline, q.article_id, q.spans
FROM quotes AS q
JOIN articles AS a USING (article_id)
WHERE q.speaker IS NOT NULL
ORDER BY a.published_on DESC, q.quote_id
LIMIT 20;
