-- How much of the raw text is article, advert, repetition or page furniture?
-- 原文字符都去了哪里？
SELECT role, sum(n_chars) AS n_chars, round(100 * sum(n_chars) / sum(sum(n_chars)) OVER (), 1) AS percent
FROM accounting
GROUP BY role
ORDER BY n_chars DESC, role;
