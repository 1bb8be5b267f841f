"""Runners, which process the batches: threads, processes of this machine, a Dask or a Ray cluster. The rows are the same with each.

A runner does a piece of work for one batch and waits for it; it is called by as many threads as it has workers. A batch is a folder, so the machines of a cluster must see the home, and the source, under the same paths, and have the same code:
``flows.pipeline.machines`` checks that. A worker that dies costs the batch it had in hand, which is done again; a batch that kills three workers is
given up. A process that takes longer than ``BATCH_SECONDS`` for one hangs, and dies of it.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing import forkserver
from queue import SimpleQueue
from typing import TYPE_CHECKING

from flows.pipeline.machines import UnfitWorkerError
from flows.shared.stopping import shielded

if TYPE_CHECKING:
    import distributed

THREADS, PROCESSES, DASK, RAY = "threads", "processes", "dask", "ray"
RUNNERS = (THREADS, PROCESSES, DASK, RAY)
ATTEMPTS = 3
"""Workers that a batch may kill before it is given up: the only place where a batch is done again."""
BATCH_SECONDS = 1800
"""How long a process may take for a batch: 6 MB take some 40 seconds."""

NEEDED = "flows.pipeline.preload"
"""What a process imports before its first batch."""

Check = Callable[[], None]
Work = Callable[[str], str]


@dataclass(frozen=True)
class Runner:
    """Who does the work for batches, and for how many at once."""

    do: Callable[[Work, str], str]
    n_workers: int

    def __call__(self, work: Work, folder: str) -> str:
        """Do the work for the batch in a folder, wait for it, and return what it returns. Raises RunnerError where the batch is given up."""
        return self.do(work, folder)


class RunnerError(RuntimeError):
    """A runner is not available, or gave a batch up; the message says what to do next."""


def opened_runner(
    kind: str | None, n_workers: int, address: str | None = None, check: Check | None = None
) -> AbstractContextManager[Runner]:
    """Return the runner of that kind as a context manager; without a kind, processes where several workers are wanted, else a thread.

    ``check`` is called on every worker of a Dask cluster that is there, before any work; what it raises there is raised here. Raises
    RunnerError where there is no such kind or its package is missing.
    """
    if kind is None:
        kind = PROCESSES if n_workers > 1 else THREADS
    if kind not in RUNNERS:
        raise RunnerError(f"no runner is called {kind!r}; there are {', '.join(RUNNERS)}")
    if address and kind in (THREADS, PROCESSES):
        raise RunnerError(f"the runner {kind} works on this machine and takes no address, found {address!r}")
    if kind == THREADS:
        return threads(n_workers)
    if kind == PROCESSES:
        return processes(n_workers)
    return dask(n_workers, address, check) if kind == DASK else ray_cluster(n_workers, address)


@contextmanager
def threads(n_workers: int) -> Iterator[Runner]:
    """Give a runner in threads of this process: for one worker, or for looking into a fault."""
    with ThreadPoolExecutor(n_workers) as executor:
        yield Runner(lambda work, folder: executor.submit(work, folder).result(), n_workers)


@contextmanager
def processes(n_workers: int) -> Iterator[Runner]:
    """Give a runner in processes, each a pool of its own: when one dies, the batches of the others go on."""
    idle: SimpleQueue[ProcessPoolExecutor] = SimpleQueue()
    for _ in range(n_workers):
        idle.put(new_process())

    def run(work: Work, folder: str) -> str:
        for _ in range(ATTEMPTS):
            process = idle.get()
            try:
                with shielded():
                    work_under_way = process.submit(within_limit, work, folder, BATCH_SECONDS)
                return work_under_way.result()
            except BrokenProcessPool:
                process.shutdown(wait=False)
                process = new_process()
            finally:
                idle.put(process)
        raise given_up(folder)

    try:
        yield Runner(run, n_workers)
    finally:
        for _ in range(n_workers):
            idle.get().shutdown(cancel_futures=True)
        end_fork_server()


def within_limit(work: Work, folder: str, seconds: float) -> str:
    """Do the work in a process that has no other; where it takes longer, say where it hangs, and die."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        return work(folder)
    finally:
        faulthandler.cancel_dump_traceback_later()


def new_process() -> ProcessPoolExecutor:
    """Return a pool of one process, which starts with its first batch and ends with this process in any case.

    It is forked from a server that has imported what a batch needs: that takes as long as a MB of pages, and is done once for all
    workers. A fork of this process itself would copy Prefect's threads in whatever state they are.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([NEEDED])
    return ProcessPoolExecutor(1, mp_context=context, initializer=initialize_worker, initargs=(dict(os.environ),))


def end_fork_server() -> None:
    """End the server that workers are forked from; the next worker starts another. It holds 245 MB (measured), which the writer needs from now on.

    There is no public way to end it before this process ends; where Python loses this one, the server stays as long as it did.
    """
    if stop := getattr(forkserver._forkserver, "_stop", None):
        stop()


def initialize_worker(environment: dict[str, str]) -> None:
    """Take over the environment of the process that wants this one, which may have changed since the server began.

    Ends this process when that one is gone, were it killed: nobody would read what it makes.
    """
    os.environ.update(environment)

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


def given_up(folder: str) -> RunnerError:
    """Return the error for a batch that kills every worker."""
    return RunnerError(
        f"{folder}: {ATTEMPTS} workers died on this batch, most often for want of memory, or because it took longer than {BATCH_SECONDS:,} seconds. Its files are in batch.json there; "
        "look for a huge one, or run again with fewer --workers. Batches that are done are kept."
    )


@contextmanager
def dask(n_workers: int, address: str | None, check: Check | None = None) -> Iterator[Runner]:
    """Give a runner on a Dask cluster: the one at the address, whose workers are checked first, else one of this machine's processes."""
    try:
        import dask as settings
        from distributed import Client, KilledWorker, LocalCluster
        from distributed.utils import get_mp_context
    except ImportError as error:
        raise RunnerError("the runner dask needs the package distributed: pip install 'dibao[dask]'") from error
    settings.config.set(
        {  # of a local cluster
            "distributed.worker.multiprocessing-method": "forkserver",
            "distributed.scheduler.allowed-failures": ATTEMPTS - 1,
            "distributed.deploy.lost-worker-timeout": "1 hour",  # of 15 s, a busy machine loses all workers for good and the run waits for ever
        }
    )
    get_mp_context().set_forkserver_preload(["distributed", NEEDED])  # after Dask has set its own
    local = None if address else LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=None)
    with Client(address or local) as client:
        if address and check:
            check_all(client, check)

        def run(work: Work, folder: str) -> str:
            try:
                return client.submit(work, folder, pure=False).result()
            except KilledWorker as error:
                raise given_up(folder) from error

        try:
            yield Runner(run, n_workers if local else max(1, sum(client.nthreads().values())))
        finally:
            if local:
                local.close()


def check_all(client: distributed.Client, check: Check) -> None:
    """Call a check on every worker of a Dask cluster. Raises UnfitWorkerError, or RunnerError where a worker cannot even make the check."""
    try:
        client.run(check)
    except UnfitWorkerError:
        raise
    except Exception as error:
        raise RunnerError(
            f"{client.scheduler.address}: a worker there cannot say which code it has ({type(error).__name__}: {error}); install the same Dibao on "
            "every machine and start the workers again"
        ) from error


@contextmanager
def ray_cluster(n_workers: int, address: str | None) -> Iterator[Runner]:
    """Give a runner on a Ray cluster: the one at the address, else one of this machine."""
    try:
        import ray
    except ImportError as error:
        raise RunnerError("the runner ray needs the package ray: pip install 'dibao[ray]'") from error
    where = {"address": address} if address else {"num_cpus": n_workers, "include_dashboard": False}
    ray.init(**where, log_to_driver=False, ignore_reinit_error=True)

    def run(work: Work, folder: str) -> str:
        try:
            return ray.get(ray.remote(max_retries=ATTEMPTS - 1)(work).remote(folder))
        except ray.exceptions.WorkerCrashedError as error:
            raise given_up(folder) from error

    try:
        yield Runner(run, max(1, int(ray.cluster_resources().get("CPU", 1))))
    finally:
        ray.shutdown()
