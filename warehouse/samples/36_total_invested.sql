-- How much is invested in all?
-- 投资总额是多少？
SELECT currency, sum(amount) AS amount, sum(n_amounts)::BIGINT AS n_amounts
FROM investments_by_sector
GROUP BY currency
ORDER BY currency;
