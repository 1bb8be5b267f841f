"""Suites of expectations, run as one checkpoint of Great Expectations over the tables of a batch.

Each table is a data asset with a suite, a batch definition and a validation definition. A thread has its own context, for Great
Expectations silently gives one thread's results to another where they share one; it keeps the current context in a global besides,
so that audits in threads of one process take turns.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime

import pandas as pd
from great_expectations.compatibility.pydantic import PrivateAttr
from great_expectations.core import ExpectationValidationResult
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.freshness_diagnostics import CheckpointFreshnessDiagnostics, ValidationDefinitionFreshnessDiagnostics
from great_expectations.datasource.fluent import BatchRequest
from great_expectations.execution_engine import pandas_execution_engine

from expectations.gx import Expectation, gx

FrameOf = Callable[[str], pd.DataFrame]
RESULT_FORMAT = {"result_format": "COMPLETE", "exclude_unexpected_values": True, "return_unexpected_index_query": False}
"""Every unexpected row by its number; without its values, and without a query that would spell all of them out once more."""
_LOCK = threading.Lock()
_OF_THREAD = threading.local()

pandas_execution_engine.HASH_THRESHOLD = 0  # or each frame is hashed for a fingerprint that nothing reads


class FrameDefinition(BatchDefinition):
    """A batch definition that makes its frame when it is asked for, so that one table's frame is in memory at a time."""

    _make: Callable[[], pd.DataFrame] = PrivateAttr()

    @classmethod
    def of(cls, definition: BatchDefinition, make: Callable[[], pd.DataFrame]) -> FrameDefinition:
        """Return a batch definition of a dataframe asset as one that makes its frame."""
        one = cls(name=definition.name)
        one.id = definition.id
        one.set_data_asset(definition.data_asset)
        one._make = make
        return one

    def build_batch_request(self, batch_parameters: dict | None = None) -> BatchRequest:
        batches = self.data_asset.datasource.get_execution_engine().batch_manager
        batches.reset_batch_cache()
        batches.batch_data_cache.clear()  # or the frames of all tables stay until the next batch
        return super().build_batch_request({"dataframe": self._make()})


class NoStore:
    """Stands in for the store of results, which would write each as JSON to memory; they are taken from the checkpoint instead."""

    cloud_mode = False

    def store_validation_results(self, *_args, **_kwargs) -> None:
        """Keep nothing."""


class FrameValidation(gx.ValidationDefinition):
    """A validation definition of a context that nobody else has: what it is made of cannot have changed, and its results are not stored."""

    def is_fresh(self) -> ValidationDefinitionFreshnessDiagnostics:
        return ValidationDefinitionFreshnessDiagnostics(errors=[])

    @property
    def _validation_results_store(self) -> NoStore:
        return NoStore()


class FreshCheckpoint(gx.Checkpoint):
    """A checkpoint over such definitions."""

    def is_fresh(self) -> CheckpointFreshnessDiagnostics:
        return CheckpointFreshnessDiagnostics(errors=[])


@contextmanager
def configurations_kept() -> Iterator[None]:
    """Let each expectation work out its configuration once in the block. Great Expectations asks a hundred times, a quarter of its time."""
    worked_out: dict[int, tuple[Expectation, object]] = {}
    original = Expectation.configuration

    def configuration(self: Expectation) -> object:
        if id(self) not in worked_out:
            worked_out[id(self)] = self, original.fget(self)
        return worked_out[id(self)][1]

    Expectation.configuration = property(configuration)
    try:
        yield
    finally:
        Expectation.configuration = original


class Checkpoint:
    """A checkpoint over the suites of some tables, in a context of its own, for one thread."""

    def __init__(self, name: str, suites: Mapping[str, Sequence[Expectation]]) -> None:
        self.frame_of: FrameOf = pd.DataFrame
        self.context = gx.get_context(mode="ephemeral")
        self.context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        source = self.context.data_sources.add_pandas("dibao")
        definitions = []
        for table, expectations in suites.items():
            whole = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe(table)
            data = FrameDefinition.of(whole, lambda table=table: self.frame_of(table))
            suite = self.context.suites.add(suite_of(table, expectations))
            definitions.append(FrameValidation(name=table, data=data, suite=suite))
        self.checkpoint = FreshCheckpoint(name=name, validation_definitions=definitions, result_format=RESULT_FORMAT)

    def run(self, frame_of: FrameOf, run_id: str, checked_at: datetime) -> dict[str, list[ExpectationValidationResult]]:
        """Return the result of every expectation, by table."""
        self.frame_of = frame_of
        run = gx.RunIdentifier(run_name=run_id, run_time=checked_at.replace(tzinfo=UTC))
        try:
            with configurations_kept():
                found = self.checkpoint.run(expectation_parameters=parameters(checked_at), run_id=run)
        finally:
            self.frame_of = pd.DataFrame
        return {result.suite_name: result.results for result in found.run_results.values()}


def suite_of(table: str, expectations: Sequence[Expectation]) -> gx.ExpectationSuite:
    """Return the suite of a table; an expectation may be in one suite only, so it has copies."""
    return gx.ExpectationSuite(name=table, expectations=[copy(one) for one in expectations])


def parameters(checked_at: datetime) -> dict[str, object]:
    """Return what suites call ``$PARAMETER``: days that count from the start of the run, never from a clock.

    >>> parameters(datetime(2024, 2, 29, 6))
    {'in_a_year': datetime.date(2025, 3, 1)}
    """
    today = checked_at.date()
    is_leap_day = (today.month, today.day) == (2, 29)
    return {"in_a_year": today.replace(year=today.year + 1, month=3, day=1) if is_leap_day else today.replace(year=today.year + 1)}


def validate(
    name: str, suites: Mapping[str, Sequence[Expectation]], frame_of: FrameOf, run_id: str, checked_at: datetime
) -> dict[str, list[ExpectationValidationResult]]:
    """Return the result of every expectation of the suites, by table, each over the frame of its table.

    ``name`` stands for the suites: a thread sets their checkpoint up once, and runs it again for each batch.
    """
    checkpoints = vars(_OF_THREAD).setdefault("checkpoints", {})
    log = logging.getLogger("great_expectations")
    level = log.level
    with _LOCK:
        log.setLevel(logging.CRITICAL)  # what it says there is in the results
        try:
            if name not in checkpoints:
                checkpoints[name] = Checkpoint(name, suites)
            return checkpoints[name].run(frame_of, run_id, checked_at)
        finally:
            log.setLevel(level)
