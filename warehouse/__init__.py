"""What we keep: the schema, the Parquet lake, the DuckDB build and publish, views."""
