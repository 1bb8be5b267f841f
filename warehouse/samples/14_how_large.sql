-- Which areas, lengths, weights and counts are printed, in comparable units?
-- 文中有哪些面积、长度、重量与人数（换算成统一单位）？
SELECT q.kind, q.text, q.qualifier, q.base_value, q.base_unit, q.of, a.headline, q.article_id, q.spans
FROM quantities AS q
JOIN articles AS a USING (article_id)
WHERE q.kind <> 'money' AND q.base_value IS NOT NULL
ORDER BY q.kind, q.base_value DESC, q.quantity_id
LIMIT 50;
