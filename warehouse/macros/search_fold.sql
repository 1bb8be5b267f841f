-- search_fold(words): the words as search compares them: full-width letters and digits made half-width, lower case.
-- Example:
--   SELECT search_fold('ＡＩ产业园５G');
CREATE OR REPLACE MACRO search_fold(words) AS lower(translate(words,
    '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'));

COMMENT ON MACRO search_fold IS 'The words as search compares them: full-width letters and digits half-width, lower case. 检索用的规范形式：全角转半角，小写。';
