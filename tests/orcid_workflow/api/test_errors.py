"""errors.py: the table, the two dialects, and what must never be kept."""

from pathlib import Path

import pytest

from orcid_workflow.api import errors
from orcid_workflow.api.errors import Action, Fault


@pytest.mark.parametrize(
    ("status", "code", "action"),
    [
        (None, "", Action.RETRY),
        (500, "", Action.RETRY),
        (500, "9008", Action.RETRY),
        (502, "", Action.RETRY),
        (503, "", Action.RETRY),
        (429, "", Action.RETRY),
        (401, "invalid_token", Action.RECONNECT),
        (401, "9015", Action.RECONNECT),
        (401, "9017", Action.RECONNECT),
        (401, "", Action.RECONNECT),
        (403, "9038", Action.RECONNECT),
        (403, "9010", Action.ASK_STAFF),
        (404, "9016", Action.GONE),
        (409, "9021", Action.ADOPT_PUT_CODE),
        (409, "9018", Action.ASK_PERSON),
        (409, "9044", Action.ASK_PERSON),
        (409, "9007", Action.ASK_PERSON),
        (301, "9007", Action.ASK_PERSON),
        (409, "9048", Action.ASK_PERSON),
        (400, "9023", Action.ASK_STAFF),
        (415, "9001", Action.ASK_STAFF),
        (418, "", Action.ASK_STAFF),
        (400, "invalid_grant", Action.ASK_PERSON),
        (401, "invalid_client", Action.ASK_STAFF),
        (400, "server_error", Action.RETRY),
    ],
)
def test_the_table(status: int | None, code: str, action: Action) -> None:
    ruling = errors.decide(status, code)
    assert ruling.action is action
    assert ruling.person.endswith((".", "?"))
    assert ruling.staff.endswith(".")


def test_both_dialects_in_json() -> None:
    own = b'{"response-code":409,"developer-message":"409 Conflict: see put-code 12","error-code":9021}'
    assert errors.parse(own, "application/vnd.orcid+json") == Fault("9021", "409 Conflict: see put-code 12")
    oauth = b'{"error":"invalid_token","error_description":"Invalid access token: abc"}'
    assert errors.parse(oauth) == Fault("invalid_token", "Invalid access token: abc")


def test_both_dialects_in_xml() -> None:
    own = (
        b'<?xml version="1.0"?><error:error xmlns:error="http://www.orcid.org/ns/error">'
        b"<error:response-code>404</error:response-code><error:developer-message>gone</error:developer-message>"
        b"<error:error-code>9016</error:error-code></error:error>"
    )
    assert errors.parse(own, "application/xml") == Fault("9016", "gone")
    oauth = b"<oauth><error>invalid_token</error><error_description>x</error_description></oauth>"
    assert errors.parse(oauth) == Fault("invalid_token", "x")


@pytest.mark.parametrize("body", [b"", b"Bad Gateway", b"<html><p>down", b"{", b"[1]", b"\xff\xfe", b"null"])
def test_anything_else_is_an_answer_too(body: bytes) -> None:
    assert errors.parse(body, "application/json").code == ""


def test_entities_are_not_read() -> None:
    body = (
        b'<!DOCTYPE e [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
        b"<error><error-code>9001</error-code><developer-message>&secret;</developer-message></error>"
    )
    assert Path("/etc/hostname").read_text().strip() not in errors.parse(body).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("please see element with put-code 123456 and PUT", 123456), ("no number", None), ("put-code 0", None)],
)
def test_put_code_of_a_conflict(text: str, expected: int | None) -> None:
    assert errors.put_code_in(text) == expected


def test_tokens_are_scrubbed() -> None:
    token = "f5af9f51-07e6-4332-8f1a-c0c11c1e3728"
    text = f"Invalid access token: {token}, opaque-one, Bearer zzz, eyJhbGci.eyJzdWI.sig"
    scrubbed = errors.scrub(text, "opaque-one")
    for secret in (token, "opaque-one", "zzz", "eyJzdWI"):
        assert secret not in scrubbed
