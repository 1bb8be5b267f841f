-- investment_relation(before, after): the word that says that an amount is invested, spent, raised or signed for: the last one before it
-- in its clause, at most twelve characters away, else one right after it. Takings, and money that was taken or is owed, have none.
-- Example:
--   SELECT investment_relation('园区总投资', '，占地300亩');
CREATE OR REPLACE MACRO investment_relation(before, after) AS CASE
    WHEN regexp_matches(before, '(?:追回|挪用|侵占|诈骗|骗取|被骗|罚款|退还|涉案|欠)[^，,。；;：:！？]*$') THEN NULL
    ELSE coalesce(
        nullif(regexp_extract(
            regexp_replace(before, '预算(?:总?收入|支出|执行)', '', 'g'), concat('(', investment_words(), ')[^，,。；;：:！？]{0,12}$'), 1
        ), ''),
        nullif(regexp_extract(after, concat('^[^，,。；;：:！？]{0,3}?(', investment_words(), ')'), 1), '')
    )
END;

COMMENT ON MACRO investment_relation IS 'Word that ties an amount to an investment, given the text before and after it. 金额与投资的关联词。';
