"""Expectations that Great Expectations has not: their conditions are SQL, for they look at other rows and tables, or into lists.

DuckDB works all conditions of a table out in one pass, and each is a column of the frame, named by its SQL: true where a row is as
expected, false where it is not, null where the condition says nothing about it. In SQL ``r`` is the row; other names are relations that
the contract of the table lays beside it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation, render_suite_parameter_string
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

IN_FRAME, IN_SQL = "table.rows_that_break_condition", "table.rows_that_break_condition_in_sql"
N_PARTIAL = 20
"""Row numbers in the partial lists of a result, as in Great Expectations' own."""


class RowsThatBreakCondition(TableMetricProvider):
    """How many rows there are, of how many the condition says nothing, and the numbers of those that break it."""

    metric_name = IN_FRAME
    value_keys = ("condition",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):  # noqa: N805
        frame, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        holds = frame[metric_value_kwargs["condition"]]
        rows = frame.index[~holds.fillna(True).astype(bool)].tolist()
        return len(frame), int(holds.isna().sum()), len(rows), rows


class RowsThatBreakConditionInSql(TableMetricProvider):
    """The same, counted by DuckDB: the frame has a row per condition, named by it, and keys of the first rows that break it."""

    metric_name = IN_SQL
    value_keys = ("condition",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):  # noqa: N805
        frame, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        n_rows, n_missing, n_unexpected, keys = frame.loc[metric_value_kwargs["condition"], ["n_rows", "n_missing", "n_unexpected", "keys"]]
        return int(n_rows), int(n_missing), int(n_unexpected), list(keys)


class RowExpectation(BatchExpectation, ABC):
    """Expect every row to fit a condition that DuckDB works out. ``column`` is what it is about, for readers; ``mostly`` as everywhere."""

    column: str = ""
    mostly: float = 1

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column")
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)
    metric: ClassVar[str] = IN_FRAME

    @abstractmethod
    def sql(self) -> str:
        """Return the condition as SQL."""

    def get_validation_dependencies(self, execution_engine=None, runtime_configuration=None):
        """Ask for the one metric. The inherited way costs three times as much, and a batch has two hundred of these."""
        metric = MetricConfiguration(self.metric, {"batch_id": self.batch_id}, {"condition": self.sql()})
        return ValidationDependencies({self.metric: metric}, (runtime_configuration or {}).get("result_format", {"result_format": "BASIC"}))

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        return result_of(*metrics[self.metric], self.mostly)

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    @render_suite_parameter_string
    def _prescriptive_renderer(cls, configuration=None, result=None, runtime_configuration=None):
        config = configuration or result.expectation_config
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={"template": "$sentence", "params": {"sentence": config.description or config.type}},
            )
        ]


def result_of(n_rows: int, n_missing: int, n_unexpected: int, rows: list, mostly: float) -> dict[str, object]:
    """Return success and result as a map expectation of Great Expectations gives them; ``rows`` are numbers or keys of the unexpected."""
    n = n_rows - n_missing
    return {
        "success": n_unexpected <= (1 - mostly) * n + 1e-9,
        "result": {
            "element_count": n_rows,
            "missing_count": n_missing,
            "unexpected_count": n_unexpected,
            "unexpected_percent": 100 * n_unexpected / n if n else 0.0,
            "partial_unexpected_index_list": rows[:N_PARTIAL],
            "unexpected_index_list": rows,
        },
    }


class ExpectRowsToSatisfy(RowExpectation):
    """Expect every row to satisfy a condition, written in SQL."""

    condition: str

    def sql(self) -> str:
        return self.condition


class ExpectReferencesToExist(RowExpectation):
    """Expect the row that a value refers to, ``table.key``, to exist. ``among`` is SQL that the row fits, where it can be no other."""

    references: str
    among: str = ""

    def sql(self) -> str:
        table, key = self.references.split(".")
        some = f" AND {self.among}" if self.among else ""
        name = f'r."{self.column}"'  # no value refers to nothing: null IN an empty set is false
        return f"CASE WHEN {name} IS NOT NULL THEN {name} IN (SELECT {key} FROM {table} WHERE {key} IS NOT NULL{some}) END"


class ExpectIdsToExtend(RowExpectation):
    """Expect an id to be that of another column and more: ``-`` and a letter for the kind of what it names, where one is given."""

    extended: str
    letter: str = ""

    def sql(self) -> str:
        return f"starts_with(r.{self.column}, r.{self.extended} || '{'-' * bool(self.letter)}{self.letter}')"


class ExpectOrder(RowExpectation):
    """Expect a value to be at least that of the row before, ``previous``, which is SQL."""

    previous: str

    def sql(self) -> str:
        return f"r.{self.column} >= {self.previous}"


class ExpectSumOfBlocks(RowExpectation):
    """Expect a number of a file to be the sum over its blocks, ``total``, which is SQL."""

    total: str

    def sql(self) -> str:
        return f"{self.total} = r.{self.column}"


class ExpectSpansToGiveText(RowExpectation):
    """Expect the characters of the raw text under the spans of a row to be its text, to the letter."""

    text_column: str

    def sql(self) -> str:
        return f"r.raw_text = replace(r.{self.text_column}, chr(10), '')"


class ExpectSqlToHold(RowExpectation):
    """Expect every row of the warehouse to satisfy a condition. Its rows are too many for a frame: DuckDB counts them where they are.

    ``relation`` says which rows are meant, for a condition may be asked of several tables.
    """

    relation: str
    condition: str
    metric: ClassVar[str] = IN_SQL

    def sql(self) -> str:
        return f"{self.relation}: {self.condition}"
