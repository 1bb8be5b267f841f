-- Which are the largest investments, and in which projects?
-- 最大的投资是哪些，投在什么项目上？
SELECT published_on, project, relation, amount_text, amount, currency, companies, headline, article_id, spans
FROM project_investments
WHERE amount IS NOT NULL AND is_canonical
ORDER BY amount DESC, quantity_id
LIMIT 20;
