-- Which facts are least sure?
-- 哪些事实最不可靠？
SELECT fact, text, says, confidence, rule, headline, article_id, spans
FROM uncertain
LIMIT 50;
