"""The process around the places: its page, its control, the faults."""

import pytest
import requests


def test_the_page_says_what_arrived(places):
    answer = requests.get(places.base_url + "/", timeout=10)
    assert answer.status_code == 200
    assert "What arrived" in answer.text


def test_a_refusal_on_demand_counts_down(places):
    places.fail("GET /nowhere", "refuse", times=2, status=503, headers={"Retry-After": "7"})
    answers = [requests.get(places.base_url + "/nowhere", timeout=10) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 404]
    assert answers[0].headers["Retry-After"] == "7"
    assert places.log() == ["GET /nowhere 503", "GET /nowhere 503", "GET /nowhere 404"]


@pytest.mark.parametrize("deed", ["cut", "lose"])
def test_a_connection_is_dropped_without_an_answer(places, deed):
    places.fail("GET /$", deed)
    with pytest.raises(requests.ConnectionError):
        requests.get(places.base_url + "/", timeout=10)
    assert places.log() == ["GET / -"]


def test_an_answer_is_altered(places):
    places.fail("GET /$", "alter", find="What arrived", instead="What did not")
    assert "What did not" in requests.get(places.base_url + "/", timeout=10).text


def test_a_fault_that_cannot_be_read_is_refused(places):
    answer = requests.post(places.base_url + "/_control", json=[{"match": "x", "do": "sing"}], timeout=10)
    assert answer.status_code == 400
