-- daily_coverage: one row per day and paper: how much was printed, and how sound its text is.
-- Example:
--   SELECT on_date, paper, n_pages, n_articles, n_people_named FROM daily_coverage ORDER BY on_date, paper;
CREATE OR REPLACE VIEW daily_coverage AS
WITH people_of AS (
    SELECT article_id, count(*) AS n FROM appearances WHERE kind = 'person' AND roles IS NULL GROUP BY article_id
)
SELECT
    a.published_on AS on_date,
    a.paper,
    count(DISTINCT a.file_id) AS n_pages,
    count(*) AS n_articles,
    count(*) FILTER (a.kind = 'photo') AS n_photo_news,
    sum(a.n_chars)::BIGINT AS n_chars,
    coalesce(sum(p.n), 0)::BIGINT AS n_people_named,
    count(*) FILTER (a.is_headless OR a.is_truncated) AS n_damaged,
    count(*) FILTER (NOT a.is_canonical) AS n_repeated,
    list(a.article_id ORDER BY a.article_id) AS article_ids
FROM articles AS a
LEFT JOIN people_of AS p USING (article_id)
GROUP BY a.published_on, a.paper
ORDER BY on_date NULLS LAST, a.paper;

COMMENT ON VIEW daily_coverage IS 'One row per day and paper: pages, articles, characters, people, damage. 每日每报的报道量。';
COMMENT ON COLUMN daily_coverage.on_date IS 'published_on; null for articles without a date. 日期';
COMMENT ON COLUMN daily_coverage.n_pages IS 'Raw files that hold an article of the day. 版面数';
COMMENT ON COLUMN daily_coverage.n_chars IS 'Characters of the bodies. 正文字数';
COMMENT ON COLUMN daily_coverage.n_people_named IS 'People named, summed over articles, bylines left out. 提及人次';
COMMENT ON COLUMN daily_coverage.n_damaged IS 'Articles whose beginning or end is missing. 缺头或缺尾的文章数';
COMMENT ON COLUMN daily_coverage.n_repeated IS 'Articles that repeat another one. 重复文章数';
COMMENT ON COLUMN daily_coverage.article_ids IS 'The articles counted. 所计文章';
COMMENT ON COLUMN daily_coverage.n_photo_news IS 'Articles that are photo news. 图片新闻数';
