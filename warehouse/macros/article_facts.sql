-- article_facts(id): all that is known of one article, in the order of the raw text, each fact with its sentence and its place.
-- Example:
--   SELECT fact, text, says, char_start, char_end FROM article_facts('3f0c1d2e4b5a6978-a01');
CREATE OR REPLACE MACRO article_facts(id) AS TABLE
SELECT article_id, fact, text, says, char_start, char_end, sentence_id, fact_id, spans
FROM facts
WHERE article_id = id
ORDER BY char_start, char_end DESC, fact, fact_id;

COMMENT ON MACRO TABLE article_facts IS 'All facts of one article, in the order of the raw text. 一篇文章的全部事实，按原文顺序。';
