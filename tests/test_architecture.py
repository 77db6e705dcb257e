"""The floor plan, kept: which way imports go, and how large a room may grow."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: What each part may not import: ``etd_site -> submissions -> orcid_workflow``, and nothing the other way.
FORBIDDEN = {
    "orcid_workflow": ("submissions", "etd_site", "wagtail"),
    "submissions": ("etd_site",),
    # A crosswalk is a pure function of a record.
    "submissions/metadata/crosswalks": ("django", "wagtail", "submissions.models"),
    # The registry is a process of its own: it must not lean on the app it is there to test.
    "orcid_workflow/registry": ("wagtail", "submissions", "etd_site"),
}
#: What a folder inside another may import after all.
EXCEPTED = {
    # An app of its own, which a site without Wagtail does not install.
    "orcid_workflow/desk": ("wagtail",),
}


def modules(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]


def imported(path: Path) -> set[str]:
    """The absolute names a file imports, at the top or inside a function."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_imports_go_one_way(folder):
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        for name in imported(path)
        for forbidden in FORBIDDEN[folder]
        if (name == forbidden or name.startswith(f"{forbidden}.")) and not excepted(path, forbidden)
    }
    assert wrong == set()


def excepted(path: Path, forbidden: str) -> bool:
    return any((ROOT / folder) in path.parents and forbidden in names for folder, names in EXCEPTED.items())


def test_nothing_leans_on_the_desk():
    outside = [
        path for path in modules("orcid_workflow") if (ROOT / "orcid_workflow/desk") not in path.parents
    ]
    assert [
        path for path in outside if any(name.startswith("orcid_workflow.desk") for name in imported(path))
    ] == []


def test_the_import_rule_sees_relative_and_nested_imports():
    assert "submissions.models" in imported(ROOT / "submissions" / "drafts.py")
    assert "submissions.lifecycle" in imported(ROOT / "submissions" / "review" / "finish.py")


def test_a_status_is_written_by_the_lifecycle_alone():
    """Others ask the functions of the package; what a move is made of stays inside."""
    inside = ROOT / "submissions/lifecycle"
    others = [path for folder in ("etd_site", "submissions") for path in modules(folder)]
    reaching_in = {
        str(path.relative_to(ROOT))
        for path in others
        if inside not in path.parents
        and any(name.startswith("submissions.lifecycle.moves") for name in imported(path))
    }
    assert reaching_in == set()
    assert "submissions.lifecycle.moves" in imported(inside / "publishing.py")


def test_no_file_is_two_rooms():
    long = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for folder in ("etd_site", "submissions", "orcid_workflow")
        for path in modules(folder)
        if len(path.read_text().splitlines()) > 400
    }
    assert long == {}


def test_every_room_of_the_plan_is_there():
    plan = (ROOT / "docs/architecture.md").read_text().split("```")[1]
    named = set(re.findall(r"(?<![\w./])([a-z_]\w*(?:\.py|/))", plan))
    there = {
        path.name for folder in ("etd_site", "submissions", "orcid_workflow") for path in modules(folder)
    }
    there |= {path.name for path in ROOT.glob("*.py")}
    there |= {f"{path.name}/" for path in (*ROOT.iterdir(), *ROOT.glob("*/*"), *ROOT.glob("*/*/*"))}
    assert {"lifecycle/", "moves.py"} <= named
    assert named - there == set()


def test_production_does_not_install_the_registry():
    from etd_site.settings import base

    assert [app for app in base.INSTALLED_APPS if "registry" in app] == []
