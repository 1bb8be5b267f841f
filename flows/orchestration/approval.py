"""A publish that was blocked waits for a human. What waits is in the data: nothing of it is in the lake, nothing of it is published.

``held.json`` in the home says what is held back of each source, why, until when, and what a human said. An approval is for one change, known
by a hash of what it would load and take out: another change needs another one. What is held back stays so until somebody answers, its source
no longer asks for it, or it expires; what other sources publish does not answer for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from hashlib import sha256

from flows.orchestration.markdown import escape_markdown
from flows.pipeline.planning import Plan
from flows.pipeline.request import Run
from warehouse.files import read_forgivingly, write_whole
from warehouse.home import Home

EXPIRES_AFTER = timedelta(days=7)
APPROVED, REJECTED = "approved", "rejected"


class ApprovalError(RuntimeError):
    """There is nothing to approve or to reject; the message says why and what to do next."""


@dataclass(frozen=True)
class PendingApproval:
    """A change that is held back until a human has decided on it."""

    change: str
    run_id: str
    flow_run_id: str | None
    parameters: Mapping[str, object]
    reasons: tuple[str, ...]
    held_at: str
    verdict: str | None = None
    why: str = ""

    @property
    def source(self) -> object:
        """What the run was given that asked for the change."""
        return self.parameters.get("source")

    @property
    def expires_at(self) -> datetime:
        return datetime.fromisoformat(self.held_at) + EXPIRES_AFTER


def change_of(plan: Plan) -> str:
    """Return the identity of what a plan would load and take out, the same on every machine and for every run."""
    content = repr(([batch.batch_id for batch in plan.batches], plan.superseded, plan.lost_paths))
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_pending(home: Home) -> tuple[PendingApproval, ...]:
    """Return what is held back, at most one change of each source, the oldest first."""
    return read_forgivingly(home.held_back, parse_pending) or ()


def parse_pending(text: str) -> tuple[PendingApproval, ...]:
    """Return what the text of ``held.json`` says. Raises ValueError, KeyError or TypeError where it is not one."""
    content = json.loads(text)
    changes = [content] if isinstance(content, dict) else content  # one alone, as it was written up to version 0.1.0
    known = [field.name for field in fields(PendingApproval)]
    pending_approvals = tuple(
        PendingApproval(**{name: value for name, value in change.items() if name in known} | {"reasons": tuple(change["reasons"])})
        for change in changes
    )
    for pending in pending_approvals:
        datetime.fromisoformat(pending.held_at)
    return pending_approvals


def write_pending(home: Home, changes: Sequence[PendingApproval]) -> None:
    """Write what is held back in one step."""
    if not changes:
        home.held_back.unlink(missing_ok=True)
        return
    write_whole(home.held_back, json.dumps([asdict(pending) for pending in changes], ensure_ascii=False, indent=1))


def add_pending(home: Home, plan: Plan, run: Run, parameters: Mapping[str, object], reasons: Sequence[str]) -> PendingApproval:
    """Note that a change is held back, in place of what was of its source; what a human said of the same change is kept until it expires."""
    pending = PendingApproval(change_of(plan), run.run_id, run.flow_run_id, dict(parameters), tuple(reasons), run.started_at.isoformat())
    others = []
    for earlier in read_pending(home):
        if earlier.change == pending.change and run.started_at < earlier.expires_at:
            pending = replace(pending, held_at=earlier.held_at, verdict=earlier.verdict, why=earlier.why)
        elif earlier.source != pending.source:
            others.append(earlier)
    write_pending(home, [*others, pending])
    return pending


def check_change(plan: Plan, wanted: str) -> None:
    """Raise ApprovalError where a plan is another change than the one that a human approved: its source is not what it was then."""
    if change_of(plan) != wanted:
        raise ApprovalError(
            f"what was approved is {wanted}, and what the source holds by now would be {change_of(plan)}: nothing was published. "
            "Run again, and look again at what is held back then."
        )


def approval_of(home: Home, plan: Plan, now: datetime) -> str | None:
    """Return the words of a human who approved just this change, None where nobody did or it has expired."""
    for pending in read_pending(home):
        if pending.change == change_of(plan) and pending.verdict == APPROVED and now < pending.expires_at:
            return f"approved by a human: {pending.why or 'no reason given'}"
    return None


def write_verdict(home: Home, change: str | None, verdict: str, why: str, now: datetime) -> PendingApproval:
    """Write down what a human says of the change held back that is named so: what was not shown is not decided on.

    Raises ApprovalError where no change of that name is held back, saying which are, or where it has expired.
    """
    changes = read_pending(home)
    named = [pending for pending in changes if pending.change == change]
    if not changes:
        raise ApprovalError(f"{home.path}: nothing is held back. `dibao status` tells of the last runs.")
    if not named:
        known = "\n".join(
            "\n- ".join([f"{pending.change} of {pending.source}, for these reasons:", *pending.reasons]) for pending in changes
        )
        raise ApprovalError(
            f"{home.path}: {f'no change {change} is held back' if change else 'say which change'}; there are:\n{known}\n"
            f"Look into it, then: dibao approve {changes[0].change} --reason ..., or dibao reject {changes[0].change}"
        )
    pending = replace(named[0], verdict=verdict, why=why)
    if now >= pending.expires_at:
        forget_expired(home, now)
        raise ApprovalError(
            f"{home.path}: what was held back expired on {pending.expires_at:%Y-%m-%d %H:%M} UTC. Run again and look again."
        )
    write_pending(home, [pending if other is named[0] else other for other in changes])
    return pending


def drop_pending(home: Home, plan: Plan, source: object) -> None:
    """Forget the change of a plan that is no longer held back, and what was held back of a source that was looked through as a whole.

    ``source`` is None where only a part of one was.
    """
    change = change_of(plan)
    write_pending(
        home, [pending for pending in read_pending(home) if pending.change != change and (source is None or pending.source != source)]
    )


def forget_expired(home: Home, now: datetime) -> None:
    """Forget what was held back for so long that no answer counts any more."""
    write_pending(home, [pending for pending in read_pending(home) if now < pending.expires_at])


# --- on Prefect's pages: Prefect is imported where it is asked, for `dibao approve` must set it up first -------------------


def can_ask(pending: PendingApproval) -> bool:
    """Return whether a human can still answer on Prefect's pages: a run without a deployment could not be resumed."""
    from prefect.runtime import deployment

    return bool(deployment.id) and pending.verdict != REJECTED


def suspend_for_answer(pending: PendingApproval, until: str) -> tuple[str, str]:
    """Return what a human says on Prefect's pages, as verdict and reason.

    The first time this suspends the flow run, which leaves this function; the run that is resumed begins anew, and finds the answer here.
    """
    from prefect import suspend_flow_run
    from prefect.input import RunInput

    class Decision(RunInput):
        """What a human says of a change."""

        approve: bool = False
        reason: str = ""

    question = "\n".join(
        [
            "## Publish this?",
            "",
            *(f"- {escape_markdown(reason)}" for reason in pending.reasons),
            "",
            f"Resume with Approve on: just this is published. Resume with it off: it is rejected. Until {until}.",
        ]
    )
    form = Decision.with_initial_data(description=question, approve=False)
    answer = suspend_flow_run(wait_for_input=form, key=pending.change, timeout=int(EXPIRES_AFTER.total_seconds()))
    return (APPROVED if answer.approve else REJECTED, answer.reason)


def asked_by(home: Home, flow_run_id: str | None) -> tuple[PendingApproval, ...]:
    """Return what a flow run has asked for that was suspended for it and goes on now."""
    return tuple(pending for pending in read_pending(home) if flow_run_id is not None and pending.flow_run_id == flow_run_id)


def resume_flow_run(pending: PendingApproval) -> bool:
    """Pass the verdict to the flow run that waits for it; False where none waits."""
    from prefect import get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.states import StateType

    if pending.flow_run_id is None:
        return False
    with get_client(sync_client=True) as client:
        try:
            run = client.read_flow_run(pending.flow_run_id)
        except ObjectNotFound:
            return False
        if run.state is None or run.state.type != StateType.PAUSED:
            return False
        client.resume_flow_run(run.id, run_input={"approve": pending.verdict == APPROVED, "reason": pending.why})
    return True
