"""The bridge to Great Expectations: what its own parts do not do, and nothing else.

Great Expectations 1.24 cannot validate DuckDB: its SQL engine asks for a SQLAlchemy dialect, and no driver of DuckDB 2 runs in it
unpatched. So rows reach it as pandas frames (``expectations.frames``), which it checks with its own expectations, and with a few of ours
(``row_expectations``) whose conditions DuckDB has worked out beforehand, for they look beyond a row or into lists. ``validation`` runs
suites as a checkpoint, ``docs`` makes Data Docs that open without a network. When Great Expectations can read DuckDB, frames and
row expectations go, and suites stay as they are; when its pages load their assets from the site, most of ``docs`` goes.

Importing this package imports Great Expectations, which takes seconds; whoever needs it imports it from here.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType


class LaterModule(ModuleType):
    """A module that is loaded when something in it is first used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)  # who looks through all modules uses none
        self.__class__ = ModuleType
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


for name in ("scipy.stats", "altair"):  # a third of the import, for distributions and charts of expectations that are not used here
    if name not in sys.modules:
        sys.modules[name] = module_from_spec(find_spec(name))
        sys.modules[name].__class__ = LaterModule
os.environ["GX_ANALYTICS_ENABLED"] = "False"

import great_expectations as gx  # noqa: E402 what is above comes before it
from great_expectations import expectations as gxe  # noqa: E402
from great_expectations.expectations.expectation import Expectation  # noqa: E402

__all__ = ["Expectation", "gx", "gxe"]
