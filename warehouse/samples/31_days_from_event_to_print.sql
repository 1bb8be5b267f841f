-- How many days pass from an event to its print, by kind of event?
-- 从事发到见报隔几天（按事件种类）？
SELECT e.kind, count(*) AS n_events, median(a.published_on - e.on_date) AS median_days, max(a.published_on - e.on_date) AS most_days
FROM events AS e
JOIN articles AS a USING (article_id)
WHERE e.on_date <= a.published_on AND a.is_canonical
GROUP BY e.kind
ORDER BY n_events DESC, e.kind;
