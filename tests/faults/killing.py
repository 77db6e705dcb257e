"""Workers that die: forked processes that are killed with SIGKILL at a step of their work that is chosen beforehand."""

import datetime as dt
import os
import signal
import threading
import time

import requests
from django.db import connection as database
from django.db import connections as databases

from orcid_workflow import sync
from orcid_workflow.api import transport
from orcid_workflow.sending import leases

LEASE = dt.timedelta(seconds=3)
BACK_OFF = 0.2  # seconds


class Steps:
    """Counts what a process does outside itself: each statement to the database before it is sent, each call to ORCID
    before it is sent and after its answer. At step ``kill_at`` the process kills itself; 0 only counts.
    """

    def __init__(self, kill_at: int = 0) -> None:
        self.done = 0
        self.kill_at = kill_at

    def step(self) -> None:
        self.done += 1
        if self.done == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, execute, sql, params, many, context):
        self.step()
        return execute(sql, params, many, context)

    def watch(self) -> None:
        """Begin to count in this process, for its whole life."""
        send = requests.adapters.HTTPAdapter.send

        def counted(adapter, request, **kwargs):
            self.step()
            answer = send(adapter, request, **kwargs)
            self.step()
            return answer

        requests.adapters.HTTPAdapter.send = counted
        database.execute_wrappers.append(self.statement)


class Writes(Steps):
    """Counts no statement that only reads: who dies before one leaves the same behind as who dies before the next
    step. Of long work it is a third.
    """

    def statement(self, execute, sql, params, many, context):
        if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT")):
            self.step()
        return execute(sql, params, many, context)


def fork(work, kill_at: int = 0, steps: type[Steps] = Steps) -> int:
    """Run ``work`` in a process of its own, killed at ``kill_at``; return its id. Exit status 0: it came to its end."""
    databases.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        transport._local = threading.local()  # sockets are not shared with the parent
        leases.LEASE = LEASE
        leases._FIRST_DELAY, leases._LONGEST_DELAY = BACK_OFF, BACK_OFF
        steps(kill_at).watch()
        work()
        status = 0
    finally:
        os._exit(status)


def wait_for(children: list[int]) -> list[int]:
    """Wait for processes; return how each ended (a negative number is the signal that killed it)."""
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def die_everywhere(
    kill_points: range, workers: int = 4, work=sync.run_due, steps: type[Steps] = Steps
) -> int:
    """Let ``workers`` at a time do the ``work`` that is due, each killed at the next of ``kill_points`` (counted by
    ``steps``); return how many were killed.
    """
    killed = 0
    points = list(kill_points)
    while points:
        now, points = points[:workers], points[workers:]
        killed += wait_for([fork(work, point, steps) for point in now]).count(-signal.SIGKILL)
    return killed


def work_until(done, workers: int = 4, rounds: int = 60, work=sync.run_due) -> None:
    """Let whole workers do their ``work`` until ``done()``, as long as something moves within ``rounds`` rounds."""
    for _ in range(rounds):
        assert wait_for([fork(work) for _ in range(workers)]) == [0] * workers
        if done():
            return
        time.sleep(LEASE.total_seconds() / 4)  # a lease of the dead has to run out
    raise AssertionError("items are left over")
