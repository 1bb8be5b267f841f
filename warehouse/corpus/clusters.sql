-- Near-duplicates that hang together (table "clusters": article_id, cluster_id) are one text in several states. The first one
-- printed stands for it, among those that are whole and not a short version. Every other article is its own cluster.
CREATE OR REPLACE TEMP TABLE placed AS
WITH sized AS (
    SELECT
        article_id, clusters.cluster_id, is_headless, is_truncated, published_on, n_chars,
        n_chars < 0.9 * max(n_chars) OVER (PARTITION BY clusters.cluster_id) AS is_short
    FROM clusters JOIN articles USING (article_id)
), members AS (
    SELECT
        article_id,
        cluster_id,
        row_number() OVER (
            PARTITION BY cluster_id
            ORDER BY is_headless, is_truncated, is_short, published_on NULLS LAST, n_chars DESC, article_id
        ) = 1 AS is_canonical
    FROM sized
    UNION ALL
    SELECT article_id, article_id, true FROM articles ANTI JOIN clusters USING (article_id)
)
SELECT members.article_id, members.cluster_id, members.is_canonical
FROM members JOIN articles USING (article_id)
WHERE articles.cluster_id IS DISTINCT FROM members.cluster_id
   OR articles.is_canonical IS DISTINCT FROM members.is_canonical;

-- Whoever a text names is counted once for all articles that print it, so what other texts an article belongs to now changes the counts.
CREATE OR REPLACE TEMP TABLE recounted AS
SELECT DISTINCT mentions.kind, name, entity_id
FROM mentions JOIN placed USING (article_id) JOIN articles USING (article_id)
WHERE articles.cluster_id IS DISTINCT FROM placed.cluster_id;

INSERT INTO changed_names SELECT DISTINCT kind, name FROM recounted;
INSERT INTO changed_entities SELECT DISTINCT kind, entity_id FROM recounted;
DROP TABLE recounted;

INSERT INTO touched SELECT 'articles', left(article_id, 16) FROM placed;
UPDATE articles SET cluster_id = placed.cluster_id, is_canonical = placed.is_canonical
FROM placed WHERE placed.article_id = articles.article_id;
