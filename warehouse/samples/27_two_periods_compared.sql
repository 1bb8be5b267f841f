-- What was written about more, and what less, in the later half of the days than in the earlier?
-- 前后两个时段相比，哪些话题多了，哪些少了？
WITH days AS (
    SELECT on_date, ntile(2) OVER (ORDER BY on_date) = 2 AS is_later FROM (SELECT DISTINCT on_date FROM topic_trends)
)
SELECT term, sum(n_articles) FILTER (NOT is_later) AS n_earlier, sum(n_articles) FILTER (is_later) AS n_later,
    coalesce(n_later, 0) - coalesce(n_earlier, 0) AS change
FROM topic_trends
JOIN days USING (on_date)
GROUP BY term
ORDER BY abs(change) DESC, term
LIMIT 20;
