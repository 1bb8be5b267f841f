-- projects_named(words): the works, parks and bases that a text names, in order, without what is done with them. A mere number of
-- projects is no name.
-- Example:
--   SELECT projects_named('星槎科技公司将建设储能项目');
CREATE OR REPLACE MACRO projects_named(words) AS list_filter(
    list_transform(
        regexp_extract_all(words, concat('[^，,。；;：:、！？（）()《》“”"—\s]{2,24}?(?:', works_words(), ')')),
        lambda name: regexp_replace(name, concat('^.*(?:', concat_ws('|',
            '该', '此', '这一', '这个', '这项', '本', '上述', '计划', '用于', '携', '带', '共建', '新建', '建设', '建成', '实施', '启动', '推进', '投向',
            '参与', '调研', '视察', '考察', '督导', '来到', '由', '对', '在', '的'
        ), ')'), '')
    ),
    lambda name: length(regexp_replace(
        name, concat(works_words(), '|^[0-9０-９一二三四五六七八九十百两多余]+[个项座条处]|合作|重大|重点|新'), '', 'g'
    )) >= 2
);

COMMENT ON MACRO projects_named IS 'Works, parks and bases that a text names. 文中的项目名称。';
