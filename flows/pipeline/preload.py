"""Imports of a worker process, made before its first batch: Great Expectations takes seconds."""

from flows.shared.garbage import imported_without_gc

with imported_without_gc():
    import expectations.audit  # noqa: F401
    import flows.pipeline.processing  # noqa: F401
