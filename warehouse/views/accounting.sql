-- accounting: one row per loaded file and role: where every character of the raw text went. Characters between blocks are white space
-- and have a row of their own; the rows of a file sum to its n_chars, and where they do not, blocks overlap or miss text.
-- Example:
--   SELECT path, role, n_chars, share FROM accounting ORDER BY path, n_chars DESC;
CREATE OR REPLACE VIEW accounting AS
WITH loaded AS (
    SELECT file_id, path, n_chars FROM raw_files WHERE status = 'loaded'
), edges AS (  -- the end of each block, and the beginning and the end of the text
    SELECT file_id, char_start, char_end FROM blocks
    UNION ALL
    SELECT file_id, n_chars, n_chars FROM loaded
), gaps AS (
    SELECT file_id, char_start - coalesce(lag(char_end) OVER (PARTITION BY file_id ORDER BY char_start, char_end), 0) AS gap FROM edges
), accounted AS (
    SELECT file_id, role, count(*) AS n_blocks, sum(char_end - char_start)::BIGINT AS n_chars FROM blocks GROUP BY file_id, role
    UNION ALL
    SELECT file_id, 'between blocks', NULL, coalesce(sum(gap) FILTER (gap > 0), 0)::BIGINT FROM gaps GROUP BY file_id
)
SELECT l.file_id, l.path, a.role, a.n_blocks, a.n_chars, a.n_chars / nullif(l.n_chars, 0) AS share
FROM accounted AS a JOIN loaded AS l USING (file_id)
ORDER BY l.path, l.file_id, a.n_chars DESC, a.role;

COMMENT ON VIEW accounting IS 'One row per loaded file and role: where every character went. 字符去向对账。';
COMMENT ON COLUMN accounting.role IS 'Role as in blocks.role, or ''between blocks'' for white space. 角色';
COMMENT ON COLUMN accounting.n_chars IS 'Characters of the raw text [code points]. 字符数';
COMMENT ON COLUMN accounting.share IS 'Share of the file. 占比';
COMMENT ON COLUMN accounting.n_blocks IS 'Blocks of that role; null for white space. 块数';
