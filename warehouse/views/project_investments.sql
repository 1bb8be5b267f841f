-- project_investments: one row per amount of money that the text says is invested, spent, raised or signed for. The word that says so
-- stands in the same clause, before or after the amount. The project is the last works, park or base named before the amount in the
-- sentence, else one in the clause after it, else the one in the headline; project_basis says which.
-- Example:
--   SELECT published_on, project, relation, amount, currency, companies, sentence FROM project_investments ORDER BY amount DESC;
CREATE OR REPLACE VIEW project_investments AS
WITH words AS (
    SELECT string_agg(word, '|' ORDER BY length(word) DESC, word) AS any_word
    FROM (VALUES
        ('总投资'), ('投资'), ('增资'), ('投入'), ('注资'), ('融资'), ('出资'), ('筹资'), ('引资'), ('筹措'), ('募集'), ('拨付'), ('拨款'),
        ('划拨'), ('耗资'), ('斥资'), ('补助'), ('资助'), ('捐赠'), ('捐款'), ('造价'), ('预算'), ('资金'), ('签约'), ('合同'), ('授信'), ('贷款'),
        ('到位'), ('外资'), ('内资')
    ) AS list(word)
), amounts AS (
    SELECT
        q.*, s.text AS sentence,
        substring(s.text, 1, instr(s.text, q.text) - 1) AS before,
        substring(s.text, instr(s.text, q.text) + length(q.text)) AS after
    FROM quantities AS q JOIN sentences AS s USING (sentence_id)
    WHERE q.kind = 'money' AND contains(s.text, q.text)
), related AS (
    SELECT *, coalesce(
        nullif(regexp_extract(before, '(' || any_word || ')[^，,。；;：:！？]{0,12}$', 1), ''),
        nullif(regexp_extract(after, '^[^，,。；;：:！？]{0,3}?(' || any_word || ')', 1), '')
    ) AS relation
    FROM amounts, words
), named AS (
    SELECT
        r.*, a.published_on, a.headline,
        list_transform(
            [before, regexp_extract(after, '^[^，,。；;：:]*'), coalesce(headline, '')[:40]],
            lambda part: list_filter(
                list_transform(
                    regexp_extract_all(part, '[^，,。；;：:、！？（）()《》“”"—\s]{2,24}?(?:项目|工程|产业园|科技园|园区|基地|工厂|生产线|中心)'),
                    lambda name: regexp_replace(name, '^.*(?:该|此|这一|这个|这项|本|上述|计划|用于|建设|实施|启动|推进|投向|调研|视察|考察|督导|来到|由|对|在|的)', '')
                ),
                lambda name: length(regexp_replace(name, '项目|工程|园区|基地|工厂|中心|合作|重大|重点|新', '', 'g')) >= 2
            )
        ) AS projects
    FROM related AS r JOIN articles AS a USING (article_id)
    WHERE relation IS NOT NULL
), companies AS (
    SELECT sentence_id, list(DISTINCT name ORDER BY name) AS companies
    FROM mentions
    WHERE kind = 'organization' AND organization_kind = 'company' AND sentence_id IS NOT NULL
    GROUP BY sentence_id
)
SELECT
    n.published_on,
    coalesce(projects[1][-1], projects[2][1], projects[3][1]) AS project,
    CASE WHEN coalesce(projects[1][-1], projects[2][1]) IS NOT NULL THEN 'sentence' WHEN projects[3][1] IS NOT NULL THEN 'headline' END
        AS project_basis,
    n.relation, n.text AS amount_text, n.base_value AS amount, n.base_unit AS currency, n.qualifier, n.per, c.companies,
    n.headline, n.sentence, n.article_id, n.sentence_id, n.quantity_id, n.spans
FROM named AS n
LEFT JOIN companies AS c USING (sentence_id);

COMMENT ON VIEW project_investments IS 'One row per amount of money that is invested, spent, raised or signed for. 投资与资金。';
COMMENT ON COLUMN project_investments.project IS 'Works, park or base that the sentence, else the headline, names; null where none does. 项目';
COMMENT ON COLUMN project_investments.relation IS 'The word that ties the amount to an investment. 关联词';
COMMENT ON COLUMN project_investments.amount IS 'Amount in the currency, see currency. 金额';
COMMENT ON COLUMN project_investments.currency IS 'ISO 4217 code. 币种';
COMMENT ON COLUMN project_investments.companies IS 'Companies named in the sentence. 句中企业';
COMMENT ON COLUMN project_investments.amount_text IS 'Amount as printed. 原文金额';
COMMENT ON COLUMN project_investments.sentence IS 'Sentence that holds the amount. 所在句子';
COMMENT ON COLUMN project_investments.project_basis IS 'Where the project is named: sentence or headline. 项目出处';
