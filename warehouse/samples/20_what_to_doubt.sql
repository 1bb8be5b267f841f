-- What should a careful reader doubt?
-- 哪些地方值得怀疑？
SELECT source, record_table, check_name, column_name, severity, n_checked, n_found, examples
FROM data_quality
WHERE n_found > 0
ORDER BY source, n_found DESC, record_table, check_name;
