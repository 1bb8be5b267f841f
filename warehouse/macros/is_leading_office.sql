-- is_leading_office(title): whether a printed title names a leading office of party, state or assembly.
-- Example:
--   SELECT name, latest_title FROM people WHERE is_leading_office(latest_title);
CREATE OR REPLACE MACRO is_leading_office(title) AS coalesce(regexp_matches(title, concat_ws('|',
    '总书记|书记|常委|党组成员|总理|主席|委员长|政协|人大',
    '部长|省长|州长|市长|区长|县长|旗长|盟长|镇长|乡长|秘书长|检察长',
    '厅长|局长|司令|政委|院长$|主任$'
)), false);

COMMENT ON MACRO is_leading_office IS 'Whether a printed title names a leading office of party, state or assembly. 是否党政领导职务。';
