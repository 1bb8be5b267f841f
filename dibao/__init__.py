"""The command ``dibao``, which sees that the packages are Dibao's own: every Prefect project has a folder ``flows``, often on PYTHONPATH."""

import sys
from importlib import import_module
from pathlib import Path

HERE = str(Path(__file__).parents[1])
sys.path.insert(0, HERE)
for package in ("expectations", "flows", "transforms", "warehouse"):
    import_module(package)
sys.path.remove(HERE)

from flows.cli.app import main  # noqa: E402

__all__ = ["main"]
