"""Environments in which people start Dibao: with proxies, in a folder of another Prefect project, without a home, with odd names of files.

What does not hinder one another comes at once, for each start of a server takes its time.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from flows.cli.app import main
from flows.shared.settings import PROXIES, ROOT, isolate_environment
from flows.shared.sources import DeclarationError, declared_sources
from tests.home import PATIENCE, connect
from tests.served import Served, until
from transforms.rows import file_id_of
from warehouse.home import Home, HomeBusyError
from warehouse.sources import SourceError, find_raw_files, shown

DIBAO = [sys.executable, "-P", "-c", "import sys; from dibao import main; sys.exit(main())"]
"""What the installed command does."""
PAGE = "云渡区图书馆六月起延长开放时间\n\n本报讯（周明远）6月1日起，云渡区图书馆每天开放到晚上九点。读者可以在自习室看书。\n"
NAME = "云渡".encode("gbk")


@contextmanager
def bad_proxy():
    """Give the address of a proxy that answers 502 to everything, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            asked.append(self.requestline)
            self.send_error(502)

        do_GET = do_POST = do_PATCH = do_CONNECT = answer

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.fixture(scope="module")
def hindered(tmp_path_factory):
    """A folder and an environment in which much is in the way, and what the proxy there was asked."""
    folder = tmp_path_factory.mktemp("project")
    for package in ("flows", "warehouse"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text("raise ImportError('a package of another project')", "utf-8")
    (folder / ".env").write_bytes(b"OWNER=" + NAME + b"\nPREFECT_API_URL=http://127.0.0.1:9/api\nPREFECT_SERVER_API_AUTH_STRING=env:file\n")
    (folder / "prefect.toml").write_text('[server.api]\nauth_string = "toml:file"\n', "utf-8")
    pages = folder / "pages 一" / os.fsdecode(NAME)
    pages.mkdir(parents=True)
    (pages / os.fsdecode(NAME + b"?.txt")).write_text(PAGE, "utf-8")
    with bad_proxy() as (proxy, asked):
        environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "USER", "LOGNAME", "NO_PROXY", "no_proxy")}
        environment |= {
            "HTTP_PROXY": proxy,
            "https_proxy": proxy,
            "ALL_PROXY": "socks5://127.0.0.1:9",
            "PYTHONPATH": str(folder),
            "PREFECT_SERVER_API_AUTH_STRING": "server:alone",
        }
        yield folder, environment, asked


def test_a_run_is_hindered_by_none_of_it(hindered):
    folder, environment, asked = hindered
    home = folder / "by hand"
    done = subprocess.run(
        [*DIBAO, "run", b"pages \xe4\xb8\x80/" + NAME, "--json", "--home", home],
        cwd=folder,
        env=environment,
        umask=0o077,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["n_files_new"] == 1 and asked == []
    with connect(home) as con:
        assert con.execute("SELECT path, file_id FROM raw_files").fetchall() == [
            (shown(os.fsdecode(NAME) + "?.txt"), file_id_of(PAGE.encode()))
        ]
    mine = [path for path in (home, *home.rglob("*")) if "static" not in path.parts]  # what Data Docs need is not the user's
    assert not [path for path in mine if path.stat().st_mode & 0o077], "umask 077"


def test_nor_is_what_serves(hindered):
    folder, environment, asked = hindered
    home = folder / "served"
    home.mkdir()
    (home / "sources.toml").write_text('[odd]\nlocation = "file://pages%20一"\n', "utf-8")
    served = Served(home, [])
    served.start(webhook="", command=DIBAO, cwd=folder, env=environment, umask=0o077)
    try:
        assert served.secret == "server:alone", "the owner's own"
        with Home(home).lock():  # as a rebuild holds it for a moment, when the run is due
            run_id = served.start_run("odd")
            until(lambda: served.state(run_id)["type"] == "RUNNING")
            time.sleep(3)
        state = until(lambda: (state := served.state(run_id))["type"] in ("COMPLETED", "FAILED", "CRASHED") and state)
        assert state["type"] == "COMPLETED" and state["message"].startswith("1 new of 1 files"), state
    finally:
        served.process.send_signal(signal.SIGINT)
        served.process.wait(60)
    assert asked == []


def test_what_is_outside_may_still_need_the_proxy(monkeypatch, tmp_path):
    for name in (*PROXIES, "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("all_proxy", "socks5h://proxy.example:1080")
    monkeypatch.setenv("NO_PROXY", "intra.example,localhost")
    monkeypatch.setenv("PYTHONPATH", f"/opt/plugins{os.pathsep}{ROOT}")
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("Could not determine home directory.")))
    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr("flows.shared.settings.find_spec", lambda name: None)
    isolate_environment(tmp_path)
    assert os.environ["HTTPS_PROXY"] == "http://proxy.example:3128" and "all_proxy" not in os.environ
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "intra.example,localhost,127.0.0.1,::1"
    assert os.environ["PYTHONPATH"] == f"{ROOT}{os.pathsep}/opt/plugins" and os.environ["HOME"] == str(tmp_path)


def test_a_folder_that_was_deleted_is_told(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$0" && exec "$@"', gone, *DIBAO, "status"], cwd=gone, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 2 and "has been deleted; change to another one" in done.stderr and "Traceback" not in done.stderr


def test_a_home_that_duckdb_cannot_open_is_told(tmp_path, capsys):
    for name in ("what?", os.fsdecode(NAME)):
        assert main(["status", "--home", str(tmp_path / name)]) == 2
    told = capsys.readouterr().err
    assert "read what follows a ? as options" in told and "only paths in UTF-8" in told


def test_a_url_of_a_file_may_have_percent_signs(tmp_path):
    for name in ("a b", "c%20d"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.txt").write_text(PAGE, "utf-8")
    for url in ("a%20b", "a b", "c%20d"):
        assert [raw.path for raw in find_raw_files(f"file://{tmp_path}/{url}")] == ["1.txt"], url
    with pytest.raises(SourceError):
        list(find_raw_files(f"{tmp_path}/a%20b"))  # a path is no URL


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ('schedule = "0 25 * * *"', "Bad hour"),
        ('schedule = "nightly"', "minute, hour, day, month, weekday"),
        ("schedule = 0", "Never comes"),
        ('schedule = "0 0 31 2 *"', "schedule is"),
        ('timezone = "Asia/Peking"', "such as Asia/Shanghai"),
        ('schedule = "* * * * * *"', "fields"),
    ],
)
def test_a_schedule_that_never_comes_is_told_when_it_is_read(wrong, words, tmp_path):
    home = Home(tmp_path)
    for table in ('[yundu]\nlocation = "pages"', "[maintenance]"):
        home.sources.write_text(f"{table}\n{wrong}\n", "utf-8")
        with pytest.raises(DeclarationError, match=words):
            declared_sources(home)
    home.sources.write_text('[yundu]\nlocation = "pages"\nschedule = "*/5 8-18 * * MON-FRI"\ntimezone = "Europe/Berlin"\n', "utf-8")
    assert declared_sources(home)["yundu"].schedule == "*/5 8-18 * * MON-FRI"


def test_who_is_patient_waits_for_a_home(tmp_path):
    home = Home(tmp_path / "home")
    code = "import sys, time; from pathlib import Path; from warehouse.home import Home\nwith Home(Path(sys.argv[1])).lock():\n print(1, flush=True); time.sleep(2)"
    with subprocess.Popen([sys.executable, "-c", code, str(home.path)], stdout=subprocess.PIPE, cwd=ROOT) as holder:
        holder.stdout.readline()
        with pytest.raises(HomeBusyError), home.lock():
            pass
        with home.lock(patience=60):
            assert holder.wait(1) == 0
