-- What happened at the place of most events? (Put any place_id in place of the inner query.)
-- 某地发生了什么？
SELECT coalesce(p.name, e.place) AS place, coalesce(e.on_date, a.published_on) AS on_date, e.kind, e.subtype, e.actors, e.text, a.headline, e.article_id, e.spans
FROM events AS e
JOIN articles AS a USING (article_id)
LEFT JOIN places AS p USING (place_id)
WHERE a.is_canonical AND coalesce(p.name, e.place) = (SELECT place FROM events_by_place GROUP BY place ORDER BY sum(n_stories) DESC, place LIMIT 1)
ORDER BY on_date, e.event_id;
