-- facts: one row per fact of any kind. `text` is what is printed, `says` what it was understood to say; the spans are its place in
-- the raw text, char_start and char_end the first of them.
-- Example:
--   SELECT fact, count(*) FROM facts GROUP BY fact ORDER BY 2 DESC;
CREATE OR REPLACE VIEW facts AS
WITH every AS (
    SELECT
        'mentions' AS fact_table, article_id, kind AS fact, mention_id AS fact_id, text, concat_ws(' · ', name, title, array_to_string(roles, '、'), level) AS says,
        sentence_id, spans, confidence, rule
    FROM mentions
    UNION ALL
    SELECT
        'person_titles', article_id, 'title', mention_id || ':' || title, title, concat_ws(' · ', organization, title, nullif(tenure, 'current')),
        sentence_id, spans, confidence, rule
    FROM person_titles
    UNION ALL
    SELECT 'times', article_id, 'time', time_id, text, concat_ws(' · ', coalesce(value, '?'), basis), sentence_id, spans, confidence, rule
    FROM times
    UNION ALL
    SELECT
        'quantities', article_id, kind, quantity_id, text, concat_ws(' ', qualifier, base_value, base_unit, per, of),
        sentence_id, spans, confidence, rule
    FROM quantities
    UNION ALL
    SELECT
        'quotes', article_id, 'quote', quote_id, text, concat_ws(' ', coalesce(speaker, array_to_string(candidates, '或') || '?'), verb),
        sentence_id, spans, confidence, rule
    FROM quotes
    UNION ALL
    SELECT
        'events', article_id, 'event', event_id, text, concat_ws(' · ', kind, trigger, on_date, place, array_to_string(actors, '、')),
        sentence_id, spans, confidence, rule
    FROM events
    UNION ALL
    SELECT
        'suspected_misprints', article_id, 'misprint', misprint_id, text, concat_ws(' · ', suggestion || '?', evidence),
        sentence_id, spans, confidence, rule
    FROM suspected_misprints
)
SELECT
    article_id, fact, fact_id, text, says, spans[1].char_start AS char_start, spans[1].char_end AS char_end, sentence_id, spans,
    fact_table, confidence, rule
FROM every;

COMMENT ON VIEW facts IS 'One row per fact of any kind, with its article and its place in the raw text. 全部事实及其原文位置。';
COMMENT ON COLUMN facts.fact IS 'Kind of fact: person, organization, place, title, time, quote, event, misprint, or the kind of a quantity. 事实种类';
COMMENT ON COLUMN facts.fact_id IS 'Key of the row that it comes from. 事实编号';
COMMENT ON COLUMN facts.fact_table IS 'Table of that row. 来源表';
COMMENT ON COLUMN facts.says IS 'What the text was understood to say. 解读';
