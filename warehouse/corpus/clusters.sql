-- Near-duplicates that hang together (table "clusters": article_id, cluster_id) are one text in several states; the longest
-- whole article stands for it. Every other article is its own cluster.
CREATE OR REPLACE TEMP TABLE placed AS
WITH members AS (
    SELECT
        article_id,
        coalesce(clusters.cluster_id, article_id) AS cluster_id,
        row_number() OVER (
            PARTITION BY coalesce(clusters.cluster_id, article_id)
            ORDER BY is_headless, is_truncated, n_chars DESC, published_on NULLS LAST, article_id
        ) = 1 AS is_canonical
    FROM articles LEFT JOIN clusters USING (article_id)
)
SELECT members.*
FROM members JOIN articles USING (article_id)
WHERE articles.cluster_id IS DISTINCT FROM members.cluster_id
   OR articles.is_canonical IS DISTINCT FROM members.is_canonical;

INSERT INTO touched SELECT left(article_id, 16) FROM placed;
UPDATE articles SET cluster_id = placed.cluster_id, is_canonical = placed.is_canonical
FROM placed WHERE placed.article_id = articles.article_id;
