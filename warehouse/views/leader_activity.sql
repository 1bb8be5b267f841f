-- leader_activity: one row per event and leader who takes part in it. A leader is a person whom some article prints with a leading
-- office (see the macro is_leading_office); the title is the one of this article, else the latest known. What befalls somebody, a
-- death or an accident, is no activity.
-- Example:
--   SELECT on_date, name, title, event, place, headline FROM leader_activity ORDER BY on_date DESC, name;
CREATE OR REPLACE VIEW leader_activity AS
WITH titles AS (  -- each is looked at once, for there are few of them and many mentions; DISTINCT would look at it in each mention
    SELECT any_value(title) AS title FROM mentions WHERE kind = 'person' AND title IS NOT NULL GROUP BY title
), offices AS (
    SELECT title FROM titles WHERE is_leading_office(title)
), leaders AS (
    SELECT entity_id AS person_id, arg_max(title, article_id) AS some_title
    FROM mentions
    WHERE kind = 'person' AND title IN (FROM offices)
    GROUP BY entity_id
), named AS (
    SELECT article_id, entity_id AS person_id, name, text, arg_min(title, mention_id) FILTER (title IS NOT NULL) AS title
    FROM mentions
    WHERE kind = 'person' AND roles IS NULL AND entity_id IN (SELECT person_id FROM leaders)
    GROUP BY ALL
), acted AS (
    SELECT e.event_id, n.person_id, any_value(n.title) AS title
    FROM (SELECT event_id, article_id, unnest(actors) AS actor FROM events WHERE kind NOT IN ('death', 'accident')) AS e
    JOIN named AS n ON n.article_id = e.article_id AND e.actor IN (n.name, n.text)
    GROUP BY e.event_id, n.person_id
)
SELECT
    coalesce(e.on_date, a.published_on) AS on_date,
    e.on_date IS NOT NULL AS is_dated_by_text,
    x.person_id, p.name, coalesce(x.title, p.latest_title, l.some_title) AS title,
    e.kind AS event, e.trigger, e.place, e.objects, e.text, a.headline, a.published_on, e.confidence,
    e.article_id, e.sentence_id, e.event_id, e.spans
FROM acted AS x
JOIN leaders AS l USING (person_id)
JOIN people AS p USING (person_id)
JOIN events AS e USING (event_id)
JOIN articles AS a ON a.article_id = e.article_id
ORDER BY on_date DESC NULLS LAST, e.event_id, p.name;

COMMENT ON VIEW leader_activity IS 'One row per event and leader who takes part in it. 领导活动。';
COMMENT ON COLUMN leader_activity.on_date IS 'Day of the event where the text says it, else published_on. 活动日期';
COMMENT ON COLUMN leader_activity.is_dated_by_text IS 'Whether the text says the day. 日期是否出自原文';
COMMENT ON COLUMN leader_activity.event IS 'Kind of event, as in events.kind. 活动种类';
COMMENT ON COLUMN leader_activity.title IS 'Title in this article, else the latest known. 头衔';
