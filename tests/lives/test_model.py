"""Some lives of ``tests.model``, for about a minute; ``python -m tests.bench.model`` lives on."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

from tests.model import Life

TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    database=None,
)
