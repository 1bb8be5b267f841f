-- data_quality: one row per thing that was looked at: the rules of the latest run that has checked each table, what was quarantined and
-- why, and the marks of damage and doubt that the rows themselves bear. `examples` are keys of rows to look at.
-- Example:
--   SELECT source, record_table, check_name, n_checked, n_found, examples FROM data_quality WHERE n_found > 0 ORDER BY n_found DESC;
CREATE OR REPLACE VIEW data_quality AS
WITH latest AS (
    SELECT record_table, expectation, column_name, max((checked_at, run_id)) AS last FROM validations GROUP BY ALL
), edges AS (
    SELECT file_id, char_start, char_end FROM blocks
    UNION ALL
    SELECT file_id, n_chars, n_chars FROM raw_files WHERE status = 'loaded'
), overlapping AS (  -- what the view accounting counts sums to n_chars but where blocks claim the same characters, or some beyond the end
    SELECT DISTINCT file_id
    FROM (SELECT file_id, char_start < coalesce(lag(char_end) OVER (PARTITION BY file_id ORDER BY char_start, char_end), 0) AS is_claimed FROM edges)
    WHERE is_claimed
), marks AS (
    SELECT 'articles' AS record_table, 'no headline' AS check_name, headline IS NULL AS found, article_id AS id FROM articles
    UNION ALL
    SELECT 'articles', 'no date', published_on IS NULL, article_id FROM articles
    UNION ALL
    SELECT 'articles', 'beginning missing', is_headless, article_id FROM articles
    UNION ALL
    SELECT 'articles', 'end missing', is_truncated, article_id FROM articles
    UNION ALL
    SELECT 'articles', 'repeats another article', NOT is_canonical, article_id FROM articles
    UNION ALL
    SELECT 'blocks', 'in no role', role = 'unassigned', block_id FROM blocks
    UNION ALL
    SELECT 'edits', 'repair less sure than 0.5', confidence < 0.5, edit_id FROM edits
    UNION ALL
    SELECT 'times', 'unresolved', value IS NULL, time_id FROM times
    UNION ALL
    SELECT 'quantities', 'no number', base_value IS NULL, quantity_id FROM quantities
    UNION ALL
    SELECT 'quotes', 'no speaker', speaker IS NULL, quote_id FROM quotes
    UNION ALL
    SELECT 'raw_files', 'bytes that could not be decoded', n_replaced > 0, file_id FROM raw_files WHERE status = 'loaded'
    UNION ALL
    SELECT 'raw_files', 'characters not accounted for', file_id IN (FROM overlapping), file_id FROM raw_files WHERE status = 'loaded'
), misprints AS (
    SELECT 'suspected_misprints' AS record_table, 'suspected misprint' AS check_name, misprint_id AS id FROM suspected_misprints
)
SELECT
    'rule' AS source, v.record_table, v.expectation AS check_name, nullif(v.column_name, '') AS column_name, v.severity,
    v.n_evaluated AS n_checked, v.n_unexpected AS n_found, v.n_unexpected / nullif(v.n_evaluated, 0) AS share, v.success AS is_good,
    v.examples
FROM validations AS v
JOIN latest AS l ON l.record_table = v.record_table AND l.expectation = v.expectation AND l.column_name = v.column_name
                AND l.last = (v.checked_at, v.run_id)
UNION ALL
SELECT 'quarantine', record_table, reason, NULL, NULL, NULL, count(*), NULL, false, list(coalesce(record_id, path) ORDER BY quarantine_id)[:10]
FROM quarantine
GROUP BY record_table, reason
UNION ALL
SELECT
    'mark', record_table, check_name, NULL, NULL, count(*), count(*) FILTER (found), avg(coalesce(found, false)::INTEGER),
    NULL, min(id, 10) FILTER (found)
FROM marks
GROUP BY record_table, check_name
UNION ALL
SELECT 'mark', record_table, check_name, NULL, NULL, NULL, count(*), NULL, NULL, list(id ORDER BY id)[:10]
FROM misprints
GROUP BY record_table, check_name
ORDER BY is_good NULLS LAST, source DESC, n_found DESC, record_table, check_name, column_name;

COMMENT ON VIEW data_quality IS 'One row per rule of the latest run, per reason of quarantine, and per mark of damage or doubt. 数据质量总览。';
COMMENT ON COLUMN data_quality.source IS 'rule (validations), quarantine, or mark (what the rows themselves say). 来源';
COMMENT ON COLUMN data_quality.check_name IS 'What was looked at. 检查项';
COMMENT ON COLUMN data_quality.column_name IS 'Column that a rule is about; null where it is about whole rows. 所查字段';
COMMENT ON COLUMN data_quality.n_checked IS 'Rows looked at. 检查行数';
COMMENT ON COLUMN data_quality.n_found IS 'Rows found. 命中行数';
COMMENT ON COLUMN data_quality.is_good IS 'Whether a rule held; null for marks, which are no faults of the warehouse. 是否通过';
COMMENT ON COLUMN data_quality.share IS 'n_found / n_checked. 占比';
COMMENT ON COLUMN data_quality.examples IS 'Keys of rows to look at, at most ten; paths for files. 示例';
