-- disagreements: one row per pair of figures in which two articles on the same story differ: near-duplicates, or articles with events of one
-- story. Both count or measure the same thing, neither figure stands in the other article, and the larger is less than twice the smaller.
-- Stories of more than 100 articles are left out: they are forms (weather, notices) rather than stories, and pairs grow with the square.
-- Example:
--   SELECT of, text, other_text, paper, other_paper, sentence, other_sentence FROM disagreements;
CREATE OR REPLACE VIEW disagreements AS
WITH told AS (
    SELECT article_id, cluster_id AS story, true AS is_one_text FROM articles WHERE cluster_id IS NOT NULL
    UNION
    SELECT article_id, story_id, false FROM events WHERE story_id IS NOT NULL
), stories AS (
    FROM told QUALIFY count(*) OVER (PARTITION BY story, is_one_text) <= 100
), pairs AS (
    SELECT one.article_id, other.article_id AS other_id, bool_or(one.is_one_text) AS is_one_text
    FROM stories AS one JOIN stories AS other USING (story, is_one_text)
    WHERE one.article_id < other.article_id
    GROUP BY ALL
), figures AS (
    SELECT * FROM quantities WHERE base_value > 0 AND kind NOT IN ('duration', 'age', 'score')
)
SELECT
    q.kind, q.of, q.text, r.text AS other_text, q.base_value, r.base_value AS other_value, q.base_unit,
    a.paper, b.paper AS other_paper, a.published_on, b.published_on AS other_published_on, a.headline, s.text AS sentence, t.text AS other_sentence,
    q.quantity_id, r.quantity_id AS other_quantity_id, q.article_id, p.other_id AS other_article_id, q.sentence_id, q.spans
FROM pairs AS p
JOIN figures AS q ON q.article_id = p.article_id
JOIN figures AS r ON r.article_id = p.other_id AND r.kind = q.kind AND r.base_unit = q.base_unit AND r.of IS NOT DISTINCT FROM q.of
    AND r.base_value <> q.base_value AND greatest(q.base_value, r.base_value) < 2 * least(q.base_value, r.base_value)
JOIN articles AS a ON a.article_id = p.article_id
JOIN articles AS b ON b.article_id = p.other_id
LEFT JOIN sentences AS s ON s.sentence_id = q.sentence_id
LEFT JOIN sentences AS t ON t.sentence_id = r.sentence_id
WHERE (p.is_one_text OR q.of IS NOT NULL)
    AND NOT EXISTS (FROM figures AS f WHERE f.article_id = p.other_id AND f.kind = q.kind AND f.base_value = q.base_value)
    AND NOT EXISTS (FROM figures AS f WHERE f.article_id = p.article_id AND f.kind = q.kind AND f.base_value = r.base_value)
ORDER BY q.quantity_id, r.quantity_id;

COMMENT ON VIEW disagreements IS 'One row per pair of figures in which two articles on one story differ. 同一报道的数字出入。';
COMMENT ON COLUMN disagreements.other_text IS 'Figure as the other article prints it. 另一篇的数字';
COMMENT ON COLUMN disagreements.other_value IS 'Figure of the other article in the base unit. 另一篇的基准值';
COMMENT ON COLUMN disagreements.other_paper IS 'Newspaper of the other article. 另一篇的报纸';
COMMENT ON COLUMN disagreements.other_published_on IS 'published_on of the other article. 另一篇的见报日期';
COMMENT ON COLUMN disagreements.sentence IS 'Sentence that holds the figure. 所在句子';
COMMENT ON COLUMN disagreements.other_sentence IS 'Sentence of the other article. 另一篇的句子';
COMMENT ON COLUMN disagreements.other_quantity_id IS 'Quantity of the other article. 另一篇的数量编号';
COMMENT ON COLUMN disagreements.other_article_id IS 'The other article. 另一篇文章';
