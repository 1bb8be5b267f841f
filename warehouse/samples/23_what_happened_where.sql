-- What happened in which place?
-- 各地发生了什么？
SELECT place, level, kind, n_stories, deaths, injuries, first_on, last_on, event_ids
FROM events_by_place
ORDER BY n_stories DESC, place
LIMIT 50;
