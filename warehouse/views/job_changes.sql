-- job_changes: one row per person and title that shows that somebody came into office or left it: a title that the text says was held, is
-- held in place of another, or will be held; a leading office that the person bears from a day on after bearing another title; and an
-- appointment that is told.
-- Example:
--   SELECT on_date, name, change, title, organization, earlier_title, sentence FROM job_changes ORDER BY on_date, name;
CREATE OR REPLACE VIEW job_changes AS
WITH held AS (
    SELECT person_id, title, organization, tenure, min(held_on) AS first_on, max(held_on) AS last_on,
        arg_min(article_id, (held_on, article_id)) AS article_id, arg_min(sentence_id, (held_on, article_id)) AS sentence_id,
        arg_min(spans, (held_on, article_id)) AS spans
    FROM person_titles WHERE person_id IS NOT NULL GROUP BY ALL
), said AS (
    SELECT person_id, tenure AS change, title, organization, NULL AS earlier_title, NULL AS earlier_on, first_on AS on_date, article_id, sentence_id, spans
    FROM held WHERE tenure <> 'current'
), days AS (
    SELECT person_id, held_on, string_agg(DISTINCT coalesce(organization, '') || title, '、' ORDER BY coalesce(organization, '') || title) AS titles
    FROM person_titles WHERE tenure = 'current' AND held_on IS NOT NULL GROUP BY person_id, held_on
), followed AS (  -- borne after others that are not borne any more
    SELECT h.person_id, 'new title' AS change, h.title, h.organization, d.titles AS earlier_title, d.held_on AS earlier_on, h.first_on AS on_date,
        h.article_id, h.sentence_id, h.spans
    FROM held AS h ASOF JOIN days AS d ON d.person_id = h.person_id AND d.held_on < h.first_on
    WHERE h.tenure = 'current' AND is_leading_office(coalesce(h.organization, '') || h.title) AND NOT EXISTS (
        FROM held AS e WHERE e.person_id = h.person_id AND e.tenure = 'current' AND e.first_on < h.first_on
            AND (e.last_on >= h.first_on OR contains(coalesce(e.organization, '') || e.title, h.title) OR contains(coalesce(h.organization, '') || h.title, e.title))
    )
), told AS (
    SELECT id AS person_id, 'appointment' AS change, NULL AS title, NULL AS organization, NULL AS earlier_title, NULL AS earlier_on,
        coalesce(e.on_date, a.published_on) AS on_date, e.article_id, e.sentence_id, e.spans
    FROM (
        SELECT *, unnest(list_distinct(actor_ids || list_transform(objects, lambda name: left(sha256('person' || chr(31) || name), 16)))) AS id
        FROM events WHERE kind = 'appointment'
    ) AS e JOIN articles AS a USING (article_id)
    WHERE coalesce(a.is_canonical, true)
)
SELECT
    c.on_date, p.name, c.change, c.title, c.organization, c.earlier_title, c.earlier_on, s.text AS sentence,
    c.person_id, c.article_id, c.sentence_id, c.spans
FROM (FROM said UNION ALL BY NAME FROM followed UNION ALL BY NAME FROM told) AS c
JOIN people AS p USING (person_id)
LEFT JOIN sentences AS s ON s.sentence_id = c.sentence_id
ORDER BY c.on_date NULLS LAST, p.name, c.change, c.title, c.organization;

COMMENT ON VIEW job_changes IS 'One row per sign that a person came into office or left it. 人事变动。';
COMMENT ON COLUMN job_changes.on_date IS 'Day of the appointment, else the day on which the title is first printed. 日期';
COMMENT ON COLUMN job_changes.change IS 'former, acting, designate (said so), new title (a leading office, another title before), or appointment (an event). 变动种类';
COMMENT ON COLUMN job_changes.earlier_title IS 'Titles printed the last time before. 此前头衔';
COMMENT ON COLUMN job_changes.earlier_on IS 'When these were printed. 此前见报日期';
COMMENT ON COLUMN job_changes.sentence IS 'Sentence that says so. 所在句子';
