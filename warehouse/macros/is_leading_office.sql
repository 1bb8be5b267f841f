-- is_leading_office(title): whether a printed title names a leading office of party, state or assembly. A title may join several
-- offices with 、; it leads when one of them does. Offices of companies, schools, hospitals, villages and residents lead none.
-- Example:
--   SELECT name, latest_title FROM people WHERE is_leading_office(latest_title);
CREATE OR REPLACE MACRO is_leading_office(title) AS coalesce(list_bool_or(list_transform(
    string_split(title, '、'),
    lambda office:
        regexp_matches(office, concat_ws('|',
            '书记', '常委$', '党组成员', '总理$', '主席', '委员长',
            '部长$', '省长$', '州长$', '市长$', '区长$', '县长$', '旗长$', '盟长$', '镇长$', '乡长$', '厅长$', '局长$', '秘书长$',
            '检察长$', '法院副?院长$', '司令', '政委$',
            '(?:会|委|办|室|处|部|局|中心)副?主任$'
        ))
        AND NOT regexp_matches(office, concat_ws('|',
            '公司', '集团', '银行', '学校', '大学', '学院', '中学', '小学', '幼儿园', '医院', '实验室', '教研室', '科主任',
            '村(?:民|委|党|支|第|书|主)', '社区', '居委会', '业委会', '物业', '支部', '俱乐部', '执行主席', '书记处$', '协会', '学会', '商会'
        ))
)), false);

COMMENT ON MACRO is_leading_office IS 'Whether a printed title names a leading office of party, state or assembly. 是否党政领导职务。';
