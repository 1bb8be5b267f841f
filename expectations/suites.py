"""The bridge to Great Expectations: contracts as suites, one validation definition per suite.

Importing this module imports Great Expectations, which takes seconds. A context lives for one audit and in one thread: a
validation definition that is shared returns the results of another batch without a word.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib.util import find_spec, module_from_spec
from threading import Lock
from types import ModuleType


class LaterModule(ModuleType):
    """A module that is loaded when something in it is first used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)  # who looks through all modules uses none
        self.__class__ = ModuleType
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


for name in ("scipy.stats", "altair"):  # a third of the import, for the distributions and charts of expectations that are not used here
    if name not in sys.modules:
        sys.modules[name] = module_from_spec(find_spec(name))
        sys.modules[name].__class__ = LaterModule
os.environ["GX_ANALYTICS_ENABLED"] = "False"

import great_expectations as gx  # noqa: E402 what is above comes before it
import pandas as pd  # noqa: E402
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult  # noqa: E402
from great_expectations.core.metric_domain_types import MetricDomainTypes  # noqa: E402
from great_expectations.execution_engine import PandasExecutionEngine  # noqa: E402
from great_expectations.expectations.expectation import BatchExpectation, render_suite_parameter_string  # noqa: E402
from great_expectations.expectations.metrics.metric_provider import metric_value  # noqa: E402
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider  # noqa: E402
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent  # noqa: E402
from great_expectations.render.renderer.renderer import renderer  # noqa: E402
from great_expectations.validator.metric_configuration import MetricConfiguration  # noqa: E402
from great_expectations.validator.validator import ValidationDependencies  # noqa: E402

from expectations.evaluation import Examination, Outcome, by_suite, examination, known  # noqa: E402
from expectations.rules import Contract, Rule  # noqa: E402
from warehouse.schema import Row  # noqa: E402

METRIC = "table.dibao_rule_outcomes"
_ONE_AT_A_TIME = Lock()
"""Great Expectations keeps the current context in a global: audits in threads of one process take turns."""


class RuleOutcomes(TableMetricProvider):
    """What all rules of a contract met, in one pass; Great Expectations computes it once per contract and batch."""

    metric_name = METRIC
    value_keys = ("contract",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):  # noqa: N805
        batch, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        return examination(batch["examination"].iloc[0]).outcomes(metric_value_kwargs["contract"])


class ExpectRowsToKeepRule(BatchExpectation):
    """Expect every row of a table to keep a rule of its contract."""

    contract: str
    rule: str
    column_name: str = ""

    metric_dependencies = (METRIC,)
    success_keys = ("contract", "rule", "column_name")
    args_keys = ("contract", "rule", "column_name")

    def get_validation_dependencies(self, execution_engine=None, runtime_configuration=None):
        """Ask for the one metric that all rules of a contract share. The inherited way takes most of the time of a small audit."""
        metric = MetricConfiguration(METRIC, {"batch_id": self.batch_id}, {"contract": self.contract})
        return ValidationDependencies({METRIC: metric}, {"result_format": "SUMMARY"})

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        outcome = metrics[METRIC][self.rule, self.column_name]
        return {"success": not outcome.n_unexpected, "result": result_of(outcome)}

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    @render_suite_parameter_string
    def _prescriptive_renderer(cls, configuration=None, result=None, runtime_configuration=None):
        config = configuration or result.expectation_config
        meta = config.meta or {}
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={
                    "template": "$severity $rule",
                    "params": {"severity": meta.get("severity", ""), "rule": config.kwargs["rule"]},
                    "styling": {"params": {"severity": {"classes": ["badge", BADGES.get(meta.get("severity"), "badge-light")]}}},
                },
            )
        ]


BADGES = {"critical": "badge-danger", "warning": "badge-warning", "info": "badge-info"}


def result_of(outcome) -> dict[str, object]:
    """Return an outcome as the result of an expectation."""
    share = 100 * outcome.n_unexpected / outcome.n_evaluated if outcome.n_evaluated else 0.0
    return {
        "element_count": outcome.n_evaluated,
        "unexpected_count": outcome.n_unexpected,
        "unexpected_percent": share,
        "partial_unexpected_list": list(outcome.examples),
        "observed_value": f"{outcome.n_unexpected:,} of {outcome.n_evaluated:,} rows break it",
    }


def expectation_of(contract: Contract, rule: Rule) -> ExpectRowsToKeepRule:
    """Return a rule as an expectation; ``meta`` tells its result from all others."""
    return ExpectRowsToKeepRule(
        contract=contract.name,
        rule=rule.sentence,
        column_name=rule.column,
        severity=rule.severity,
        meta={
            "record_table": contract.table,
            "expectation": rule.sentence,
            "column_name": rule.column,
            "severity": rule.severity,
            "tolerance": rule.tolerance,
        },
    )


def suite_of(name: str, contracts: Sequence[Contract]) -> gx.ExpectationSuite:
    """Return the suite of a table."""
    return gx.ExpectationSuite(
        name=name, expectations=[expectation_of(contract, rule) for contract in contracts for rule in contract.rules]
    )


@dataclass
class Checked:
    """Rows of ``validations``, and why contracts could not be evaluated, as sentences."""

    validations: list[Row]
    errors: list[str]


def check(examined: Examination, *, run_id: str, checked_at: datetime) -> Checked:
    """Check all contracts of an examination."""
    quiet = logging.getLogger("great_expectations")
    level = quiet.level
    with _ONE_AT_A_TIME, known(examined) as token:
        quiet.setLevel(logging.ERROR)
        try:
            results = run_validations(examined, token)
        finally:
            quiet.setLevel(level)
    rows, errors = [], set()
    for result in results:
        row, error = validation_row(result, run_id, checked_at)
        rows.append(row)
        if error:
            errors.add(f"{row['record_table']}: cannot be evaluated: {error}")
    return Checked(rows, sorted(errors))


def run_validations(examined: Examination, token: str) -> list:
    """Return the result of every expectation of every suite, from a context that nothing else uses.

    A batch is asked directly: a validation definition would keep suites and results in stores that end with the context, which
    took a fifth of an audit.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("dibao").add_dataframe_asset("batch")
    whole = asset.add_batch_definition_whole_dataframe("whole batch")
    batch = whole.get_batch(batch_parameters={"dataframe": pd.DataFrame({"examination": [token]})})
    found = []
    for name, some in by_suite(examined.contracts.values()).items():
        found += batch.validate(suite_of(name, some), result_format="SUMMARY").results
    return found


def validation_row(result, run_id: str, checked_at: datetime) -> tuple[Row, str]:
    """Return a result as a row of ``validations``, and why it could not be evaluated, if so.

    A result without counts is no result, whatever it says of its success.
    """
    meta = result.expectation_config.meta
    found = result.result or {}
    evaluated = "element_count" in found
    row = {
        "run_id": run_id,
        "record_table": meta["record_table"],
        "expectation": meta["expectation"],
        "column_name": meta["column_name"],
        "severity": meta["severity"],
        "success": bool(result.success) and evaluated,
        "n_evaluated": int(found.get("element_count", 0)),
        "n_unexpected": int(found.get("unexpected_count", 0)),
        "examples": [str(key) for key in found.get("partial_unexpected_list", ())],
        "checked_at": checked_at,
    }
    return row, "" if evaluated else error_in(result.exception_info)


def error_in(info: object) -> str:
    """Return the message of an exception that Great Expectations caught, without its trace."""
    if isinstance(info, Mapping):
        if message := info.get("exception_message"):
            return " ".join(str(message).split())[:300]
        for value in info.values():
            if message := error_in(value):
                return message
    return "" if isinstance(info, str | bool | type(None)) else "no result and no reason"


# --- for Data Docs ------------------------------------------------------------------------------------------------------


def add_suites(context, contracts: Sequence[Contract]) -> None:
    """Add one suite per table to a context, with the rules of all its contracts."""
    by_table: dict[str, list[Contract]] = {}
    for contract in contracts:
        by_table.setdefault(contract.table, []).append(contract)
    for table, some in by_table.items():
        context.suites.add(suite_of(table, some))


def suite_result(table: str, rows: Sequence[Mapping[str, object]], run: gx.RunIdentifier) -> ExpectationSuiteValidationResult:
    """Return rows of ``validations`` of one table and run as the result of its suite."""
    results = [rule_result(row) for row in rows]
    n_good = sum(bool(row["success"]) for row in rows)
    return ExpectationSuiteValidationResult(
        success=all(row["success"] or row["severity"] == "info" for row in rows),  # what is only recorded fails nothing
        results=results,
        suite_name=table,
        statistics={
            "evaluated_expectations": len(rows),
            "successful_expectations": n_good,
            "unsuccessful_expectations": len(rows) - n_good,
            "success_percent": 100 * n_good / len(rows),
        },
        meta={
            "great_expectations_version": gx.__version__,
            "run_id": run,
            "validation_time": run.run_time,
            "batch_markers": {},
            "batch_spec": {"data_asset_name": table},
            "active_batch_definition": {
                "datasource_name": "dibao", "data_connector_name": "run", "data_asset_name": table, "batch_identifiers": {}
            },
        },
        batch_id=table,
    )


def rule_result(row: Mapping[str, object]) -> ExpectationValidationResult:
    """Return a row of ``validations`` as the result of its expectation; keys come from outside, so they are escaped for HTML."""
    meta = {name: row[name] for name in ("record_table", "expectation", "column_name", "severity")}
    expectation = ExpectRowsToKeepRule(
        contract=row["record_table"], rule=row["expectation"], column_name=row["column_name"], severity=row["severity"], meta=meta
    )
    evaluated = row["success"] or row["n_unexpected"]
    outcome = Outcome(int(row["n_evaluated"]), int(row["n_unexpected"]), tuple(map(escape, row["examples"])))
    return ExpectationValidationResult(
        success=bool(row["success"]),
        expectation_config=expectation.configuration,
        result=result_of(outcome) if evaluated else {},
        exception_info={
            "raised_exception": not evaluated,
            "exception_message": None if evaluated else "could not be evaluated",
            "exception_traceback": None if evaluated else "",
        },
    )
