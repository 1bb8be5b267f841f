-- project_investments: one row per amount of money that the text says is invested, spent, raised or signed for. The word that says so
-- stands in the same clause, before or after the amount. The project is the last works, park or base named before the amount in the
-- sentence, else one in the clause after it, else the one in the headline; project_basis says which. A sum that the headline says
-- and the text repeats has one row, that of the text. A sum for several projects (15个重大项目) is the total of what its article tells of after it.
-- To add sums up, take only rows with is_canonical, for others repeat an article, and without part_of.
-- Example:
--   SELECT published_on, project, relation, amount, currency, companies, sentence FROM project_investments ORDER BY amount DESC;
CREATE OR REPLACE VIEW project_investments AS
WITH placed AS (  -- where in its sentence the amount stands: in which span, and how far in
    SELECT
        q.*, s.text AS sentence, p.role = 'headline' AS is_in_headline,
        list_position(list_transform(s.spans, lambda span: q.spans[1].char_start BETWEEN span.char_start AND span.char_end - 1), true) AS nth,
        list_sum(list_transform(s.spans[:nth - 1], lambda span: span.char_end - span.char_start)) AS n_before,
        coalesce(n_before, 0)::BIGINT + q.spans[1].char_start - s.spans[nth].char_start AS first_at
    FROM quantities AS q JOIN sentences AS s USING (sentence_id) JOIN paragraphs AS p USING (paragraph_id)
    WHERE q.kind = 'money'
), amounts AS (
    SELECT *, quantity_id IN (SELECT part_of FROM quantities WHERE part_of IS NOT NULL) AS is_total, substring(sentence, 1, first_at) AS before, substring(sentence, first_at + 1 + length(text)) AS after FROM placed
), related AS (
    SELECT *, investment_relation(before, after) AS relation FROM amounts WHERE relation IS NOT NULL
), named AS (
    SELECT
        r.*, a.published_on, a.headline, coalesce(a.is_canonical, true) AS is_canonical,
        [projects_named(before), projects_named(regexp_extract(after, '^[^，,。；;：:]*')), projects_named(coalesce(a.headline, '')[:40])] AS projects
    FROM related AS r JOIN articles AS a USING (article_id)
    QUALIFY NOT is_in_headline OR bool_and(is_in_headline) OVER (PARTITION BY article_id, base_value, base_unit)
), companies AS (
    SELECT sentence_id, list(DISTINCT name ORDER BY name) AS companies
    FROM mentions
    WHERE kind = 'organization' AND organization_kind = 'company' AND sentence_id IS NOT NULL
    GROUP BY sentence_id
)
, told AS (
    SELECT *, coalesce(projects[1][-1], projects[2][1], projects[3][1]) AS project,
        coalesce(regexp_matches(project, '[0-9０-９一二三四五六七八九十百两]+(?:余|多)?个'), false) AS is_for_several
    FROM named
)
SELECT
    n.published_on,
    n.project,
    CASE WHEN coalesce(n.projects[1][-1], n.projects[2][1]) IS NOT NULL THEN 'sentence' WHEN n.projects[3][1] IS NOT NULL THEN 'headline' END
        AS project_basis,
    n.relation, n.text AS amount_text, n.base_value AS amount, n.base_unit AS currency, n.qualifier, n.per, c.companies,
    CASE WHEN NOT n.is_for_several THEN coalesce(sector_of(n.project), sector_of(n.sentence)) END AS sector,
    n.is_total OR n.is_for_several AS is_total, coalesce(n.part_of, whole.quantity_id) AS part_of, n.is_for_several,
    n.headline, n.sentence, n.is_canonical, n.article_id, n.sentence_id, n.quantity_id, n.spans
FROM told AS n
LEFT JOIN companies AS c USING (sentence_id)
LEFT JOIN (
    FROM told WHERE is_for_several
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY base_value DESC, quantity_id) = 1
) AS whole ON whole.article_id = n.article_id AND whole.base_unit = n.base_unit AND whole.base_value > n.base_value
    AND whole.spans[1].char_start < n.spans[1].char_start
ORDER BY n.published_on NULLS LAST, n.quantity_id;

COMMENT ON VIEW project_investments IS 'One row per amount of money that is invested, spent, raised or signed for. 投资与资金。';
COMMENT ON COLUMN project_investments.project IS 'Works, park or base that the sentence, else the headline, names; null where none does. 项目';
COMMENT ON COLUMN project_investments.relation IS 'The word that ties the amount to an investment. 关联词';
COMMENT ON COLUMN project_investments.amount IS 'Amount in the currency, see currency. 金额';
COMMENT ON COLUMN project_investments.currency IS 'ISO 4217 code. 币种';
COMMENT ON COLUMN project_investments.companies IS 'Companies named in the sentence. 句中企业';
COMMENT ON COLUMN project_investments.amount_text IS 'Amount as printed. 原文金额';
COMMENT ON COLUMN project_investments.sentence IS 'Sentence that holds the amount. 所在句子';
COMMENT ON COLUMN project_investments.is_canonical IS 'False where the article repeats another one. 是否计入合计（非重复报道）';
COMMENT ON COLUMN project_investments.sector IS 'Sector of the project, else of the sentence. 行业';
COMMENT ON COLUMN project_investments.is_total IS 'Whether parts of it are given too. 是否合计';
COMMENT ON COLUMN project_investments.part_of IS 'The total that it is a part of, given in the same article. 所属合计';
COMMENT ON COLUMN project_investments.is_for_several IS 'Whether it is for several projects together, which may be of several sectors. 是否多个项目合计';
COMMENT ON COLUMN project_investments.project_basis IS 'Where the project is named: sentence or headline. 项目出处';
