"""Ctrl-C, ``kill`` and a terminal that is closed end a run at once, as SIGKILL would: what is not committed is made again by the next run.

There is nothing to tidy up, so nothing is: a signal's number goes through a pipe to a thread, which ends the processes that this one
started, says one sentence, and ends this one. So it works while the main thread waits for DuckDB or for a server that is gone, and
whatever handlers Prefect has set; a second signal has nothing left to break.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.shared.orphans import end_children

STOPPED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stoppable(farewell: Callable[[signal.Signals], None], code: int) -> Iterator[None]:
    """End this process and what it started with that exit code when one of ``STOPPED_BY`` comes while the block runs, unless it is ignored.

    ``farewell`` says what the user should know; it is called in a thread of its own. Needs the main thread.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)

    def watch() -> None:
        while number := os.read(reader, 1):
            if number[0] in heard:
                end_children()
                farewell(signal.Signals(number[0]))
                os._exit(code)
        os.close(reader)

    heard = [number for number in STOPPED_BY if signal.getsignal(number) != signal.SIG_IGN]  # `nohup` has a run not hear its terminal close
    before = {number: signal.signal(number, lambda *_: None) for number in heard}
    earlier = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=watch, name="stopping", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(earlier)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(writer)


@contextmanager
def shielded() -> Iterator[None]:
    """Let processes that are started in the block not hear Ctrl-C, which goes to all of a terminal's processes: who started them decides."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
