-- search_ranked(words): every article found by the words, with its BM25 score. An article is found that has every word, every phrase
-- and no exclusion. It has a word when it has more than half of what its pairs of characters weigh (a rare pair weighs more).
-- Example:
--   SELECT headline, score FROM search_ranked('产业园') JOIN articles USING (article_id) ORDER BY score DESC;
CREATE OR REPLACE MACRO search_ranked(words) AS TABLE
WITH parts AS MATERIALIZED (
    SELECT (row_number() OVER ())::INTEGER AS nth, is_excluded, is_phrase, part, tokens, len(tokens) AS n_tokens
    FROM search_parts(words)
    WHERE len(tokens) > 0
), asked AS MATERIALIZED (
    SELECT token, search_code(token) AS code, bool_or(NOT is_excluded) AS is_wanted
    FROM (SELECT unnest(tokens) AS token, is_excluded FROM parts)
    GROUP BY token
), continued AS (  -- a single character is found by every pair that it begins
    SELECT code, code + second AS pair
    FROM asked, range(19968, 40960) AS seconds(second)
    WHERE length(token) = 1 AND code > 0
), counted AS MATERIALIZED (
    SELECT a.code, p.doc, p.n::INTEGER AS n FROM search_postings AS p JOIN asked AS a ON p.token = a.code WHERE length(a.token) > 1 OR a.code < 0
    UNION ALL
    SELECT code, doc, sum(n)::INTEGER
    FROM (
        SELECT a.code, p.doc, p.n FROM search_postings AS p JOIN asked AS a ON p.token = a.code WHERE length(a.token) = 1 AND a.code > 0
        UNION ALL
        SELECT c.code, p.doc, p.n FROM search_postings AS p JOIN continued AS c ON p.token = c.pair
    )
    GROUP BY code, doc
), corpus AS MATERIALIZED (
    SELECT count(*) AS n_docs, greatest(avg(n_chars), 1) AS mean_chars FROM search_articles
), weights AS MATERIALIZED (
    SELECT a.code, ln(1 + (any_value(n_docs) - count(c.doc) + 0.5) / (count(c.doc) + 0.5)) AS idf
    FROM asked AS a LEFT JOIN counted AS c USING (code), corpus
    WHERE is_wanted
    GROUP BY a.code
), wanted AS MATERIALIZED (
    SELECT nth, code, idf, sum(idf) OVER (PARTITION BY nth) AS weight
    FROM (SELECT nth, search_code(unnest(tokens)) AS code FROM parts WHERE NOT is_excluded) JOIN weights USING (code)
), scored AS MATERIALIZED (
    SELECT doc, avg(share) * sum(score) AS score
    FROM (
        SELECT
            doc, nth, sum(idf) / any_value(weight) AS share, sum(idf * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * (n_chars / mean_chars)))) AS score
        FROM wanted JOIN counted USING (code) JOIN search_articles USING (doc), corpus
        GROUP BY doc, nth
        HAVING share > 0.5
    )
    GROUP BY doc
    HAVING count(*) = (SELECT count(DISTINCT nth) FROM wanted)
), asked_whole AS MATERIALIZED (  -- all pairs of two characters are proof that they stand so, of more they are not
    SELECT nth, is_excluded, part, n_tokens, tokens, n_tokens = 1 AND length(part) <= 2 AS is_sure,
           regexp_matches(part, '[^\p{Han}\p{P}\s]') AS is_folded
    FROM parts
    WHERE is_phrase OR is_excluded
), likely AS (  -- articles that have all pairs of a phrase or of an exclusion
    SELECT c.doc, w.nth
    FROM (SELECT nth, n_tokens, search_code(unnest(tokens)) AS code FROM asked_whole) AS w JOIN counted AS c USING (code)
    GROUP BY c.doc, w.nth
    HAVING count(*) = any_value(w.n_tokens)
), proven AS (
    SELECT l.doc, w.is_excluded FROM likely AS l JOIN asked_whole AS w USING (nth) WHERE w.is_sure
    UNION ALL
    SELECT l.doc, w.is_excluded
    FROM likely AS l JOIN asked_whole AS w USING (nth) JOIN scored USING (doc) JOIN search_articles AS a USING (doc)
    WHERE NOT w.is_sure AND CASE WHEN w.is_folded THEN contains(search_fold(a.text), w.part) ELSE contains(a.text, w.part) END
), judged AS (
    SELECT doc, count(*) FILTER (NOT is_excluded) AS n_phrases, bool_or(is_excluded) AS is_barred FROM proven GROUP BY doc
)
SELECT a.article_id, s.score, s.doc
FROM scored AS s JOIN search_articles AS a USING (doc) LEFT JOIN judged AS j USING (doc)
WHERE NOT coalesce(j.is_barred, false)
  AND coalesce(j.n_phrases, 0) = (SELECT count(*) FROM parts WHERE is_phrase AND NOT is_excluded);

COMMENT ON MACRO TABLE search_ranked IS 'Every article found by the words, with its BM25 score. 检索命中的全部文章及得分。';
