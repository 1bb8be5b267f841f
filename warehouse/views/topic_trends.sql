-- topic_trends: one row per keyword and day. Articles that repeat another one are not counted again. An article counts on one day
-- only, so days may be summed to weeks and months.
-- Example:
--   SELECT term, month, sum(n_articles) AS n FROM topic_trends GROUP BY ALL ORDER BY n DESC;
CREATE OR REPLACE VIEW topic_trends AS
WITH counted AS (
    SELECT article_id, published_on AS on_date FROM articles WHERE coalesce(is_canonical, true) AND published_on IS NOT NULL
), days AS (
    SELECT on_date, count(*) AS n_articles_of_day FROM counted GROUP BY on_date
)
SELECT
    k.term,
    c.on_date,
    date_trunc('week', c.on_date)::DATE AS week,
    date_trunc('month', c.on_date)::DATE AS month,
    count(*) AS n_articles,
    any_value(d.n_articles_of_day) AS n_articles_of_day,
    count(*) / any_value(d.n_articles_of_day) AS share,
    sum(k.weight) AS weight,
    list(k.article_id ORDER BY k.article_id) AS article_ids
FROM keywords AS k
JOIN counted AS c USING (article_id)
JOIN days AS d USING (on_date)
GROUP BY k.term, c.on_date
ORDER BY c.on_date, n_articles DESC, weight DESC, k.term;

COMMENT ON VIEW topic_trends IS 'One row per keyword and day. 关键词逐日走势。';
COMMENT ON COLUMN topic_trends.week IS 'Monday of the week. 周一';
COMMENT ON COLUMN topic_trends.month IS 'First day of the month. 月初';
COMMENT ON COLUMN topic_trends.n_articles IS 'Articles of the day with this keyword. 当日文章数';
COMMENT ON COLUMN topic_trends.n_articles_of_day IS 'All articles of the day. 当日全部文章数';
COMMENT ON COLUMN topic_trends.share IS 'n_articles / n_articles_of_day. 占比';
COMMENT ON COLUMN topic_trends.article_ids IS 'The articles counted. 所计文章';
