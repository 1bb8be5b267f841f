-- Which offices does each person hold, and where is that printed?
-- 每个人担任什么职务，出自哪里？
SELECT p.name, t.organization, t.title, min(t.held_on) AS first_on, max(t.held_on) AS last_on, list(t.article_id ORDER BY t.article_id) AS article_ids
FROM person_titles AS t
JOIN people AS p USING (person_id)
GROUP BY p.person_id, p.name, t.organization, t.title
ORDER BY p.name, first_on, t.title;
