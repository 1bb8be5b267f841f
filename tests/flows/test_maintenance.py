"""The weekly maintenance leaves every row as it was, and touches nothing where the lake is spoilt. Run as the deployment runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.home import PATIENCE, all_rows
from warehouse.home import Home
from warehouse.lake import read_manifest

MAINTAIN = """
import sys
from pathlib import Path
from flows.shared.settings import apply_prefect_settings
from warehouse.home import Home
apply_prefect_settings(Home(Path(sys.argv[1])))
from flows.orchestration.maintenance import maintain
for _ in range(2):
    print(maintain(sys.argv[1], return_state=True))
    lake = Path(sys.argv[1], "lake", "articles")
    next(lake.glob("*.parquet")).write_bytes(b"spoilt")
"""


def test_it_compacts_a_sound_lake_and_leaves_a_spoilt_one_alone(ran, tmp_path):
    home = Home(tmp_path / "home")
    shutil.copytree(ran[0], home.path)
    before = all_rows(home.path)
    done = subprocess.run(
        [sys.executable, "-c", MAINTAIN, str(home.path)], capture_output=True, text=True, timeout=PATIENCE, env=dict(os.environ)
    )
    sound, spoilt = [line for line in done.stdout.splitlines() if "lake" in line]
    assert f"{len(read_manifest(home.manifest).files)} lake files sound" in sound and sound.startswith("Completed")
    assert "1 files of the lake are spoilt" in spoilt and spoilt.startswith("Failed")
    assert all_rows(home.path) == before
