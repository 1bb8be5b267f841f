"""How what takes seconds to import is imported."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_later() -> Iterator[None]:
    """Import in the block without the collector of garbage, and let it leave alone for good what is there then.

    Modules are no garbage, and to look through them time and again took a sixth of the imports.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
