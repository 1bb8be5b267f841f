-- When and as what was the most-named person in the paper, and what was said?
-- 见报最多的人何时、以何身份见报，原文怎么说？
SELECT name, on_date, paper, title, headline, sentence, article_id, spans
FROM person_timeline
WHERE person_id = (SELECT person_id FROM person_timeline WHERE roles IS NULL GROUP BY person_id ORDER BY count(*) DESC, person_id LIMIT 1)
ORDER BY on_date, article_id;
