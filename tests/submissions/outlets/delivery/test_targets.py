"""What is wrong with ``ETD_TARGETS``, and where a password may go."""

import pytest
from django.core.management import call_command

from submissions.outlets.delivery.checks import targets_hold
from submissions.outlets.delivery.rulings import NeedsAttention
from submissions.outlets.delivery.targets import problems, targets

GOOD = {
    "kind": "datacite",
    "address": "https://api.datacite.org",
    "user": "NORTH.THESES",
    "secret": "s3cret-word",
    "prefix": "10.5555",
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "ftp"}, "“kind” is “ftp”"),
        ({"kind": ""}, "must be one of"),
        ({"secret": ""}, "“secret” is missing"),
        ({"address": "api.datacite.org"}, "must begin with https://"),
        ({"address": "http://api.datacite.org"}, "can be read on the way"),
        ({"address": "https://me:word@api.datacite.org"}, "must not hold a user"),
        ({"address": "https://[bad"}, "must begin with https://"),
        ({"address": "https://api.datacite.org:port"}, "must begin with https://"),
        ({"kind": ["datacite"]}, "must be one of"),
        ({"secret": 1234567}, "“secret” must be text"),
        ({"prefix": 10.5555}, "“prefix” must be text"),
        ({"imported": "false"}, "“imported” must be true or false"),
        ({"also_at": "https://files.example.org"}, "“also_at” must be a list"),
        ({"prefix": "ten"}, "such as 10.5555"),
        ({"shoulder": "a b"}, "such as 10.5555"),
    ],
)
def test_each_mistake_is_said_and_the_place_left_out(settings, change: dict, words: str) -> None:
    settings.ETD_TARGETS = {"wrong": {**GOOD, **change}, "right": GOOD}
    assert list(targets()) == ["right"]
    (sentences,) = problems().values()
    assert words in " ".join(sentences)
    found = targets_hold(None)
    assert words in found[0].msg
    assert "s3cret-word" not in found[0].msg


@pytest.mark.parametrize("value", [[], "x", {"a": 1}, {"a": None}])
def test_settings_of_another_shape_break_nothing(settings, value: object) -> None:
    settings.ETD_TARGETS = value
    assert targets() == {}
    targets_hold(None)


def test_the_shape_of_the_settings_is_checked_when_the_site_starts(settings, capsys) -> None:
    settings.ETD_TARGETS = {"doi": {"kind": "datacite"}}
    call_command("check")
    assert "“prefix” is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("dois/10.5555/x", "https://api.datacite.org/dois/10.5555/x"),
        ("/dois", "https://api.datacite.org/dois"),
        ("https://api.datacite.org:443/dois", "https://api.datacite.org:443/dois"),
        ("https://files.example.org/x", "https://files.example.org/x"),
    ],
)
def test_links_of_the_place_are_followed(settings, link: str, url: str) -> None:
    settings.ETD_TARGETS = {"doi": {**GOOD, "also_at": ["https://files.example.org"]}}
    assert targets()["doi"].url(link) == url


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x",
        "http://api.datacite.org/x",
        "//evil.example/x",
        "https://api.datacite.org:8443/",
    ],
)
def test_no_password_goes_to_another_server(settings, link: str) -> None:
    settings.ETD_TARGETS = {"doi": GOOD}
    with pytest.raises(NeedsAttention, match="another server"):
        targets()["doi"].url(link)
