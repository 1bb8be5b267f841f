"""What the server does by itself: ends runs that died silently, and tells a webhook of what a human should look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.client.schemas.objects import StateType
from prefect.events.actions import CallWebhook, ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture

WEBHOOK_BLOCK = "dibao-notify"
ENDED_WELL = ("Completed", "Loaded", "Degraded", "Nothing new")
ENDED_BADLY = ("Failed", "Crashed", "TimedOut", "Blocked", "Rejected")
WAITING_STATES = ("Suspended",)
"""Events carry a state's name, not its type: Dibao's own names have to be listed, or a blocked night would pass unseen."""
FLOW_RUNS = "prefect.flow-run.*"
EVENT_TEXT = "event.payload.get('text', '')"
"""What Dibao's own events say."""
SILENT_AFTER = timedelta(seconds=120)
"""Without a heartbeat for so long a run counts as dead; heartbeats come every 30 seconds."""


def state_events(names: Sequence[str]) -> set[str]:
    """Return the names of the events that are sent when a flow run enters these states."""
    return {f"prefect.flow-run.{name}" for name in names}


def webhook_template(kind: str, text: str) -> str:
    """Return the template of what the webhook gets: one JSON object.

    >>> webhook_template("late run", "deployment.name")
    '{"kind": "late run", "run": {{ event.resource.get("prefect.resource.name", "") | tojson }}, "text": {{ (deployment.name) | tojson }}, "at": "{{ event.occurred }}"}'
    """
    return (
        f'{{"kind": "{kind}", "run": {{{{ event.resource.get("prefect.resource.name", "") | tojson }}}}, '
        f'"text": {{{{ ({text}) | tojson }}}}, "at": "{{{{ event.occurred }}}}"}}'
    )


def register_automations(webhook: str | None, silent_after: timedelta = SILENT_AFTER) -> None:
    """Make the automations what this code says; those that tell the webhook exist only where there is one."""
    create_or_update(
        Automation(
            name="dibao: crash runs that went silent",
            description="A run that sends no heartbeat any more has died with its machine or was killed.",
            trigger=EventTrigger(
                after={"prefect.flow-run.heartbeat"},
                expect={
                    "prefect.flow-run.heartbeat",
                    *state_events((*ENDED_WELL, *ENDED_BADLY, *WAITING_STATES, "Cancelled", "Cancelling")),
                },
                match={"prefect.resource.id": [FLOW_RUNS]},
                for_each={"prefect.resource.id"},
                posture=Posture.Proactive,
                threshold=1,
                within=silent_after,
            ),
            actions=[
                ChangeFlowRunState(state=StateType.CRASHED, message="No heartbeat any more: the run was killed or its machine went away.")
            ],
        )
    )
    call = webhook_block(webhook)
    if call is None:
        return
    for kind, expect, resource, text, why in (
        (
            "failed run",
            state_events(ENDED_BADLY),
            FLOW_RUNS,
            "event.resource.get('prefect.state-message', '')",
            "A run failed, crashed or was blocked.",
        ),
        (
            "late run",
            state_events(("Late",)),
            FLOW_RUNS,
            "'a run of ' ~ deployment.name ~ ' has not started in time'",
            "A run did not start when it should have.",
        ),
        ("waiting run", {"dibao.publish.waiting"}, FLOW_RUNS, EVENT_TEXT, "A publish is held back until a human approves or rejects it."),
        (
            "late paper",
            {"dibao.paper.late"},
            "dibao.paper.*",
            EVENT_TEXT,
            "The newest issue of a paper is older than its declaration allows.",
        ),
    ):
        create_or_update(
            Automation(
                name=f"dibao: tell of {kind}s",
                description=why,
                trigger=EventTrigger(
                    expect=expect,
                    match={"prefect.resource.id": [resource]},
                    for_each={"prefect.resource.id"},
                    posture=Posture.Reactive,
                    threshold=1,
                ),
                actions=[CallWebhook(block_document_id=call, payload=webhook_template(kind, text))],
            )
        )


def webhook_block(webhook: str | None) -> UUID | None:
    """Return the id of the Webhook block that is told: made anew for a URL, else the one that somebody made on Prefect's pages, if any."""
    if webhook:
        return Webhook(method="POST", url=webhook).save(WEBHOOK_BLOCK, overwrite=True)
    try:
        return Webhook.load(WEBHOOK_BLOCK, _sync=True)._block_document_id  # pyrefly: ignore[unexpected-keyword] what Prefect's decorator takes
    except ValueError:
        return None


def create_or_update(wanted: Automation) -> None:
    """Create an automation, or bring the one of that name up to date."""
    try:
        wanted.id = Automation.read(name=wanted.name).id
    except ValueError:
        wanted.create()
    else:
        wanted.update()
