"""Faults on demand, the list of calls, and that neither is there unless asked for. Also starting and
stopping.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.registry_process import ROOT, Registry, start_registry, token_for

from .conftest import PASSWORD, PEOPLE, SCOPE, Caller, work


def add(registry: Registry, **fault: object) -> None:
    requests.post(f"{registry.base_url}/_faults", json.dumps(fault), timeout=10).raise_for_status()


def test_a_status_on_demand_does_no_work(registry: Registry, student: Caller) -> None:
    body = work()
    add(registry, method="POST", path_regex="/work$", status=503, times=2)
    answers = [student.call("POST", "work", json=body).status_code for _ in range(3)]
    assert answers == [503, 503, 201]


def test_a_dropped_answer_leaves_the_work_done(registry: Registry, student: Caller) -> None:
    body = work()
    add(registry, method="POST", path_regex="/work$", action="drop_after")
    with pytest.raises(requests.ConnectionError):
        student.call("POST", "work", json=body)
    assert student.call("POST", "work", json=body).status_code == 409
    calls = requests.get(f"{registry.base_url}/_log", timeout=10).json()["calls"]
    assert [call["status"] for call in calls if call["path"].endswith("/work")][-2:] == [0, 409]
    assert student.token not in json.dumps(calls)


def test_a_call_that_was_cut_before_the_work_did_nothing(registry: Registry, student: Caller) -> None:
    body = work()
    add(registry, method="POST", path_regex="/work$", action="drop_before")
    with pytest.raises(requests.ConnectionError):
        student.call("POST", "work", json=body)
    assert student.call("POST", "work", json=body).status_code == 201


def test_an_answer_that_comes_too_late_belongs_to_work_that_is_done(
    registry: Registry, student: Caller
) -> None:
    body = work()
    add(registry, method="POST", path_regex="/work$", action="delay_after", seconds=20)
    headers = {"Authorization": f"Bearer {student.token}", "Accept": "application/json"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{student.record}/work", json=body, headers=headers, timeout=3)
    assert student.call("POST", "work", json=body).status_code == 409


def test_only_the_third_call(registry: Registry, student: Caller) -> None:
    add(registry, path_regex="/works$", status=500, skip=2)
    assert [student.call("GET", "works").status_code for _ in range(4)] == [200, 200, 500, 200]


def test_some_calls_at_random_but_the_same_ones_each_time(registry: Registry, student: Caller) -> None:
    def some() -> list[int]:
        add(registry, path_regex="/works$", status=502, probability=0.5, seed=7, times=0)
        statuses = [student.call("GET", "works").status_code for _ in range(20)]
        requests.delete(f"{registry.base_url}/_faults", timeout=10)
        return statuses

    first = some()
    assert set(first) == {200, 502}
    assert some() == first


def test_a_refusal_on_demand_has_orcid_s_form(registry: Registry, student: Caller) -> None:
    add(registry, path_regex="/works$", error=9018)
    answer = student.call("GET", "works")
    assert (answer.status_code, answer.json()["error-code"]) == (409, 9018)


def test_delay_and_clear(registry: Registry, student: Caller) -> None:
    add(registry, path_regex="/works$", action="delay", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        requests.get(
            f"{student.record}/works", headers={"Authorization": f"Bearer {student.token}"}, timeout=0.2
        )
    add(registry, path_regex="/works$", status=500, times=5)
    assert requests.delete(f"{registry.base_url}/_faults", timeout=10).status_code == 204
    assert student.call("GET", "works").status_code == 200


@pytest.mark.parametrize(
    "fault", [{"action": "explode"}, {}, {"status": 500, "error": 9008}, {"error": 1}, {"colour": "red"}]
)
def test_a_fault_that_means_nothing_is_refused(registry: Registry, fault: dict) -> None:
    answer = requests.post(f"{registry.base_url}/_faults", json=fault, timeout=10)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    ["_faults", "_log", "_status", "_switches", "_clients", "_webhooks", "_items", "_trust", "_control"],
)
def test_controls_are_not_there_unless_asked_for(registry_without_schemas: Registry, path: str) -> None:
    assert requests.get(f"{registry_without_schemas.base_url}/{path}", timeout=10).status_code == 404


def test_a_second_start_keeps_everything(tmp_path: Path) -> None:
    first = start_registry(tmp_path, PEOPLE[:1])
    caller = Caller(first, token_for(first, "student", PASSWORD, SCOPE))
    put_code = caller.call("POST", "work", json=work()).headers["Location"].rsplit("/", 1)[1]
    keys = requests.get(f"{first.base_url}/oauth/jwks", timeout=10).json()
    assert first.stop() == 0
    second = start_registry(tmp_path, PEOPLE[:1])
    try:
        again = Caller(second, caller.answer)
        assert again.call("GET", f"work/{put_code}").status_code == 200
        assert len(again.call("GET", "keywords").json()["keyword"]) == 2
        assert requests.get(f"{second.base_url}/oauth/jwks", timeout=10).json() == keys
        assert caller.token not in second.log.read_text()
    finally:
        second.stop()


def test_people_with_a_wrong_check_digit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="0000-0002-1825-0098"):
        start_registry(tmp_path, [{"orcid": "0000-0002-1825-0098", "password": PASSWORD}])


def test_a_bad_work_in_the_people_file_is_named(tmp_path: Path) -> None:
    person = PEOPLE[0] | {"works": [work(type="thesis")]}
    with pytest.raises(RuntimeError, match=r"0000-0002-1825-0097.*Invalid work type"):
        start_registry(tmp_path, [person])


def test_a_token_in_the_people_file_works_and_is_loaded_once(tmp_path: Path) -> None:
    token = {"access_token": "a" * 32, "refresh_token": "b" * 32, "scope": SCOPE}
    people = [PEOPLE[0] | {"tokens": [token]}]
    start_registry(tmp_path, people).stop()
    registry = start_registry(tmp_path, people)
    try:
        caller = Caller(registry, token | {"orcid": PEOPLE[0]["orcid"]})
        assert caller.call("POST", "work", json=work()).status_code == 201
    finally:
        registry.stop()


def test_migrations_are_complete(tmp_path: Path) -> None:
    settings = {
        "DJANGO_SETTINGS_MODULE": "orcid_workflow.registry.settings",
        "REGISTRY_DB": str(tmp_path / "db"),
    }
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "registry"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
