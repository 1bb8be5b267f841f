-- appearances: one row per person, organisation or place and article that names it. What counts as naming is decided here and nowhere else:
-- `roles` is null where the text names it, and says as what a byline does where only a byline or a picture credit does. To count texts, not
-- articles, take rows with is_canonical only: the others repeat an article.
-- Example:
--   SELECT kind, entity_id, count(*) AS n FROM appearances WHERE roles IS NULL AND is_canonical GROUP BY ALL ORDER BY n DESC LIMIT 10;
CREATE OR REPLACE VIEW appearances AS
WITH named AS (
    SELECT
        kind, entity_id, article_id,
        CASE WHEN count(roles) = count(*) THEN min(roles) END AS roles,
        arg_min(title, mention_id) FILTER (title IS NOT NULL) AS title,
        count(*) AS n_mentions,
        min(mention_id) AS mention_id,
        arg_min(sentence_id, mention_id) AS sentence_id,
        arg_min(spans, mention_id) AS spans
    FROM mentions
    GROUP BY kind, entity_id, article_id
)
SELECT
    n.kind, n.entity_id, a.published_on, a.paper, a.headline, n.roles, n.title, n.n_mentions, coalesce(a.is_canonical, true) AS is_canonical,
    n.article_id, n.sentence_id, n.mention_id, n.spans
FROM named AS n
JOIN articles AS a USING (article_id);

COMMENT ON VIEW appearances IS 'One row per person, organisation or place and article that names it. 见报。';
COMMENT ON COLUMN appearances.kind IS 'person, organization or place. 种类';
COMMENT ON COLUMN appearances.entity_id IS 'Row of people, organizations or places. 实体编号';
COMMENT ON COLUMN appearances.roles IS 'As what a byline names the person, where only a byline or a credit names the person; null where the text names the person. 署名角色';
COMMENT ON COLUMN appearances.title IS 'First title printed with the name in this article. 文中首个头衔';
COMMENT ON COLUMN appearances.n_mentions IS 'Times named in this article. 文中提及次数';
COMMENT ON COLUMN appearances.mention_id IS 'First mention. 首次提及';
COMMENT ON COLUMN appearances.sentence_id IS 'Sentence of the first mention. 首次提及的句子';
COMMENT ON COLUMN appearances.spans IS 'Where the first mention stands in the raw text. 首次提及的原文位置';
COMMENT ON COLUMN appearances.is_canonical IS 'False where the article repeats another one. 是否计数（非重复刊登）';
