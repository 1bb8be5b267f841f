-- person_timeline: one row per person and article: when and as what somebody was in the paper, with the first sentence that names
-- them. A name in a byline or a photo credit counts, with its role.
-- Example:
--   SELECT on_date, paper, title, headline, sentence FROM person_timeline WHERE name = '林叙白' ORDER BY on_date;
CREATE OR REPLACE VIEW person_timeline AS
WITH named AS (
    SELECT
        entity_id AS person_id,
        article_id,
        arg_min(title, mention_id) FILTER (title IS NOT NULL) AS title,
        min(role) AS role,
        count(*) AS n_mentions,
        arg_min(mention_id, mention_id) AS mention_id,
        arg_min(sentence_id, mention_id) AS sentence_id,
        arg_min(spans, mention_id) AS spans
    FROM mentions
    WHERE kind = 'person'
    GROUP BY entity_id, article_id
)
SELECT
    n.person_id, p.name, a.published_on AS on_date, a.paper, n.title, n.role, n.n_mentions, a.headline, s.text AS sentence,
    n.article_id, n.sentence_id, n.mention_id, n.spans
FROM named AS n
JOIN people AS p USING (person_id)
JOIN articles AS a ON a.article_id = n.article_id
LEFT JOIN sentences AS s ON s.sentence_id = n.sentence_id
ORDER BY p.name, n.person_id, on_date NULLS LAST, n.article_id;

COMMENT ON VIEW person_timeline IS 'One row per person and article, with title and the first sentence that names them. 人物见报时间线。';
COMMENT ON COLUMN person_timeline.on_date IS 'published_on of the article. 见报日期';
COMMENT ON COLUMN person_timeline.sentence IS 'First sentence that names the person. 首次提及的句子';
COMMENT ON COLUMN person_timeline.title IS 'First title printed with the name in this article. 文中首个头衔';
COMMENT ON COLUMN person_timeline.n_mentions IS 'Times named in this article. 文中提及次数';
COMMENT ON COLUMN person_timeline.spans IS 'Where the first mention stands in the raw text. 首次提及的原文位置';
