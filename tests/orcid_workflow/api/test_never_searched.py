"""An iD comes from its owner's signing in, never from a search of the registry (orcid.md §18, §19)."""

import ast
from pathlib import Path

import pytest
import requests

from orcid_workflow import profile, sync
from orcid_workflow.models import ApiCall

from ..conftest import at_orcid, begin

APP = Path(profile.__file__).parent
#: The set-up check asks how many public records name the university, and for none of them.
_ALLOWED = {"setup_check/at_orcid.py"}


def _texts(path: Path) -> list[str]:
    """Every text in a program but for what explains it."""
    tree = ast.parse(path.read_text())
    explained = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in explained
    ]


def _searches(text: str) -> bool:
    return any(word in text for word in ("search/", "/search", "-search", "given-names:", "family-name:"))


def test_no_program_names_the_search() -> None:
    files = [
        path for path in APP.rglob("*.py") if path.relative_to(APP).parts[0] not in ("registry", "migrations")
    ]
    assert len(files) > 40
    found = {str(path.relative_to(APP)) for path in files if any(_searches(text) for text in _texts(path))}
    assert found <= _ALLOWED


def test_the_set_up_check_searches_for_the_university_alone() -> None:
    texts = _texts(APP / "setup_check" / "at_orcid.py")
    queries = [text for text in texts if _searches(text) or "ror-org-id" in text]
    assert any("ror-org-id" in text for text in queries)
    assert not any(word in text for text in queries for word in ("email", "name", "expanded", "csv"))


def test_the_measure_can_tell() -> None:
    assert _searches("/expanded-search/?q=email:x")
    assert _searches("/v3.0/search/?q=family-name:Byron")
    assert not _searches("/0000-0002-1825-0097/record")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nobody_is_searched_for_from_sign_in_to_reading(registry, person, browser, user) -> None:
    requests.delete(f"{registry.base_url}/_log", timeout=5).raise_for_status()  # what other tests asked for
    browser.get(at_orcid(registry, person, begin(browser)))
    connection = user.orcid_connections.get()
    profile.refresh(connection)
    profile.full_works(connection, [1])
    sync.run_due()
    seen = {call["path"] for call in registry.see("log")["calls"]}
    assert any(person.orcid in path for path in seen)
    assert not any("search" in path for path in seen)
    assert not ApiCall.objects.filter(path__contains="search").exists()
