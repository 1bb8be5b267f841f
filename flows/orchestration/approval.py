"""A publish that was blocked waits for a human. What waits is in the data: nothing of it is in the lake, nothing of it is published.

``held.json`` in the home says what is held back of each source, why, until when, and what a human said. An approval is for one change, known
by a hash of what it would load and take out: another change needs another one. What is held back stays so until somebody answers, its source
no longer asks for it, or it expires; what other sources publish does not answer for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from flows.orchestration.monitor import marks
from flows.pipeline.planning import Plan
from flows.pipeline.request import Run
from warehouse.files import read_forgivingly, write_whole
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


def read_held(home: Home) -> tuple[Held, ...]:
    """Return what is held back, at most one change of each source, the oldest first."""
    return read_forgivingly(home.held_back, parse_held) or ()


def parse_held(text: str) -> tuple[Held, ...]:
    """Return what the text of ``held.json`` says. Raises ValueError, KeyError or TypeError for what is none."""
    content = json.loads(text)
    changes = [content] if isinstance(content, dict) else content  # one alone, as it was written up to version 0.1.0
    found = tuple(Held(**{**change, "reasons": tuple(change["reasons"])}) for change in changes)
    for held in found:
        datetime.fromisoformat(held.held_at)
    return found


def write_held(home: Home, changes: Sequence[Held]) -> None:
    """Write what is held back in one step."""
    if not changes:
        home.held_back.unlink(missing_ok=True)
        return
    write_whole(home.held_back, json.dumps([asdict(held) for held in changes], ensure_ascii=False, indent=1))


def hold(home: Home, plan: Plan, run: Run, parameters: Mapping[str, object], reasons: Sequence[str]) -> Held:
    """Note that a change is held back, in place of what was of its source; what a human said of the same change is kept until it expires."""
    held = Held(change_of(plan), run.run_id, run.flow_run_id, dict(parameters), tuple(reasons), run.started_at.isoformat())
    others = []
    for earlier in read_held(home):
        if earlier.change == held.change and run.started_at < earlier.expires_at:
            is_asked = held.flow_run_id is not None and held.flow_run_id == earlier.flow_run_id
            held = replace(held, held_at=earlier.held_at, verdict=earlier.verdict, why=earlier.why, is_asked=is_asked)
        elif earlier.source != held.source:
            others.append(earlier)
    write_held(home, [*others, held])
    return held


def check_change(plan: Plan, wanted: str) -> None:
    """Raise ApprovalError where a plan is another change than the one that a human approved: its source is not what it was then."""
    if change_of(plan) != wanted:
        raise ApprovalError(f"what was approved is {wanted}, and what the source holds by now would be {change_of(plan)}: nothing was published. "
                            "Run again, and look again at what is held back then.")


def approval_of(home: Home, plan: Plan, now: datetime) -> str | None:
    """Return the words of a human who approved just this change, None where nobody did or it has expired."""
    for held in read_held(home):
        if held.change == change_of(plan) and held.verdict == APPROVED and now < held.expires_at:
            return f"approved by a human: {held.why or 'no reason given'}"
    return None


def decide(home: Home, change: str | None, verdict: str, why: str, now: datetime) -> Held:
    """Write down what a human says of the change held back that is named so: what was not shown is not decided on.

    Raises ApprovalError where no change of that name is held back, saying which are, or where it has expired.
    """
    changes = read_held(home)
    named = [held for held in changes if held.change == change]
    if not changes:
        raise ApprovalError(f"{home.path}: nothing is held back. `dibao status` tells of the last runs.")
    if not named:
        known = "\n".join("\n- ".join([f"{held.change} of {held.source}, for these reasons:", *held.reasons]) for held in changes)
        raise ApprovalError(f"{home.path}: {f'no change {change} is held back' if change else 'say which change'}; there are:\n{known}\n"
                            f"Look into it, then: dibao approve {changes[0].change} --reason ..., or dibao reject {changes[0].change}")
    held = replace(named[0], verdict=verdict, why=why)
    if now >= held.expires_at:
        forget_expired(home, now)
        raise ApprovalError(f"{home.path}: what was held back expired on {held.expires_at:%Y-%m-%d %H:%M} UTC. Run again and look again.")
    write_held(home, [held if other is named[0] else other for other in changes])
    return held


def release(home: Home, plan: Plan, source: object) -> None:
    """Forget the change of a plan that is no longer held back, and what was held back of a source that was looked through as a whole.

    ``source`` is None where only a part of one was.
    """
    change = change_of(plan)
    write_held(home, [held for held in read_held(home) if held.change != change and (source is None or held.source != source)])


def forget_expired(home: Home, now: datetime) -> None:
    """Forget what was held back for so long that no answer counts any more."""
    write_held(home, [held for held in read_held(home) if now < held.expires_at])


def can_ask(held: Held) -> bool:
    """Return whether a human can still answer on Prefect's pages: a run without a deployment could not be resumed."""
    from prefect.runtime import deployment

    return bool(deployment.id) and held.verdict != REJECTED


def ask_in_prefect(held: Held, until: str) -> tuple[str, str] | None:
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

    question = "\n".join(["## Publish this?", "", *(f"- {marks(reason)}" for reason in held.reasons), "", f"Until {until}."])
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
