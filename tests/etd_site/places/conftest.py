import pytest

from tests.places_process import start_places


@pytest.fixture(scope="module")
def _running(tmp_path_factory):
    places = start_places(tmp_path_factory.mktemp("places"))
    yield places
    places.stop()


@pytest.fixture
def places(_running):
    _running.heal()
    return _running
