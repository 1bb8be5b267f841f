-- Which topic does each paper write about most?
-- 各报写得最多的话题是什么？
SELECT a.paper, k.term, count(*) AS n_articles, list(a.article_id ORDER BY a.article_id) AS article_ids
FROM keywords AS k
JOIN articles AS a USING (article_id)
WHERE a.is_canonical
GROUP BY a.paper, k.term
QUALIFY row_number() OVER (PARTITION BY a.paper ORDER BY count(*) DESC, sum(k.weight) DESC, k.term) <= 5
ORDER BY a.paper, n_articles DESC, k.term;
