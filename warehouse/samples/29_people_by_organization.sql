-- Which people does each organisation appear with, as whose holders of office?
-- 各机构有哪些人见报？
SELECT o.name AS organization, count(DISTINCT t.person_id) AS n_people, list(DISTINCT p.name ORDER BY p.name) AS people
FROM person_titles AS t
JOIN organizations AS o USING (organization_id)
JOIN people AS p USING (person_id)
GROUP BY o.organization_id, o.name
ORDER BY n_people DESC, o.name
LIMIT 30;
