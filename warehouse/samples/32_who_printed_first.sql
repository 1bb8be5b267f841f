-- Which paper printed a story first, and who followed?
-- 同一条消息，哪家报纸先登？
SELECT first.headline, first.paper AS printed_first, first.published_on, other.paper AS followed, other.published_on - first.published_on AS days_later,
    n.relation, first.article_id, other.article_id AS other_article_id
FROM near_duplicates AS n
JOIN articles AS a ON a.article_id = n.article_id
JOIN articles AS b ON b.article_id = n.other_id
JOIN articles AS first ON first.article_id = CASE WHEN (b.published_on, b.article_id) < (a.published_on, a.article_id) THEN b.article_id ELSE a.article_id END
JOIN articles AS other ON other.article_id = CASE WHEN first.article_id = a.article_id THEN b.article_id ELSE a.article_id END
WHERE first.published_on < other.published_on OR first.paper <> other.paper
ORDER BY first.published_on, first.article_id, other.article_id;
