-- How much is invested, by sector?
-- 各行业投资多少？
SELECT sector, currency, amount, n_amounts, projects, article_ids
FROM investments_by_sector
ORDER BY currency, amount DESC;
