-- search(words): the articles that the words find best, best first, each with a piece of its text that shows why.
-- Words stand between spaces; "a phrase" must stand so; -word must not stand. since, until, paper and person narrow the search;
-- top says how many articles are wanted.
-- Example:
--   SELECT headline, published_on, snippet FROM search('产业园 项目');
--   SELECT headline, snippet FROM search('"项目建设" -签约', paper := '云渡日报', since := DATE '2031-05-01', top := 5);
CREATE OR REPLACE MACRO search(words, top := 20, since := NULL, until := NULL, paper := NULL, person := NULL) AS TABLE
WITH best AS MATERIALIZED (
    SELECT r.doc, r.article_id, r.score
    FROM search_ranked(words) AS r
    WHERE (since IS NULL AND until IS NULL AND paper IS NULL AND person IS NULL)
       OR r.article_id IN (
           SELECT a.article_id
           FROM articles AS a
           WHERE NOT (since IS NULL AND until IS NULL AND paper IS NULL AND person IS NULL)  -- else nothing is read here
             AND (since IS NULL OR a.published_on >= since)
             AND (until IS NULL OR a.published_on <= until)
             AND (paper IS NULL OR a.paper = paper)
             AND (person IS NULL OR a.article_id IN (
                 SELECT m.article_id FROM mentions AS m WHERE m.kind = 'person' AND person IN (m.name, m.entity_id)))
       )
    ORDER BY r.score DESC, r.article_id
    LIMIT top
), needles AS (
    SELECT DISTINCT unnest([part] || tokens) AS needle FROM search_parts(words) WHERE NOT is_excluded
), texts AS (  -- below the headline, which is the first line of the indexed text
    SELECT b.doc, substring(t.text, instr(t.text, chr(10)) + 1) AS text FROM best AS b JOIN search_articles AS t USING (doc)
), found AS (
    SELECT doc, any_value(text) AS text, arg_max(instr(search_fold(text), needle), length(needle)) AS first_at
    FROM texts JOIN needles ON contains(search_fold(text), needle)
    GROUP BY doc
), cut AS (
    SELECT t.doc, t.text, greatest(coalesce(f.first_at, 1) - 20, 1) AS first_at FROM texts AS t LEFT JOIN found AS f USING (doc)
)
SELECT
    b.article_id,
    b.score,
    a.headline,
    a.published_on,
    concat(
        CASE WHEN c.first_at > 1 THEN '…' END,
        replace(substring(c.text, c.first_at, 80), chr(10), ' '),
        CASE WHEN length(c.text) >= c.first_at + 80 THEN '…' END
    ) AS snippet,
    a.paper
FROM best AS b JOIN articles AS a USING (article_id) JOIN cut AS c USING (doc)
ORDER BY b.score DESC, b.article_id;

COMMENT ON MACRO TABLE search IS 'Full-text search made for Chinese: words, "phrases", -exclusions; since, until, paper, person, top. Best first. 中文全文检索。';
