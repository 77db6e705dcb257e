"""Names that harvesters refuse are said when the site starts."""

import pytest

from submissions.outlets.oai.checks import names_hold, pages_hold


@pytest.mark.parametrize(
    ("base", "named", "found"),
    [
        ("https://theses.example.edu", "", []),
        ("http://localhost:8000", "", []),
        ("https://3d.example.edu", "", ["submissions.W001"]),
        ("https://3d.example.edu", "archive.example.edu", []),
        ("https://theses.example.edu", "archive", ["submissions.W001"]),
    ],
)
def test_the_namespace(settings, base, named, found):
    settings.ETD_BASE_URL, settings.ETD_OAI_REPOSITORY_ID = base, named
    assert [message.id for message in names_hold(None)] == found


@pytest.mark.parametrize(
    "address", ["root@localhost", "office", "office@", "a b@example.edu", "office@localhost.x"]
)
def test_the_address_of_the_administrator(settings, address):
    settings.ETD_OAI_ADMIN_EMAIL = address
    assert [message.id for message in names_hold(None)] == ["submissions.W002"]


def test_the_sender_of_mail_will_do(settings):
    settings.DEFAULT_FROM_EMAIL = "Thesis office <office@example.edu>"
    assert names_hold(None) == []


@pytest.mark.parametrize(
    ("size", "found"),
    [(0, ["submissions.E003"]), (1, []), (100, []), (500, []), (501, ["submissions.W003"])],
)
def test_the_size_of_pages(settings, size, found):
    settings.ETD_OAI_PAGE_SIZE = size
    assert [message.id for message in pages_hold(None)] == found
