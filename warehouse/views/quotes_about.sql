-- quotes_about: one row per quotation and person, organisation or place that is named in what is said, or beside it in the sentence
-- where it begins; the speaker is left out, and so is what an article repeats.
-- Example:
--   SELECT speaker, about, about_kind, text, published_on FROM quotes_about WHERE about = '青禾产业园';
CREATE OR REPLACE VIEW quotes_about AS
SELECT
    m.kind AS about_kind, any_value(m.name) AS about, m.entity_id AS about_id, q.speaker, q.person_id, q.organization_id, q.verb, q.text, q.is_direct,
    bool_or(list_bool_or(list_transform(q.spans, lambda span: m.spans[1].char_start BETWEEN span.char_start AND span.char_end - 1))) AS is_in_quote,
    q.confidence, a.paper, a.published_on, a.headline, q.quote_id, q.article_id, q.sentence_id, q.spans
FROM quotes AS q
JOIN mentions AS m ON m.article_id = q.article_id AND m.roles IS NULL AND (
    m.sentence_id = q.sentence_id
    OR list_bool_or(list_transform(q.spans, lambda span: m.spans[1].char_start BETWEEN span.char_start AND span.char_end - 1))
)
JOIN articles AS a ON a.article_id = q.article_id
WHERE coalesce(a.is_canonical, true) AND m.entity_id IS NOT NULL AND coalesce(m.entity_id NOT IN (q.person_id, q.organization_id), true)
    AND q.speaker IS DISTINCT FROM m.name AND q.speaker IS DISTINCT FROM m.text
GROUP BY ALL
ORDER BY about, m.entity_id, a.published_on NULLS LAST, q.quote_id;

COMMENT ON VIEW quotes_about IS 'One row per quotation and what is named in it. 引语所及。';
COMMENT ON COLUMN quotes_about.about_kind IS 'person, organization or place. 所及种类';
COMMENT ON COLUMN quotes_about.about IS 'Name. 所及名称';
COMMENT ON COLUMN quotes_about.about_id IS 'Row of people, organizations or places. 所及编号';
COMMENT ON COLUMN quotes_about.text IS 'What is said. 内容';
COMMENT ON COLUMN quotes_about.is_in_quote IS 'Named in what is said itself, not beside it. 是否在引语之内';
