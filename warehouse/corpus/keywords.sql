-- The terms that tell an article from the rest of the warehouse: often here, seldom elsewhere. The weight is that of
-- transforms.terms.weigh.
DELETE FROM keywords;
INSERT INTO keywords BY NAME
WITH frequency AS (
    SELECT term, count(*) AS df FROM terms GROUP BY term
),
size AS (
    SELECT article_id, sum(n) AS n_terms, count(*) AS n_distinct FROM terms GROUP BY article_id
),
weighed AS (
    SELECT
        article_id,
        term,
        n_distinct,
        n / (n + 1.2 * (0.25 + 0.75 * n_terms / 60.0)) * ln(1 + ((SELECT count(*) FROM articles) + 1) / df) AS weight
    FROM terms JOIN size USING (article_id) JOIN frequency USING (term)
)
SELECT article_id, term, round(weight, 6) AS weight
FROM (
    SELECT article_id, term, weight FROM weighed WHERE n_distinct <= 12  -- most articles have so few that none need be put in order
    UNION ALL
    SELECT article_id, term, weight FROM weighed WHERE n_distinct > 12
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY weight DESC, term) <= 12
);
