-- Who works at the organisation of most people, and as what? (Put any name in place of the inner query.)
-- 某机构有哪些人，任什么职务？
SELECT o.name AS organization, p.name, t.title, t.tenure, min(t.held_on) AS first_on, max(t.held_on) AS last_on, list(DISTINCT t.article_id) AS article_ids
FROM person_titles AS t
JOIN organizations AS o USING (organization_id)
JOIN people AS p USING (person_id)
WHERE organization_id = (
    SELECT organization_id FROM person_titles WHERE organization_id IS NOT NULL
    GROUP BY organization_id ORDER BY count(DISTINCT person_id) DESC, organization_id LIMIT 1
)
GROUP BY o.name, p.person_id, p.name, t.title, t.tenure
ORDER BY p.name, t.title;
