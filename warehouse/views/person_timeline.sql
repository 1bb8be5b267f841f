-- person_timeline: one row per person and article: when and as what somebody was in the paper, with the first sentence that names
-- them. A name in a byline or a photo credit counts, with its role.
-- Example:
--   SELECT on_date, paper, title, headline, sentence FROM person_timeline WHERE name = '林叙白' ORDER BY on_date;
CREATE OR REPLACE VIEW person_timeline AS
SELECT
    n.entity_id AS person_id, p.name, n.published_on AS on_date, n.paper, n.title, n.roles, n.n_mentions, n.headline, s.text AS sentence,
    n.is_canonical, n.article_id, n.sentence_id, n.mention_id, n.spans
FROM appearances AS n
JOIN people AS p ON p.person_id = n.entity_id
LEFT JOIN sentences AS s ON s.sentence_id = n.sentence_id
WHERE n.kind = 'person'
ORDER BY p.name, n.entity_id, on_date NULLS LAST, n.article_id;

COMMENT ON VIEW person_timeline IS 'One row per person and article, with title and the first sentence that names them. 人物见报时间线。';
COMMENT ON COLUMN person_timeline.on_date IS 'published_on of the article. 见报日期';
COMMENT ON COLUMN person_timeline.sentence IS 'First sentence that names the person. 首次提及的句子';
COMMENT ON COLUMN person_timeline.roles IS 'As what a byline names the person, where only a byline or a credit names the person. 署名角色';
COMMENT ON COLUMN person_timeline.title IS 'First title printed with the name in this article. 文中首个头衔';
COMMENT ON COLUMN person_timeline.n_mentions IS 'Times named in this article. 文中提及次数';
COMMENT ON COLUMN person_timeline.is_canonical IS 'False where the article repeats another one. 是否计数（非重复刊登）';
COMMENT ON COLUMN person_timeline.spans IS 'Where the first mention stands in the raw text. 首次提及的原文位置';
