"""Options that several commands share: their types say what is read, their help what it means."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

N_CORES = os.cpu_count() or 1

HomeFolder = Annotated[Path, Parameter(env_var="DIBAO_HOME", help="folder of the warehouse")]
DEFAULT_HOME = Path("dibao-home")
Positive = Annotated[int, Parameter(validator=Number(gte=1))]
Day = Annotated[date, Parameter(help="a day such as 2025-03-04")]
Since = Annotated[date | None, Parameter(help="only issues since that day, such as 2025-03-04")]
Until = Annotated[date | None, Parameter(help="only issues until that day")]
Paper = Annotated[str | None, Parameter(help="only issues of that paper")]
Workers = Annotated[int, Parameter(validator=Number(gte=1), help="worker processes; one per core unless told otherwise")]
Address = Annotated[str | None, Parameter(help="URL of a Dask scheduler or Ray cluster that is there; without it a local one is started")]
Json = Annotated[bool, Parameter(name="--json")]
Change = Annotated[str | None, Parameter(help="which one: left out, what is held back is shown, and how it is called")]
Reason = Annotated[str, Parameter(help="why, for those who come after")]
