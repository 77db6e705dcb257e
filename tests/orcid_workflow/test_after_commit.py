"""What waits for the commit, and fails, is logged and reaches nobody."""

import functools
import logging

import pytest
from django.db import transaction

from orcid_workflow.after_commit import after_commit


def fail(words: str) -> None:
    raise OSError(words)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("function", [fail, functools.partial(fail)], ids=["function", "partial"])
def test_a_failure_is_logged_and_what_comes_after_it_is_done(caplog, function):
    done = []
    with caplog.at_level(logging.ERROR), transaction.atomic():
        after_commit(function, "No mail server.")
        after_commit(done.append, "next")
        assert done == []
    assert done == ["next"]
    assert "No mail server." in caplog.text


@pytest.mark.django_db
def test_nothing_is_done_when_nothing_is_committed(django_capture_on_commit_callbacks):
    done = []

    def break_off() -> None:
        with transaction.atomic():
            after_commit(done.append, "never")
            raise ValueError("undone")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValueError, match="undone"):
        break_off()
    assert done == []
