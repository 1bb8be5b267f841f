"""A publish that would lose much waits for a human; until then, and where he says no, nothing of it is anywhere."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import pytest

from flows.orchestration import approval
from flows.orchestration.approval import APPROVED, EXPIRES_AFTER, REJECTED, ApprovalError
from flows.pipeline import planning
from flows.pipeline.request import Run
from tests.home import artifacts, connect, dibao, moved
from warehouse import sample
from warehouse.home import Home

NOW = datetime(2025, 3, 8, 2)
RUN = Run("run", NOW, "flow-run")


def plan(*superseded: str) -> planning.Plan:
    return planning.Plan(superseded=tuple((file_id, "retired") for file_id in superseded))


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def test_an_approval_is_for_one_change_and_for_a_time(home):
    held = approval.add_pending(home, plan("a"), RUN, {"source": "x"}, ["articles: 30 of 100 would be lost"])
    assert approval.approval_of(home, plan("a"), NOW) is None
    approval.write_verdict(home, held.change, APPROVED, "the archive moved", NOW)
    assert "the archive moved" in approval.approval_of(home, plan("a"), NOW)
    assert approval.approval_of(home, plan("a", "b"), NOW) is None
    assert approval.approval_of(home, plan("a"), NOW + EXPIRES_AFTER) is None


def test_a_verdict_stays_until_the_change_is_another(home):
    held = approval.add_pending(home, plan("a"), RUN, {}, ["why"])
    approval.write_verdict(home, held.change, REJECTED, "the disk was not mounted", NOW)
    assert approval.add_pending(home, plan("a"), RUN, {}, ["why"]).verdict == REJECTED
    assert approval.approval_of(home, plan("a"), NOW) is None
    assert approval.add_pending(home, plan("b"), RUN, {}, ["why"]).verdict is None


def test_a_run_that_goes_on_knows_what_it_asked(home):
    held = approval.add_pending(home, plan("a"), RUN, {"source": "yundu"}, ["why"])
    approval.add_pending(home, plan("b"), replace(RUN, flow_run_id="another"), {"source": "qingpu"}, ["why"])
    assert approval.asked_by(home, RUN.flow_run_id) == (held,)
    assert approval.asked_by(home, "a third") == approval.asked_by(home, None) == ()


def test_what_an_earlier_version_held_back_is_read(home):
    held = approval.add_pending(home, plan("a"), RUN, {}, ["why"])
    home.held_back.write_text(json.dumps({**asdict(held), "is_asked": True}), "utf-8")
    assert approval.read_pending(home) == (held,)


def test_what_expired_is_forgotten_by_the_next_run(home):
    approval.add_pending(home, plan("a"), RUN, {}, ["why"])
    approval.forget_expired(home, NOW + EXPIRES_AFTER - timedelta(seconds=1))
    assert approval.read_pending(home)
    for _ in range(2):
        approval.forget_expired(home, NOW + EXPIRES_AFTER)
        assert not approval.read_pending(home)


def test_what_expired_cannot_be_approved(home):
    with pytest.raises(ApprovalError, match="nothing is held back"):
        approval.write_verdict(home, "0123456789ab", APPROVED, "", NOW)
    held = approval.add_pending(home, plan("a"), RUN, {}, ["why"])
    with pytest.raises(ApprovalError, match="expired"):
        approval.write_verdict(home, held.change, APPROVED, "", NOW + EXPIRES_AFTER + timedelta(seconds=1))
    assert not approval.read_pending(home)


def test_what_is_held_back_of_one_source_stays_whatever_another_does(home):
    approval.add_pending(home, plan("a"), RUN, {"source": "yundu"}, ["why"])
    approval.add_pending(home, plan("b"), replace(RUN, flow_run_id="another"), {"source": "qingpu"}, ["why too"])
    approval.drop_pending(home, plan("c"), "evening")
    approval.drop_pending(home, plan("d"), None)
    assert [held.source for held in approval.read_pending(home)] == ["yundu", "qingpu"]
    with pytest.raises(ApprovalError, match=r"say which change; there are:\n\w{12} of yundu, .*\n- why\n\w{12} of qingpu, .*\n- why too"):
        approval.write_verdict(home, None, APPROVED, "", NOW)
    with pytest.raises(ApprovalError, match="no change 0123 is held back; there are:"):
        approval.write_verdict(home, "0123", APPROVED, "", NOW)
    approval.write_verdict(home, approval.change_of(plan("a")), APPROVED, "moved", NOW)
    assert approval.approval_of(home, plan("a"), NOW) and not approval.approval_of(home, plan("b"), NOW)
    approval.drop_pending(home, plan("a"), "yundu")
    assert [held.source for held in approval.read_pending(home)] == ["qingpu"]


def test_a_source_asks_one_question_at_a_time_and_none_that_it_no_longer_has(home):
    approval.add_pending(home, plan("a"), RUN, {"source": "yundu"}, ["why"])
    approval.add_pending(home, plan("a", "b"), RUN, {"source": "yundu"}, ["why"])
    assert [held.change for held in approval.read_pending(home)] == [approval.change_of(plan("a", "b"))]
    approval.drop_pending(home, plan(), None)
    assert approval.read_pending(home), "only a part of the source was looked through"
    approval.drop_pending(home, plan(), "yundu")
    assert not approval.read_pending(home)


def test_only_what_was_shown_is_decided_on(home):
    shown = approval.add_pending(home, plan("a"), RUN, {}, ["3 articles would be lost"])
    held = approval.add_pending(home, plan("a", "b"), RUN, {}, ["90 articles would be lost"])  # a later run, before the human has answered
    for change in (shown.change, None):
        with pytest.raises(ApprovalError, match=f"{held.change} of None.*\n- 90 articles would be lost"):
            approval.write_verdict(home, change, APPROVED, "", NOW)
    assert approval.read_pending(home) == (held,)
    assert approval.write_verdict(home, held.change, APPROVED, "", NOW).verdict == APPROVED


def test_a_source_that_changed_after_it_was_looked_at_is_not_published():
    approval.check_change(plan("a"), approval.change_of(plan("a")))
    with pytest.raises(ApprovalError, match="nothing was published"):
        approval.check_change(plan("a", "b"), approval.change_of(plan("a")))


def test_a_loss_is_held_back_until_it_is_approved(ran, tmp_path):
    home, pages = Home(tmp_path / "home"), tmp_path / "pages"
    shutil.copytree(ran[0], home.path)
    shutil.copytree(sample.path(), pages)
    moved(home, pages)
    home.sources.write_text(f'[yundu]\nlocation = "{pages}"\npattern = "{sample.PATTERN}"\nretire = true\n', "utf-8")
    shutil.rmtree(pages / "云渡日报")
    before = home.published.read_bytes(), home.manifest.read_bytes()
    blocked = dibao("run", "yundu", "--json", home=home.path)
    assert blocked.returncode == 3, blocked.stdout + blocked.stderr
    assert "would be lost" in json.loads(blocked.stdout)["blocked"][0]
    assert (home.published.read_bytes(), home.manifest.read_bytes()) == before
    (tmp_path / "evening").mkdir()
    (tmp_path / "evening" / "1.txt").write_text("渡口通航\n\n本报讯（周明远）清浦渡口昨日恢复通航。\n", "utf-8")
    assert dibao("run", tmp_path / "evening", home=home.path).returncode == 0
    change = json.loads(blocked.stdout)["change"]
    status = dibao("status", home=home.path).stdout
    assert f"waits for dibao approve {change}" in status and "blocked" in status, "that another source has published is no answer"
    shown = dibao("approve", "--reason", "I have not looked", home=home.path)
    assert shown.returncode == 2 and f"dibao approve {change}" in shown.stderr and "would be lost" in shown.stderr
    told = artifacts(home.path, json.loads(blocked.stdout)["flow_run_id"])
    assert "would be lost" in told["summary"][0] and {"quality", "quarantine", "last-runs"} <= set(told)
    approved = dibao("approve", change, "--reason", "the daily has gone to another archive", home=home.path)
    assert approved.returncode == 0, approved.stdout + approved.stderr
    assert "the daily has gone to another archive" in approved.stdout
    with connect(home.path) as con:
        runs = con.execute("SELECT status, reason FROM runs ORDER BY started_at").fetchall()
        assert [status.partition(" ")[0] for status, _ in runs] == ["loaded", "blocked", "loaded", "loaded"] and "would be lost" in runs[1][
            1
        ]
        assert con.execute("SELECT DISTINCT paper FROM raw_files WHERE status <> 'superseded' AND paper IS NOT NULL").fetchall() == [
            ("云渡晚报",)
        ]
    assert not home.held_back.exists()
    assert dibao("approve", change, home=home.path).returncode == 2
