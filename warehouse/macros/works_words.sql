-- works_words(): the words that a name of works, a park, a base or a building ends in, as alternatives of a pattern.
-- Example:
--   SELECT headline FROM articles WHERE regexp_matches(headline, works_words());
CREATE OR REPLACE MACRO works_words() AS concat_ws('|',
    '项目', '工程', '产业园', '科技园', '园区', '基地', '工厂', '生产线', '中心', '大桥', '隧道', '高速公路', '铁路', '机场', '码头', '水库', '电站',
    '体育场'
);

COMMENT ON MACRO works_words IS 'Words that names of works, parks and bases end in. 项目、园区、工程名称的尾词。';
