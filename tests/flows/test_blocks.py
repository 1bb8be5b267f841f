"""Secrets and the webhook may be Prefect blocks: asked of a real Prefect with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.shared.settings import EMBEDDED
from tests.home import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, subprocess, sys
from fsspec.config import conf
from prefect.blocks.system import Secret
from prefect.blocks.webhook import Webhook
from flows.orchestration.automations import WEBHOOK_BLOCK, webhook_block
from flows.shared.sources import DeclarationError, Source, use_credentials

said = {"none told": webhook_block(None) is None}
Webhook(method="POST", url="http://127.0.0.1:9/made-by-hand").save(WEBHOOK_BLOCK)
said["made by hand"] = str(webhook_block(None)) != "None" and Webhook.load(WEBHOOK_BLOCK).url.get_secret_value()
Secret(value={"key": "someone", "secret": "清浦渡口"}).save("papers")
use_credentials(Source("yundu", "s3://papers/yundu", credentials="papers"))
said["here"] = conf["s3"]
child = subprocess.run([sys.executable, "-c", "from fsspec.config import conf; print(conf['s3']['secret'])"], capture_output=True, text=True)
said["in a worker"] = child.stdout.strip()
Secret(value="only a word").save("word")
for name in ("missing", "word"):
    try:
        use_credentials(Source("yundu", "s3://papers/yundu", credentials=name))
    except DeclarationError as error:
        said[name] = str(error)
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What a script that uses blocks met."""
    home = tmp_path_factory.mktemp("blocks")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=ROOT,
        env={**os.environ, **EMBEDDED, "PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_key_of_a_store_comes_from_a_block(said):
    assert said["here"] == {"key": "someone", "secret": "清浦渡口"}
    assert said["in a worker"] == "清浦渡口"


@pytest.mark.parametrize(("name", "words"), [("missing", "there is no such block"), ("word", "the block holds no JSON object")])
def test_a_block_that_does_not_serve_says_what_is_expected(said, name, words):
    assert f"[yundu], credentials = '{name}': {words}" in said[name] and "expected a Secret block" in said[name]


def test_the_webhook_may_be_a_block_made_by_hand(said):
    assert said["none told"] and said["made by hand"] == "http://127.0.0.1:9/made-by-hand"
