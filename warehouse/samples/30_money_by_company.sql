-- How much invested money is named in one sentence with each company, parts of a total and repeats left out?
-- 各企业与多少资金同句出现（不计其中项与重复刊登）？
SELECT company, currency, sum(amount) AS amount, count(*) AS n_amounts, list(DISTINCT project) FILTER (project IS NOT NULL) AS projects,
    list(DISTINCT article_id ORDER BY article_id) AS article_ids
FROM (SELECT *, unnest(companies) AS company FROM project_investments WHERE is_canonical AND part_of IS NULL)
GROUP BY company, currency
ORDER BY amount DESC NULLS LAST, company
LIMIT 20;
