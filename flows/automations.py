"""What the server does by itself: ends runs that died silently, and tells a webhook of what a human should look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.client.schemas.objects import StateType
from prefect.events.actions import CallWebhook, ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture

WEBHOOK_BLOCK = "dibao-notify"
ENDED_WELL = ("Completed", "Loaded", "Loaded with warnings", "Nothing new")
ENDED_BADLY = ("Failed", "Crashed", "TimedOut", "Blocked", "Rejected")
WAITING = ("Suspended",)
"""Events carry a state's name, not its type: Dibao's own names have to be listed, or a blocked night would pass unseen."""
SILENT_AFTER = timedelta(seconds=120)
"""Without a heartbeat for so long a run counts as dead; heartbeats come every 30 seconds."""


def states(names: Sequence[str]) -> set[str]:
    """Return the names of the events that are sent when a flow run enters these states."""
    return {f"prefect.flow-run.{name}" for name in names}


def told_of(kind: str, subject: str, text: str) -> str:
    """Return the template of what the webhook gets: one JSON object."""
    return (
        '{"kind": "' + kind + '", "run": {{ ' + subject + ' | tojson }}, "text": {{ (' + text + ') | tojson }}, '
        '"at": "{{ event.occurred }}"}'
    )


def register_automations(webhook: str | None, silent_after: timedelta = SILENT_AFTER) -> None:
    """Make the automations what this code says; those that tell the webhook exist only where there is one."""
    put(Automation(
        name="dibao: crash runs that went silent",
        description="A run that sends no heartbeat any more has died with its machine or was killed.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *states((*ENDED_WELL, *ENDED_BADLY, *WAITING, "Cancelled", "Cancelling"))},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=silent_after,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="No heartbeat any more: the run was killed or its machine went away.")],
    ))
    if not webhook:
        return
    call = Webhook(method="POST", url=webhook).save(WEBHOOK_BLOCK, overwrite=True)
    run_name, run_text = "event.resource.get('prefect.resource.name', '')", "event.resource.get('prefect.state-message', '')"
    for kind, events, why in (
        ("failed", states(ENDED_BADLY), "A run failed, crashed or was blocked."),
        ("late run", states(("Late",)), "A run did not start when it should have."),
    ):
        put(Automation(
            name=f"dibao: tell of {kind} runs" if kind != "late run" else "dibao: tell of late runs",
            description=why,
            trigger=EventTrigger(
                expect=events, match={"prefect.resource.id": ["prefect.flow-run.*"]}, for_each={"prefect.resource.id"},
                posture=Posture.Reactive, threshold=1,
            ),
            actions=[CallWebhook(block_document_id=call, payload=told_of(kind, run_name, run_text))],
        ))
    put(Automation(
        name="dibao: tell of waiting runs",
        description="A publish is held back until a human approves or rejects it.",
        trigger=EventTrigger(
            expect={"dibao.publish.waiting"}, match={"prefect.resource.id": ["prefect.flow-run.*"]}, for_each={"prefect.resource.id"},
            posture=Posture.Reactive, threshold=1,
        ),
        actions=[CallWebhook(block_document_id=call, payload=told_of("waiting", run_name, "event.payload.get('text', '')"))],
    ))
    put(Automation(
        name="dibao: tell of late papers",
        description="The newest issue of a paper is older than its declaration allows.",
        trigger=EventTrigger(
            expect={"dibao.paper.late"}, match={"prefect.resource.id": ["dibao.paper.*"]}, for_each={"prefect.resource.id"},
            posture=Posture.Reactive, threshold=1,
        ),
        actions=[CallWebhook(block_document_id=call, payload=told_of("late paper", "event.resource.name", "event.payload.get('text', '')"))],
    ))


def put(wanted: Automation) -> None:
    """Create an automation, or bring the one of that name up to date."""
    try:
        wanted.id = Automation.read(name=wanted.name).id
    except ValueError:
        wanted.create()
    else:
        wanted.update()
