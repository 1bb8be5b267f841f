-- project_investments: one row per amount of money that the text says is invested, spent, raised or signed for. The word that says so
-- stands in the same clause, before or after the amount. The project is the last works, park or base named before the amount in the
-- sentence, else one in the clause after it, else the one in the headline; project_basis says which. A sum that the headline says
-- and the text repeats has one row, that of the text. To add sums up, take only rows with is_canonical: others repeat an article.
-- Example:
--   SELECT published_on, project, relation, amount, currency, companies, sentence FROM project_investments ORDER BY amount DESC;
CREATE OR REPLACE VIEW project_investments AS
WITH words AS (
    SELECT
        string_agg(word, '|' ORDER BY length(word) DESC, word) AS any_word,
        '项目|工程|产业园|科技园|园区|基地|工厂|生产线|中心|大桥|隧道|高速公路|铁路|机场|码头|水库|电站|体育场' AS works
    FROM (VALUES
        ('总投资'), ('投资'), ('增资'), ('投入'), ('注资'), ('融资'), ('出资'), ('筹资'), ('引资'), ('筹措'), ('募集'), ('拨付'), ('拨款'),
        ('划拨'), ('耗资'), ('斥资'), ('补助'), ('资助'), ('捐赠'), ('捐款'), ('造价'), ('预算'), ('资金'), ('签约'), ('合同'), ('授信'), ('贷款'),
        ('到位'), ('外资'), ('内资')
    ) AS list(word)
), placed AS (  -- where in its sentence the amount stands: in which span, and how far in
    SELECT
        q.*, s.text AS sentence, p.role = 'headline' AS is_in_headline,
        list_position(list_transform(s.spans, lambda span: q.spans[1].char_start BETWEEN span.char_start AND span.char_end - 1), true) AS nth,
        list_sum(list_transform(s.spans[:nth - 1], lambda span: span.char_end - span.char_start)) AS n_before,
        coalesce(n_before, 0)::BIGINT + q.spans[1].char_start - s.spans[nth].char_start AS first_at
    FROM quantities AS q JOIN sentences AS s USING (sentence_id) JOIN paragraphs AS p USING (paragraph_id)
    WHERE q.kind = 'money'
), amounts AS (
    SELECT *, substring(sentence, 1, first_at) AS before, substring(sentence, first_at + 1 + length(text)) AS after FROM placed
), related AS (
    SELECT *, coalesce(
        nullif(regexp_extract(regexp_replace(before, '预算(?:总?收入|支出|执行)', '', 'g'), '(' || any_word || ')[^，,。；;：:！？]{0,12}$', 1), ''),
        nullif(regexp_extract(after, '^[^，,。；;：:！？]{0,3}?(' || any_word || ')', 1), '')
    ) AS relation
    FROM amounts, words
), named AS (
    SELECT
        r.*, a.published_on, a.headline, coalesce(a.is_canonical, true) AS is_canonical,
        list_transform(
            [before, regexp_extract(after, '^[^，,。；;：:]*'), coalesce(headline, '')[:40]],
            lambda part: list_filter(
                list_transform(
                    regexp_extract_all(part, '[^，,。；;：:、！？（）()《》“”"—\s]{2,24}?(?:' || works || ')'),
                    lambda name: regexp_replace(name, '^.*(?:该|此|这一|这个|这项|本|上述|计划|用于|携|带|共建|新建|建设|建成|实施|启动|推进|投向|参与|调研|视察|考察|督导|来到|由|对|在|的)', '')
                ),
                lambda name: length(regexp_replace(name, works || '|^[0-9０-９一二三四五六七八九十百两多余]+[个项座条处]|合作|重大|重点|新', '', 'g')) >= 2
            )
        ) AS projects
    FROM related AS r JOIN articles AS a USING (article_id)
    WHERE relation IS NOT NULL
      AND NOT regexp_matches(before, '(?:追回|挪用|侵占|诈骗|骗取|被骗|罚款|退还|涉案|欠)[^，,。；;：:！？]*$')  -- money that was taken or owed
    QUALIFY NOT is_in_headline OR bool_and(is_in_headline) OVER (PARTITION BY article_id, base_value, base_unit)
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
    n.headline, n.sentence, n.is_canonical, n.article_id, n.sentence_id, n.quantity_id, n.spans
FROM named AS n
LEFT JOIN companies AS c USING (sentence_id)
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
COMMENT ON COLUMN project_investments.project_basis IS 'Where the project is named: sentence or headline. 项目出处';
