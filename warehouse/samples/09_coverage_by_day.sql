-- How much did each paper print each day?
-- 每天每报登了多少？
SELECT on_date, paper, n_pages, n_articles, n_photo_news, n_chars, n_damaged
FROM daily_coverage
ORDER BY on_date, paper;
