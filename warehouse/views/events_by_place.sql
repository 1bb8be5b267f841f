-- events_by_place: one row per place and kind of event: how many stories happened there. Several reports of one story are one. A place that
-- no mention of the article stands for is as printed.
-- Example:
--   SELECT place, level, kind, n_stories, first_on, last_on FROM events_by_place ORDER BY n_stories DESC, place;
CREATE OR REPLACE VIEW events_by_place AS
SELECT
    coalesce(p.name, e.place) AS place, p.level, p.adcode, e.kind,
    count(DISTINCT coalesce(e.story_id, e.event_id)) AS n_stories, count(*) AS n_reports,
    sum(e.deaths)::BIGINT AS deaths, sum(e.injuries)::BIGINT AS injuries,
    min(coalesce(e.on_date, e.published_on)) AS first_on, max(coalesce(e.on_date, e.published_on)) AS last_on,
    e.place_id, list(e.event_id ORDER BY e.event_id) AS event_ids, list(DISTINCT e.article_id ORDER BY e.article_id) AS article_ids
FROM (
    SELECT events.* EXCLUDE (deaths, injuries), a.published_on,
        CASE WHEN story_id IS NULL OR story_id = event_id THEN deaths END AS deaths,  -- a story's dead are counted once
        CASE WHEN story_id IS NULL OR story_id = event_id THEN injuries END AS injuries
    FROM events JOIN articles AS a USING (article_id)
) AS e
LEFT JOIN places AS p USING (place_id)
WHERE e.place IS NOT NULL
GROUP BY coalesce(p.name, e.place), p.level, p.adcode, e.kind, e.place_id
ORDER BY n_stories DESC, place, e.kind;

COMMENT ON VIEW events_by_place IS 'One row per place and kind of event. 各地事件。';
COMMENT ON COLUMN events_by_place.place IS 'Name of the place, else the place as printed. 地点';
COMMENT ON COLUMN events_by_place.kind IS 'Kind of event, as in events.kind. 事件种类';
COMMENT ON COLUMN events_by_place.n_stories IS 'Events; several reports of one count once. 事件数';
COMMENT ON COLUMN events_by_place.n_reports IS 'Reports of them. 报道数';
COMMENT ON COLUMN events_by_place.deaths IS 'People who died, where the first report of a story says how many. 死亡人数';
COMMENT ON COLUMN events_by_place.injuries IS 'People who were hurt, where the first report of a story says how many. 受伤人数';
COMMENT ON COLUMN events_by_place.first_on IS 'First of their days, published_on where the text says none. 最早';
COMMENT ON COLUMN events_by_place.last_on IS 'Last of their days. 最近';
COMMENT ON COLUMN events_by_place.place_id IS 'Place; null where it is as printed. 地点编号';
COMMENT ON COLUMN events_by_place.event_ids IS 'The reports counted. 所计事件';
COMMENT ON COLUMN events_by_place.article_ids IS 'Their articles. 所计文章';
