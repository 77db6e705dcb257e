"""``manage.py`` beside ``make run`` knows the places that the site delivers to."""

import json
import os
import subprocess
import sys

from etd_site.demo.places.known import tell, told
from etd_site.demo.places.settings import targets
from tests.conftest import ROOT

SHOW = "from django.conf import settings; import json; print(json.dumps(settings.ETD_TARGETS))"


def seen(var, **environment: str) -> dict:
    """``ETD_TARGETS`` of a process of its own."""
    clean = {name: value for name, value in os.environ.items() if name != "ETD_TARGETS"}
    told_to = {"DJANGO_SETTINGS_MODULE": "etd_site.settings.dev", "ETD_VAR_DIR": str(var), **environment}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=ROOT,
        env=clean | told_to,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_a_command_beside_the_site_knows_its_places(tmp_path):
    places = targets("http://localhost:8002")
    assert seen(tmp_path) == {}
    tell(tmp_path, places)
    assert seen(tmp_path) == places
    assert seen(tmp_path, ETD_TARGETS="{}") == {}


def test_nothing_is_told_of_stand_ins_that_were_not_started(tmp_path, monkeypatch):
    monkeypatch.delenv("ETD_TARGETS", raising=False)
    tell(tmp_path, targets("http://localhost:8002"))
    assert told(tmp_path)
    tell(tmp_path, None)
    assert told(tmp_path) == {}
