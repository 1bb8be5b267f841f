"""A publish that was blocked waits for a human. What waits is in the data: nothing of it is in the lake, nothing of it is published.

``held.json`` in the home says what is held back, why, until when, and what a human said. An approval is for one change, known by a hash
of what it would load and take out: another change needs another one. It holds until the change is published, or it expires.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from flows.monitor import marks
from flows.stages import Plan, Run
from warehouse.home import Home

EXPIRES_AFTER = timedelta(days=7)
APPROVED, REJECTED = "approved", "rejected"


class ApprovalError(RuntimeError):
    """There is nothing to approve or to reject; the message says why and what to do next."""


@dataclass(frozen=True)
class Held:
    """A change that is held back."""

    change: str
    run_id: str
    flow_run_id: str | None
    parameters: Mapping[str, object]
    reasons: tuple[str, ...]
    held_at: str
    verdict: str | None = None
    why: str = ""
    is_asked: bool = False
    """Whether the same flow run has asked before: it was resumed, and has the answer."""

    @property
    def expires_at(self) -> datetime:
        return datetime.fromisoformat(self.held_at) + EXPIRES_AFTER


def change_of(plan: Plan) -> str:
    """Return the identity of what a plan would load and take out, the same on every machine and for every run."""
    content = repr(([batch.batch_id for batch in plan.batches], plan.superseded, plan.lost_paths))
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_held(home: Home) -> Held | None:
    """Return what is held back, None where nothing is."""
    try:
        content = json.loads(home.held_back.read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Held(**{**content, "reasons": tuple(content["reasons"])})


def write_held(home: Home, held: Held) -> None:
    """Write what is held back in one step."""
    partial = home.held_back.with_name(f".{home.held_back.name}.tmp")
    partial.write_text(json.dumps(asdict(held), ensure_ascii=False, indent=1), "utf-8")
    os.replace(partial, home.held_back)


def hold(home: Home, plan: Plan, run: Run, parameters: Mapping[str, object], reasons: Sequence[str]) -> Held:
    """Note that a change is held back; what a human said of the same change before is kept until it expires."""
    held = Held(change_of(plan), run.run_id, run.flow_run_id, dict(parameters), tuple(reasons), run.started_at.isoformat())
    earlier = read_held(home)
    if earlier and earlier.change == held.change and run.started_at < earlier.expires_at:
        is_asked = held.flow_run_id is not None and held.flow_run_id == earlier.flow_run_id
        held = replace(held, held_at=earlier.held_at, verdict=earlier.verdict, why=earlier.why, is_asked=is_asked)
    write_held(home, held)
    return held


def approval_of(home: Home, plan: Plan, now: datetime) -> str | None:
    """Return the words of a human who approved just this change, None where nobody did or it has expired."""
    held = read_held(home)
    if held and held.change == change_of(plan) and held.verdict == APPROVED and now < held.expires_at:
        return f"approved by a human: {held.why or 'no reason given'}"
    return None


def decide(home: Home, verdict: str, why: str, now: datetime) -> Held:
    """Write down what a human says of what is held back. Raises ApprovalError where there is nothing, or it has expired."""
    held = read_held(home)
    if held is None:
        raise ApprovalError(f"{home.path}: nothing is held back. `dibao status` tells of the last runs.")
    if now >= held.expires_at:
        release(home)
        raise ApprovalError(f"{home.path}: what was held back expired on {held.expires_at:%Y-%m-%d %H:%M} UTC. Run again and look again.")
    held = replace(held, verdict=verdict, why=why)
    write_held(home, held)
    return held


def release(home: Home) -> None:
    """Forget what was held back: it is published, or it has expired."""
    home.held_back.unlink(missing_ok=True)


def forget_expired(home: Home, now: datetime) -> None:
    """Forget what was held back for so long that no answer counts any more."""
    held = read_held(home)
    if held and now >= held.expires_at:
        release(home)


def can_ask(held: Held) -> bool:
    """Return whether a human can still answer on Prefect's pages: a run without a deployment could not be resumed."""
    from prefect.runtime import deployment

    return bool(deployment.id) and held.verdict != REJECTED


def ask_in_prefect(held: Held) -> tuple[str, str] | None:
    """Ask a human on Prefect's pages: suspend this flow run, which leaves this function, and return the answer when it goes on.

    None where nobody can answer.
    """
    from prefect import suspend_flow_run
    from prefect.input import RunInput

    if not can_ask(held):
        return None

    class Decision(RunInput):
        """What a human says of a change."""

        approve: bool = False
        reason: str = ""

    question = "\n".join(["## Publish this?", "", *(f"- {marks(reason)}" for reason in held.reasons), "", f"Until {held.expires_at:%Y-%m-%d %H:%M} UTC."])
    form = Decision.with_initial_data(description=question, approve=False)
    answer = suspend_flow_run(wait_for_input=form, key=held.change, timeout=int(EXPIRES_AFTER.total_seconds()))
    return (APPROVED if answer.approve else REJECTED, answer.reason)


def tell_prefect(held: Held) -> bool:
    """Pass the verdict to the flow run that waits for it; False where none waits."""
    from prefect import get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.states import StateType

    if held.flow_run_id is None:
        return False
    with get_client(sync_client=True) as client:
        try:
            run = client.read_flow_run(held.flow_run_id)
        except ObjectNotFound:
            return False
        if run.state is None or run.state.type != StateType.PAUSED:
            return False
        client.resume_flow_run(run.id, run_input={"approve": held.verdict == APPROVED, "reason": held.why})
    return True
