"""docs/api.md: every example runs as it stands there, with curl, against a server."""

import json
import os
import re
import subprocess

import pytest
from django.core.cache import cache

from submissions.api import keys
from submissions.models import Status
from tests.conftest import ROOT
from tests.factories import make_submission

DOC = (ROOT / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"^```sh\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_every_example_runs(live_server, settings, tmp_path):
    settings.ETD_BASE_URL = live_server.url
    cache.clear()
    case = make_submission(Status.PUBLISHED)
    _, secret = keys.make("Repository")
    assert len(EXAMPLES) == 6
    answers = []
    for example in EXAMPLES:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", example],
            env={**os.environ, "SITE": live_server.url, "KEY": secret, "ID": str(case.uuid)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, (example, done.stdout, done.stderr)
        answers.append(done.stdout)
    first, everything, since, filtered, one, unchanged = answers
    assert [thesis["id"] for thesis in json.loads(first)["results"]] == [str(case.uuid)]
    assert everything.split()[1:] == [str(case.uuid), "False"]
    assert len(json.loads(since)["results"]) == 1
    assert json.loads(filtered)["results"] == []
    assert one.startswith('{"id": ')
    assert "<mods" in one
    assert '"format": "thesis-record/1"' in one
    assert unchanged == "304\n"


def test_every_parameter_and_status_is_explained():
    from submissions.api.document import document

    for path in document("https://theses.example.edu/api")["paths"].values():
        for parameter in path["get"]["parameters"]:
            if parameter["name"] not in ("cursor", "id", "format"):
                assert f"`{parameter['name']}`" in DOC, parameter["name"]
        for status in path["get"]["responses"]:
            assert re.search(rf"\b{status}\b", DOC) or status == "200", status
