-- search_parts(words): the parts of a query. Parts stand between spaces; "in quotes" a part is a phrase that must stand so in the
-- article; a part after - must not stand in it.
-- Example:
--   FROM search_parts('产业园 "项目建设" -签约');
CREATE OR REPLACE MACRO search_parts(words) AS TABLE
WITH pieces AS (
    SELECT unnest(regexp_extract_all(words, '[-－]?["“”][^"“”]+["“”]?|[^\s　"“”]+')) AS piece
), signed AS (
    SELECT regexp_matches(piece, '^[-－].') AS is_excluded, regexp_replace(piece, '^[-－]', '') AS piece
    FROM pieces
), parts AS (
    SELECT DISTINCT
        is_excluded,
        regexp_matches(piece, '^["“”]') AS is_phrase,
        search_fold(trim(piece, '"“” 　')) AS part
    FROM signed
), tokenized AS (
    SELECT *, search_tokens(part) AS tokens FROM parts WHERE part <> ''
)
SELECT
    is_excluded,
    is_phrase,
    part,
    list_distinct(list_filter(  -- the last character of a run is in the pair before it
        tokens,
        lambda token, i: i = 1 OR length(token) > 1 OR NOT ends_with(tokens[i - 1], token)
    )) AS tokens
FROM tokenized;

COMMENT ON MACRO TABLE search_parts IS 'Parts of a query: words, "phrases", -exclusions, and their tokens. 检索式的组成：词、"短语"、-排除词及其词元。';
