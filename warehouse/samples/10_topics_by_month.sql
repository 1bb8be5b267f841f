-- What was written about most in each month?
-- 每个月写得最多的话题是什么？
SELECT month, term, sum(n_articles) AS n_articles
FROM topic_trends
GROUP BY month, term
QUALIFY row_number() OVER (PARTITION BY month ORDER BY sum(n_articles) DESC, sum(weight) DESC, term) <= 10
ORDER BY month, n_articles DESC, term;
