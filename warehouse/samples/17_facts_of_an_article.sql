-- What is known of one article, in the order of its text?
-- 一篇文章里有哪些事实？
SELECT fact, text, says, char_start, char_end, article_id
FROM article_facts((SELECT article_id FROM facts GROUP BY article_id ORDER BY count(*) DESC, article_id LIMIT 1));
