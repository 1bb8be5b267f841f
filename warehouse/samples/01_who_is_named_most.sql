-- Who is in the papers most, bylines left out?
-- 谁见报最多（不计署名）？
SELECT name, any_value(title) AS title, count(*) AS n_articles, sum(n_mentions) AS n_mentions, min(on_date) AS first_on, max(on_date) AS last_on
FROM person_timeline
WHERE roles IS NULL
GROUP BY person_id, name
ORDER BY n_articles DESC, n_mentions DESC, name
LIMIT 20;
