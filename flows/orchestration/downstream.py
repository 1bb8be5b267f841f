"""An example to copy: a flow of yours that starts whenever a home has published, wherever it runs.

A home tells Prefect that its asset ``dibao://<id of the home>/dibao.duckdb`` was materialized; a deployment with this trigger starts on that
event and is given the path of the published file. Beside ``dibao serve``, with the ``PREFECT_API_URL`` and ``PREFECT_API_AUTH_STRING`` of its
server: ``python -m flows.orchestration.downstream``. `dibao serve` makes a new secret at every start, unless its environment holds one as
``PREFECT_SERVER_API_AUTH_STRING``: with that, this goes on when the server has started again.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from prefect import flow
from prefect.deployments.runner import RunnerDeployment
from prefect.events import DeploymentEventTrigger
from prefect.logging import get_run_logger

PUBLISHED = DeploymentEventTrigger(
    expect={"prefect.asset.materialization.succeeded"},
    match={"prefect.resource.id": "dibao://*"},  # of every home; of one: f"dibao://{its id}/dibao.duckdb"
    parameters={"path": "{{ event.payload.path }}"},
)


@flow(name="after publish", flow_run_name="after publish of {path}")
def after_publish(path: str) -> int:
    """Return how many articles the published warehouse holds: in place of this, do what you need it for."""
    with duckdb.connect(path, read_only=True) as con:
        ((n_articles,),) = con.execute("SELECT count(*) FROM articles").fetchall()
    get_run_logger().info("%s holds %s articles", Path(path).name, n_articles)
    return n_articles


def deployment() -> RunnerDeployment:
    """Return the deployment that starts when a home has published."""
    return after_publish.to_deployment(name="after publish", triggers=[PUBLISHED])


if __name__ == "__main__":
    after_publish.serve(name="after publish", triggers=[PUBLISHED])
