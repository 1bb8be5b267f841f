-- How much invested money is named in one sentence with each company, parts of a total of its own and repeats left out?
-- 各企业与多少资金同句出现（不计自身合计中的各项与重复刊登）？
SELECT company, currency, sum(amount) AS amount, count(*) AS n_amounts, list(DISTINCT project) FILTER (project IS NOT NULL) AS projects,
    list(DISTINCT article_id ORDER BY article_id) AS article_ids
FROM (SELECT *, unnest(companies) AS company FROM project_investments WHERE is_canonical) AS p
WHERE NOT EXISTS (FROM project_investments AS whole WHERE whole.quantity_id = p.part_of AND list_contains(whole.companies, p.company))
GROUP BY company, currency
ORDER BY amount DESC NULLS LAST, company
LIMIT 20;
