-- investment_words(): the words that tie an amount of money to an investment, a grant, a loan or a contract, as alternatives of a pattern.
-- Example:
--   SELECT text FROM sentences WHERE regexp_matches(text, investment_words());
CREATE OR REPLACE MACRO investment_words() AS concat_ws('|',
    '总投资', '投资', '增资', '投入', '注资', '融资', '出资', '筹资', '引资', '筹措', '募集', '拨付', '拨款', '划拨', '耗资', '斥资', '补助', '资助',
    '捐赠', '捐款', '造价', '预算', '资金', '签约', '合同', '授信', '贷款', '到位', '外资', '内资'
);

COMMENT ON MACRO investment_words IS 'Words that tie an amount of money to an investment. 与投资相关的词。';
