"""What a worker process has imported before its first batch; Great Expectations takes seconds."""

import atexit
import os

from flows.shared.collecting import collected_later

with collected_later():
    import expectations.audit  # noqa: F401
    import flows.pipeline.processing  # noqa: F401

atexit.register(os._exit, 0)  # to take all of it apart takes long, and DuckDB complains there of what is never collected
