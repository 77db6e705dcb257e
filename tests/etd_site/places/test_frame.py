"""The process around the places: its page, its control, the faults."""

import lxml.html
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


EXAMPLE = '[{"match": "POST /sword/collection", "do": "lose"}]'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("lose", "The body is no JSON"),
        ('{"match": "x", "do": "lose"}', "This is no list of faults"),
        ('["lose"]', "“lose” is no fault"),
        ('[{"place": "sword", "do": "lose"}]', "“place” is no field of a fault"),
        ('[{"do": "lose"}]', "match is missing"),
        ('[{"match": "x"}]', "do is missing"),
        ('[{"match": "(", "do": "lose"}]', "match is no regular expression"),
        ('[{"match": "x", "do": "sing"}]', "do is one of alter, cut, lose, refuse, slow, not “sing”"),
        ('[{"match": "x", "do": "refuse", "status": "503"}]', "status is to be a whole number"),
        ('[{"match": "x", "do": "refuse", "status": 7}]', "status is to be between 200 and 599"),
        ('[{"match": "x", "do": "slow", "seconds": -1}]', "seconds is to be 0 or more"),
        ('[{"match": "x", "do": "lose", "times": true}]', "times is to be a whole number"),
        ('[{"match": "x", "do": "refuse", "headers": []}]', "headers is to be an object"),
        ('[{"match": "x", "do": "alter", "instead": "y"}]', "find is missing"),
    ],
)
def test_a_wrong_fault_is_answered_with_what_to_send(places, body, words):
    answer = requests.post(places.base_url + "/_control", data=body, timeout=10)
    assert answer.status_code == 400
    assert words in answer.json()["message"]
    assert answer.json()["example"] == [{"match": "POST /sword/collection", "do": "lose"}]
    assert "docs/deliveries.md" in answer.json()["message"]
    assert places.see()["faults"] == []


def test_the_line_of_the_guide_is_taken(places):
    """``curl -d`` says that it sends a form."""
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(places.base_url + "/_control", data=EXAMPLE, headers=sent, timeout=10)
    assert answer.status_code == 204
    assert places.see()["faults"][0]["do"] == "lose"


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_browser_gets_a_page_with_a_form_that_works(places):
    address = places.base_url + "/_control"
    page = lxml.html.fromstring(requests.get(address, headers=BROWSER, timeout=10).content, base_url=address)
    form = next(one for one in page.forms if "do" in one.fields)
    for field in form.inputs:
        assert field.get("type") == "hidden" or page.xpath("//label[@for=$name]", name=field.get("id"))
    form.fields.update({"place": "sword", "method": "GET", "do": "refuse", "status": "418", "times": "2"})
    sent = {**dict(form.form_values()), "what": form.xpath(".//button/@value")[0]}
    answer = requests.post(address, data=sent, headers=BROWSER, timeout=10)
    assert (answer.status_code, answer.url, answer.history[0].status_code) == (200, address, 303)
    assert "refuse 418 (times: 2)" in answer.text
    get = [
        requests.get(places.at(name), timeout=10).status_code
        for name in ("invenio", "sword", "sword", "sword")
    ]
    assert [status == 418 for status in get] == [False, True, True, False]
    requests.post(address, data=sent, headers=BROWSER, timeout=10)
    requests.post(address, data={"what": "clear"}, headers=BROWSER, timeout=10)
    assert places.see()["faults"] == places.see()["log"] == []


def test_a_form_that_cannot_be_read_says_so_on_the_page(places):
    sent = {"what": "add", "do": "slow", "seconds": "long", "times": "1", "instead": '"<b>'}
    answer = requests.post(places.base_url + "/_control", data=sent, headers=BROWSER, timeout=10)
    assert answer.status_code == 400
    assert "“Seconds until a late answer” is to be a number" in answer.text
    assert "<b>" not in answer.text
    assert lxml.html.fromstring(answer.content).xpath("//input[@name='instead']/@value") == ['"<b>']


def test_other_methods_are_refused_and_nothing_is_put_in_line(places):
    assert requests.put(places.base_url + "/_control", data=EXAMPLE, timeout=10).status_code == 405
    assert requests.head(places.base_url + "/_control", timeout=10).status_code == 200


def test_the_first_page_leads_to_the_controls(places):
    page = lxml.html.fromstring(requests.get(places.base_url + "/", timeout=10).content)
    assert "/_control" in page.xpath("//a/@href")
