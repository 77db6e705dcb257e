"""Settings of the API, checked when the site starts."""

import pytest

from submissions.api.checks import api_settings_hold


@pytest.mark.parametrize("rate", ["120/min", "10/s", "5000/hour"])
def test_a_rate_is_taken(settings, rate):
    settings.ETD_API_RATE = rate
    assert api_settings_hold(None) == []


@pytest.mark.parametrize("rate", ["120", "many/min", "0/min", "120/week", ""])
def test_what_is_no_rate_is_said(settings, rate):
    settings.ETD_API_RATE = rate
    assert [found.id for found in api_settings_hold(None)] == ["submissions.E010"]


def test_an_empty_page_is_said(settings):
    settings.ETD_API_PAGE_SIZE = 0
    assert [found.id for found in api_settings_hold(None)] == ["submissions.E011"]
