"""What the processes of ``make run`` write: the accounts that are printed at the start stay to be seen."""

import subprocess
import sys

PROGRAM = """
import logging
import django
django.setup()
from django_tasks_db.management.commands.db_worker import Command
Command().configure_logging(verbosity=1)  # what the worker does when it starts
logging.getLogger("django_tasks").info("a task is running")
logging.getLogger("django_tasks").error("a task failed")
logging.getLogger("submissions").info("something of ours")
"""


def test_the_worker_of_tasks_says_what_failed_and_not_what_went_well():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert "a task failed" in done.stderr
    assert "something of ours" in done.stderr
    assert "a task is running" not in done.stderr + done.stdout
