"""What a worker process has imported before its first batch; Great Expectations takes seconds."""

from flows.imports import collected_later

with collected_later():
    import expectations.suites  # noqa: F401
    import flows.process  # noqa: F401
