import pytest

from tests.places_process import SECRET, USER, start_places


@pytest.fixture(scope="module")
def _running(tmp_path_factory):
    places = start_places(tmp_path_factory.mktemp("places"))
    yield places
    places.stop()


@pytest.fixture
def places(_running, settings):
    """The stand-in, without faults, and DataCite as the only place that theses go to."""
    _running.heal()
    settings.ETD_TARGETS = {
        "doi": {
            "kind": "datacite",
            "address": _running.at("datacite"),
            "user": USER,
            "secret": SECRET,
            "prefix": "10.5555",
        }
    }
    settings.ETD_TARGET_TIMEOUT_SECONDS = 3
    return _running
