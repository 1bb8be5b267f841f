"""A random model of a home: whatever happens to it, it equals a fresh one that saw only what its sources hold in the end.

``Life`` is a Hypothesis state machine. Its rules change files (add, change, remove, move, swap, copy, empty, rename a folder, pack), what is
said of them (pattern, paper, encodings, corrections that fit and that do not) and run what users run: runs of all kinds, killed at any
commit point or not, a backfill, an approval, a rollback, a rebuild, a compaction. At the end of each life both sources are run once more,
with ``--retire``, and every table is compared with that of a home that began with just this. Everything is done in this process, without
Prefect; a kill is an exception that nobody catches. ``python -m tests.bench.model --seconds 600`` lives as many lives as that time allows.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from expectations import audit, warehouse_checks
from expectations.gx.row_expectations import ExpectSqlToHold, RowExpectation, result_of
from flows.orchestration import approval
from flows.orchestration.maintenance import compact
from flows.pipeline import checking, committing, loading, planning, publishing, staging
from flows.pipeline.batches import Outcome
from flows.pipeline.processing import process_folder
from flows.pipeline.request import Request, Run
from transforms.records import file_id_of
from warehouse import lake, releases, schema, store
from warehouse.home import Home
from warehouse.releases import list_releases, read_pin, roll_back

PATTERN = "{paper}/{date:%Y-%m-%d}/{page}.txt"
TEXTS = tuple(
    text.encode("utf-8")
    for text in (
        "老渡口恢复通航\n\n本报讯（周明远） 11月28日，云渡区老渡口恢复通航，区长蒋承宇前来观看。\n\n渡船每天往返20班，票价2元。\n",
        "望江大桥合龙\n\n昨天，望江大桥合龙。大桥全长2.36公里，总投资12亿元。区长蒋承宇说：“这是一件大事。”\n",
        "云渡日报 2025年3月4日 第1版\n\n区委召开会议\n\n3月3日，区委召开会议，区委书记程望舒主持并讲话。\n",
        "望江大桥合龙\n\n昨天，望江大桥合龙。大桥全长2.36公里，总投资12亿元。区长蒋承宇说：“这是一件喜事。”\n",
    )
) + ("通知\n\n今天停水。\n".encode("gb18030"), b"\x00\xff\xfe\x00\x81", b"", "一\n".encode() * 25_000)
"""Pages: two of one text nearly, one with a masthead, one that several encodings fit, and some that are no page."""
SLOTS = tuple(
    f"pages/{paper}/{day}/{page}.txt" for paper in ("云渡日报", "云渡晚报") for day in ("2025-03-04", "2025-03-05") for page in ("1", "2")
)
OTHER_SLOTS = ("other/a.txt", "other/b.txt")
ARCHIVE = "pages/云渡周报/2025-03-06.zip"
KEPT = ("pages/云渡日报/2025-03-01/1.txt", "other/kept.txt")
"""Files that stay: a source that holds nothing at all is an error, not an empty one."""
OF_A_RUN = {"run_id", "ingested_at", "batch_id", "source", "declaration"}
POINTS: tuple[tuple[object, str], ...] = (
    (staging, "prepare_folders"),
    (Outcome, "write"),
    (store, "mark_in_doubt"),
    (loading, "supersede"),
    (store, "load_batch"),
    (loading, "complete_warehouse"),
    (committing, "record_run"),
    (committing, "take_file"),
    (lake, "put_in"),
    (store, "add_file"),
    (store, "write_manifest"),
    (store, "_mark"),
    (store, "prune_lake"),
    (committing, "commit_run"),
    (store, "smoke_test"),
    (store, "put_in_place"),
    (store, "set_log_aside"),
    (releases, "write_whole"),
    (publishing, "keep_as_release"),
)
"""Where a life may be cut short: before or after one of these is called, the first, second or third time."""
OPERATIONS: Counter[str] = Counter()
"""What was done so far in this process, by kind."""
SERIAL = count(1)
slots = st.sampled_from(SLOTS + OTHER_SLOTS)
texts = st.integers(0, len(TEXTS) - 1)


class Killed(BaseException):
    """A process that ends where it is."""


@contextmanager
def killed_at(point: int, is_after: bool, nth: int) -> Iterator[None]:
    """End the block at a point, if it comes there."""
    holder, name = POINTS[point]
    real: Callable = getattr(holder, name)
    calls = count(1)

    def deadly(*args, **kwargs):
        is_now = next(calls) == nth
        if is_now and not is_after:
            raise Killed
        result = real(*args, **kwargs)
        if is_now:
            raise Killed
        return result

    with patch.object(holder, name, deadly):
        try:
            yield
        except Killed:
            OPERATIONS["killed"] += 1


def without_great_expectations(_name: str, suites, frame_of, *_run) -> dict[str, list[SimpleNamespace]]:
    """Stand in for ``validate``: take what Great Expectations would ask of columns as kept, and look at conditions alone.

    What it adds to a result takes most of the time of a tiny run, and no row depends on it.
    """
    found = {}
    for table, expectations in suites.items():
        frame = frame_of(table)
        found[table] = []
        for one in expectations:
            if isinstance(one, ExpectSqlToHold):
                counts = tuple(frame.loc[one.sql()])
            else:
                broken = frame.index[~frame[one.sql()].fillna(True).astype(bool)].tolist() if isinstance(one, RowExpectation) else []
                counts = len(frame), 0, len(broken), broken
            config = SimpleNamespace(to_domain_obj=lambda one=one: one)
            found[table].append(SimpleNamespace(expectation_config=config, result=result_of(*counts, 1)["result"], exception_info={}))
    return found


@contextmanager
def quick() -> Iterator[None]:
    """Let tiny runs take a fifth of their time in the block, without what no row depends on; every loss is held back that is not allowed."""
    with (
        patch.object(audit, "validate", without_great_expectations),
        patch.object(warehouse_checks, "validate", without_great_expectations),
        patch.object(store, "smoke_test", lambda *_: None),
        patch.object(os, "fsync", lambda _: None),
        patch.object(publishing, "write_home_report", lambda home: home.report.touch()),
        patch.object(checking, "MIN_ARTICLES_GUARDED", 0),
    ):
        yield


def run(home: Home, asked: Request) -> approval.PendingApproval | None:
    """Do what ``flows.orchestration.ingest`` does, without Prefect and the report, and return what is held back."""
    at = datetime(2025, 4, 1) + timedelta(seconds=next(SERIAL))
    one = Run(f"{at:%Y%m%dT%H%M%S}", at)
    with home.lock(), store.opened_build(home, loading.restore) as con:
        home.sweep()
        plan = planning.plan_run(con, asked, one)
        if asked.only_change:
            approval.check_change(plan, asked.only_change)
        one = replace(one, approval=approval.approval_of(home, plan, at))
        if plan.is_empty:
            publishing.finish_earlier_run(home, con)
            return None
        folders = [process_folder(folder) for folder in staging.prepare_folders(home, plan)]
        try:
            loaded = loading.load_batches(con, plan, folders, one)
            loaded = loading.check_loaded(con, loading.complete_warehouse(con, loaded), one, asked.max_loss)
        except checking.BlockedError as blocked:
            return approval.add_pending(home, plan, one, {"source": asked.source}, blocked.reasons)
        committing.commit_run(home, con, plan, loaded, one)
        approval.drop_pending(home, plan, asked.source)
        publishing.publish_release(home, con)
    return None


def tables_of(home: Home) -> dict[str, list[tuple]]:
    """Return the rows of a published file that must not depend on how it came about; of a version, what stands for what people said."""
    with store.connect(home.published, read_only=True) as con:
        found = {}
        for table in schema.TABLES.values():
            if table.name in ("runs", "validations"):
                continue
            columns = ", ".join(
                "split_part(code_version, '+', 2) || split_part(code_version, '+', 3)" if name == "code_version" else f'"{name}"'
                for name in table.column_names
                if name not in OF_A_RUN
            )
            where = "WHERE status <> 'superseded'" if table.name == "raw_files" else ""
            found[table.name] = con.execute(f"SELECT {columns} FROM {table.name} {where} ORDER BY ALL").fetchall()
        return found


class Life(RuleBasedStateMachine):
    """What may happen to a home."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="life-"))
        self.home = Home(self.folder / "home")
        self.home.path.mkdir()
        self.pattern: str | None = None
        self.paper: str | None = None
        self.encodings: tuple[str, ...] = ()
        self.unnoticed = False
        self.clock = 1_700_000_000
        self.quick = ExitStack()
        self.quick.enter_context(quick())
        for slot, text in zip(KEPT, (0, 1), strict=True):
            self.write(slot, TEXTS[text])

    # --- files ---

    def write(self, slot: str, data: bytes, at: int | None = None) -> None:
        """Write a file, at a time of its own unless one is given."""
        path = self.folder / slot
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.clock += 1
        os.utime(path, (at or self.clock, at or self.clock))

    def there(self, slot: str) -> bool:
        return (self.folder / slot).exists()

    @rule(slot=slots, text=texts)
    def add_or_change(self, slot, text):
        OPERATIONS["change" if self.there(slot) else "add"] += 1
        self.write(slot, TEXTS[text])

    @rule(slot=slots)
    def change_unseen(self, slot):
        """Change a file and keep its size and time, as some tools do."""
        if self.there(slot) and (data := (self.folder / slot).read_bytes()).count("大桥".encode()):
            OPERATIONS["change unseen"] += 1
            self.write(slot, data.replace("大桥".encode(), "渡口".encode()), int((self.folder / slot).stat().st_mtime))
            self.unnoticed = True

    @rule(slot=slots)
    def empty(self, slot):
        if self.there(slot):
            OPERATIONS["empty"] += 1
            self.write(slot, b"")

    @rule(slot=slots)
    def remove(self, slot):
        if self.there(slot):
            OPERATIONS["remove"] += 1
            (self.folder / slot).unlink()

    @rule(one=slots, other=slots)
    def move(self, one, other):
        if self.there(one) and one != other:
            OPERATIONS["move"] += 1
            (self.folder / other).parent.mkdir(parents=True, exist_ok=True)
            os.replace(self.folder / one, self.folder / other)

    @rule(one=slots, other=slots)
    def swap(self, one, other):
        if self.there(one) and self.there(other) and one != other:
            OPERATIONS["swap"] += 1
            os.replace(self.folder / one, self.folder / "kept aside")
            os.replace(self.folder / other, self.folder / one)
            os.replace(self.folder / "kept aside", self.folder / other)

    @rule(one=slots, other=slots)
    def copy(self, one, other):
        if self.there(one) and one != other:
            OPERATIONS["copy"] += 1
            self.write(other, (self.folder / one).read_bytes())

    @rule(paper=st.sampled_from(("云渡日报", "云渡晚报")), days=st.permutations(("2025-03-04", "2025-03-05", "2025-03-07")))
    def rename_folder(self, paper, days):
        one, other = (self.folder / "pages" / paper / day for day in days[:2])
        if one.exists() and not other.exists():
            OPERATIONS["rename a folder"] += 1
            one.rename(other)

    @rule(members=st.lists(texts, max_size=3))
    def pack(self, members):
        OPERATIONS["pack"] += 1
        path = self.folder / ARCHIVE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if members:
            with zipfile.ZipFile(path, "w") as archive:
                for number, text in enumerate(members, 1):
                    archive.writestr(f"{number}.txt", TEXTS[text])

    # --- what is said of them ---

    @rule(pattern=st.sampled_from((PATTERN, "{date:%Y-%m-%d}/{page}.txt", None)), paper=st.sampled_from(("云渡报", None)))
    def declare(self, pattern, paper):
        OPERATIONS["declare pattern and paper"] += 1
        self.pattern, self.paper = pattern, paper

    @rule(encodings=st.sampled_from(((), ("gb18030",), ("big5", "utf-8"))))
    def declare_encodings(self, encodings):
        OPERATIONS["declare encodings"] += 1
        self.encodings = encodings

    @rule(lines=st.lists(st.tuples(texts, st.sampled_from((1, 2, 99)), st.sampled_from(("headline", "body", "furniture"))), max_size=3))
    def correct(self, lines):
        """Write corrections; some name a block that the page has not, some a page that is not there."""
        OPERATIONS["correct"] += 1
        self.home.corrections.write_text(
            "".join(
                json.dumps({"file_id": file_id_of(TEXTS[text]), "block": block, "role": role, "by": "周明远"}) + "\n"
                for text, block, role in lines
            ),
            "utf-8",
        )

    # --- what is run ---

    def asked(self, source: str, **more) -> Request:
        is_declared = source == "pages"
        return Request(
            self.home,
            str(self.folder / source),
            self.pattern if is_declared else None,
            paper=self.paper if is_declared else None,
            encodings=self.encodings if is_declared else (),
            **{"max_loss": 1.0, **more},
        )

    @rule(
        source=st.sampled_from(("pages", "other")),
        retire=st.booleans(),
        kind=st.sampled_from(("", "refresh", "retry", "by_content", "since")),
    )
    def run(self, source, retire, kind):
        OPERATIONS[f"run {kind}".strip()] += 1
        OPERATIONS["retire"] += retire
        more = {"since": date(2025, 3, 5)} if kind == "since" else {kind: True} if kind else {}
        run(self.home, self.asked(source, retire=retire, **more))

    @rule(
        source=st.sampled_from(("pages", "other")),
        retire=st.booleans(),
        point=st.integers(0, len(POINTS) - 1),
        is_after=st.booleans(),
        nth=st.integers(1, 3),
    )
    def run_that_is_killed(self, source, retire, point, is_after, nth):
        OPERATIONS["run to be killed"] += 1
        with killed_at(point, is_after, nth):
            run(self.home, self.asked(source, retire=retire))

    @rule(answer=st.sampled_from(("approve", "reject", "none")))
    def run_that_may_lose_nothing(self, answer):
        held = run(self.home, self.asked("pages", retire=True, max_loss=0.0))
        OPERATIONS["run that may lose nothing"] += 1
        if held and answer != "none":
            OPERATIONS[answer] += 1
            verdict = approval.APPROVED if answer == "approve" else approval.REJECTED
            approval.write_verdict(self.home, held.change, verdict, "", datetime(2025, 4, 1))
            if answer == "approve":
                assert run(self.home, self.asked("pages", retire=True, max_loss=0.0, only_change=held.change)) is None

    @rule()
    def backfill(self):
        OPERATIONS["backfill"] += 1
        run(self.home, self.asked("pages", refresh=True, retry=True))

    @precondition(lambda self: self.home.build.exists())
    @rule()
    def grow_older(self):
        """Let all rows be those of an earlier version of the code."""
        OPERATIONS["older code"] += 1
        with store.opened_build(self.home, loading.restore) as con:
            con.execute("UPDATE file_paths SET code_version = 'older0000000' || code_version[13:]")
            files = store.export_table(con, self.home.lake, schema.TABLES["file_paths"], committing.WHOLE)
            store.commit_manifest(
                self.home, con, lake.read_manifest(self.home.manifest).replaced(files, {"file_paths": {committing.WHOLE}})
            )

    @precondition(lambda self: len(list_releases(self.home)) > 1)
    @rule(is_killed=st.booleans(), is_after=st.booleans())
    def roll_back(self, is_killed, is_after):
        OPERATIONS["roll back"] += 1
        with killed_at(POINTS.index((store, "put_in_place")), is_after, 1 if is_killed else 99):
            roll_back(self.home, list_releases(self.home)[-2])

    @precondition(lambda self: self.home.manifest.exists())
    @rule()
    def rebuild(self):
        OPERATIONS["rebuild"] += 1
        publishing.rebuild(self.home)

    @precondition(lambda self: self.home.manifest.exists())
    @rule()
    def compact(self):
        OPERATIONS["compact"] += 1
        compact(self.home)

    # --- the law ---

    def teardown(self) -> None:
        try:
            self.compare()
        finally:
            self.quick.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def compare(self) -> None:
        """Run both sources once more, and compare the home with a fresh one."""
        OPERATIONS["lives"] += 1
        for source in ("pages", "other"):
            run(self.home, self.asked(source, retire=True, by_content=self.unnoticed))
        if read_pin(self.home):
            publishing.rebuild(self.home)
        fresh = Home(self.folder / "fresh")
        fresh.path.mkdir()
        if self.home.corrections.exists():
            shutil.copy(self.home.corrections, fresh.corrections)
        for source in ("pages", "other"):
            run(fresh, replace(self.asked(source), home=fresh))
        found, wanted = tables_of(self.home), tables_of(fresh)
        for name in wanted:
            more, less = [row for row in found[name] if row not in wanted[name]], [row for row in wanted[name] if row not in found[name]]
            assert found[name] == wanted[name], f"{name}: too much {more[:3]}, missing {less[:3]}"
