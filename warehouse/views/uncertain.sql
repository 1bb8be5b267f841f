-- uncertain: one row per fact that may be wrong, of every table in one shape, least sure first. What stands in an article that repeats
-- another one is left out, and so are suspected misprints, which are doubts about the print.
-- Example:
--   SELECT fact, text, says, confidence, rule, headline FROM uncertain WHERE confidence < 0.6 LIMIT 20;
CREATE OR REPLACE VIEW uncertain AS
SELECT
    f.fact_table, f.fact, f.text, f.says, f.confidence, f.rule, a.headline, a.paper, a.published_on,
    f.fact_id, f.article_id, f.sentence_id, f.spans
FROM facts AS f
JOIN articles AS a USING (article_id)
WHERE f.confidence < 1 AND f.fact <> 'misprint' AND coalesce(a.is_canonical, true)
ORDER BY f.confidence, f.fact_table, f.fact_id;

COMMENT ON VIEW uncertain IS 'One row per fact that may be wrong, least sure first. 存疑的事实，最不可靠者在前。';
COMMENT ON COLUMN uncertain.fact_table IS 'Table of the fact. 来源表';
COMMENT ON COLUMN uncertain.fact IS 'Kind of fact, as in the view facts. 事实种类';
COMMENT ON COLUMN uncertain.says IS 'What the text was understood to say. 解读';
COMMENT ON COLUMN uncertain.fact_id IS 'Key of the row. 事实编号';
