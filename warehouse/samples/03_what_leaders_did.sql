-- What did the leaders do, day by day?
-- 领导每天参加了什么活动？
SELECT on_date, name, title, event, place, text, article_id, spans
FROM leader_activity
ORDER BY on_date DESC, name, event_id
LIMIT 50;
