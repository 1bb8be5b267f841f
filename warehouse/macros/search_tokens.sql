-- search_tokens(words): the tokens that words are found by. Every Chinese character starts one token: itself and the next
-- character (the last one of a run stands alone); a run of Latin letters and digits is one token. Punctuation parts runs.
-- Example:
--   SELECT search_tokens('AI产业园，开工');
CREATE OR REPLACE MACRO search_tokens(words) AS flatten(list_transform(
    regexp_extract_all(search_fold(words), '[a-z0-9]+|[\p{Han}〇]+'),
    lambda run: CASE
        WHEN run < '⺀' THEN [run[:64]]
        ELSE list_transform(
            list_zip(string_split(run, ''), string_split(run, '')[2:]),
            lambda pair: concat(pair[1], pair[2])
        )
    END
));

COMMENT ON MACRO search_tokens IS 'Tokens that words are found by: pairs of Chinese characters, Latin words, numbers. 检索词元：汉字二元组、拉丁词、数字。';
