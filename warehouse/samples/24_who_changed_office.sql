-- Who came into office, or left it?
-- 谁的职务有变动？
SELECT on_date, name, change, organization, title, earlier_title, sentence, article_id, spans
FROM job_changes
ORDER BY on_date DESC NULLS LAST, name
LIMIT 50;
