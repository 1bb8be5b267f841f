-- Which days do the articles speak of, before and after they were printed?
-- 文章讲到哪些日子（见报前后）？
SELECT t.start_on, t.text, t.basis, t.start_on - a.published_on AS days_from_publication, a.headline, t.article_id, t.spans
FROM times AS t
JOIN articles AS a USING (article_id)
WHERE t.granularity = 'day' AND t.start_on IS NOT NULL
ORDER BY t.start_on, t.time_id
LIMIT 50;
