"""What a worker process has imported before its first batch; Great Expectations takes seconds."""

from flows.shared.collecting import collected_later

with collected_later():
    import expectations.audit  # noqa: F401
    import flows.pipeline.processing  # noqa: F401
