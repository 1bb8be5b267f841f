-- search_code(token): the number by which the index knows a token: two Chinese characters side by side, or a hash of a Latin word.
-- Numbers take a tenth of the room of letters, and all tokens that begin with one character lie side by side.
-- Example:
--   SELECT token, search_code(token) FROM (SELECT unnest(search_tokens('AI产业园')) AS token);
CREATE OR REPLACE MACRO search_code(token) AS CASE
    WHEN token < '⺀' THEN -1 - (md5_number_lower(token) >> 2)::BIGINT
    ELSE unicode(token) * 2097152::BIGINT + greatest(unicode(token[2:]), 0)
END;

COMMENT ON MACRO search_code IS 'Number by which the index knows a token. 词元在索引中的编码。';
