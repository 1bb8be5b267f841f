-- How does the most frequent topic go up and down?
-- 最热话题逐日如何起落？
SELECT on_date, term, n_articles, n_articles_of_day, round(share, 3) AS share, article_ids
FROM topic_trends
WHERE term = (SELECT term FROM topic_trends GROUP BY term ORDER BY sum(n_articles) DESC, sum(weight) DESC, term LIMIT 1)
ORDER BY on_date;
