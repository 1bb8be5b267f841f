"""The command ``dibao``. It stands outside the packages to see that they are Dibao's own: every Prefect project has a folder ``flows``, on PYTHONPATH too."""

import sys
from importlib import import_module
from pathlib import Path

HERE = str(Path(__file__).parent)
sys.path.insert(0, HERE)
for package in ("expectations", "flows", "transforms", "warehouse"):
    import_module(package)
sys.path.remove(HERE)

from flows.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
