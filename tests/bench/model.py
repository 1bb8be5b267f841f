"""Lives of ``tests.model`` for as long as wanted: ``python -m tests.bench.model --seconds 3600``. Says how much was done, and stops at a difference."""

from __future__ import annotations

import argparse
import json
import time

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model import OPERATIONS, Life

LIVES = 12
"""Lives from one seed."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=600)
    arguments.add_argument("--seed", type=int, default=0, help="the first seed; some lives take the next")
    arguments.add_argument("--steps", type=int, default=40, help="operations in a life, at most")
    arguments.add_argument("--shrink", action="store_true", help="look for the shortest life with the same difference, which takes long")
    given = arguments.parse_args()
    how = settings(
        max_examples=LIVES,
        stateful_step_count=given.steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.generate, *([Phase.shrink] if given.shrink else [])),
        verbosity=Verbosity.normal,
    )
    number, until = given.seed, time.monotonic() + given.seconds
    try:
        while time.monotonic() < until:
            run_state_machine_as_test(seed(number)(type(f"Life{number}", (Life,), {})), settings=how)
            number += 1
    finally:
        told = {"lives", "killed", "retire"}  # what came of operations, not operations
        n_operations = sum(n for name, n in OPERATIONS.items() if name not in told)
        print(
            json.dumps({"seeds": [given.seed, number], "operations": n_operations, **dict(OPERATIONS.most_common())}, ensure_ascii=False),
            flush=True,
        )


if __name__ == "__main__":
    main()
