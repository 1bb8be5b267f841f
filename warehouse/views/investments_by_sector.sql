-- investments_by_sector: one row per sector and currency: what is invested in it. A sum is a sum: an article that repeats another one, a part
-- of a total, what of it is due in a year, an amount per year or head, and one that another article tells of the same project are not added;
-- grants, loans and budgets are not either. The sector is that of the project, else of the sentence; of a sum for several projects, each part that is
-- told of counts in its own sector, and what is left of the sum in none.
-- Example:
--   SELECT sector, currency, amount, n_amounts, projects FROM investments_by_sector ORDER BY amount DESC;
CREATE OR REPLACE VIEW investments_by_sector AS
WITH invested AS (
    FROM project_investments
    WHERE is_canonical AND per IS NULL AND amount IS NOT NULL
        AND NOT regexp_matches(sentence, concat('(?:年度|当年|今年|本年|年内)[^，,。；;]{0,10}', regexp_escape(amount_text)))
        AND relation IN ('总投资', '投资', '增资', '投入', '注资', '出资', '耗资', '斥资', '造价')
), parts AS (
    SELECT p.* FROM invested AS p JOIN invested AS whole ON whole.quantity_id = p.part_of WHERE whole.is_for_several
), taken AS (
    SELECT sector, currency, amount, project, published_on, article_id FROM invested WHERE part_of IS NULL AND NOT is_for_several
    UNION ALL
    SELECT sector, currency, amount, project, published_on, article_id FROM parts
    UNION ALL
    SELECT NULL, currency, amount - coalesce((SELECT sum(p.amount) FROM parts AS p WHERE p.part_of = i.quantity_id), 0), project, published_on, article_id
    FROM invested AS i WHERE part_of IS NULL AND is_for_several
), counted AS (
    SELECT
        coalesce(sector, 'unknown') AS sector, currency, amount, coalesce(project, article_id) AS told_of,
        any_value(project) AS project, min(published_on) AS first_on, max(published_on) AS last_on, list(DISTINCT article_id) AS article_ids
    FROM taken
    WHERE amount > 0
    GROUP BY ALL
)
SELECT
    sector, currency, sum(amount) AS amount, count(*) AS n_amounts, list_sort(list_distinct(list(project) FILTER (project IS NOT NULL))) AS projects,
    min(first_on) AS first_on, max(last_on) AS last_on, list_sort(list_distinct(flatten(list(article_ids)))) AS article_ids
FROM counted
GROUP BY sector, currency
ORDER BY currency, amount DESC, sector;

COMMENT ON VIEW investments_by_sector IS 'One row per sector and currency: what is invested. 分行业投资额。';
COMMENT ON COLUMN investments_by_sector.sector IS 'Sector as sector_of tells it; unknown where the text tells none. 行业';
COMMENT ON COLUMN investments_by_sector.currency IS 'ISO 4217 code. 币种';
COMMENT ON COLUMN investments_by_sector.amount IS 'Sum of the amounts. 合计';
COMMENT ON COLUMN investments_by_sector.n_amounts IS 'Amounts added. 笔数';
COMMENT ON COLUMN investments_by_sector.projects IS 'Projects that are named. 项目';
COMMENT ON COLUMN investments_by_sector.first_on IS 'Earliest published_on. 最早见报';
COMMENT ON COLUMN investments_by_sector.last_on IS 'Latest published_on. 最近见报';
COMMENT ON COLUMN investments_by_sector.article_ids IS 'The articles counted. 所计文章';
