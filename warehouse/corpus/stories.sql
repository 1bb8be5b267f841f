-- The events among which stories are told anew (table "told"). A pair is at most a day apart, so what happened on a day of "changed_days"
-- concerns the stories with an event on that day or beside it; each of them is looked at whole, with all events of its kind on its days
-- and the days after them, for what many events share tells none apart.
CREATE OR REPLACE TEMP TABLE told AS
WITH near AS (
    SELECT DISTINCT kind, on_date + unnest([-1, 0, 1]) AS on_date FROM changed_days
), concerned AS (
    SELECT DISTINCT story_id FROM events JOIN near USING (kind, on_date) WHERE story_id IS NOT NULL
), days AS (
    SELECT DISTINCT kind, on_date + unnest([0, 1]) AS on_date
    FROM (FROM near UNION SELECT kind, on_date FROM events WHERE story_id IN (FROM concerned))
)
SELECT event_id, article_id, kind, on_date, place, actors, objects, story_id IS NULL OR story_id IN (FROM concerned) AS is_concerned
FROM events
WHERE story_id IS NULL OR (kind, on_date) IN (FROM days);
