"""Files of token sets: what is read, what is said of a bad value, and that no token shows."""

import datetime as dt
import json

import pytest

from orcid_workflow.takeover import token_files
from orcid_workflow.takeover.token_files import Unreadable, read

GOOD = "0000-0002-1825-0097"
TOKEN = "5f0d1f3e-1111-4222-8333-944455556666"
HEAD = "orcid,access_token,scope"


def one(**values) -> token_files.Row:
    """Read one row of JSON with these values over good ones."""
    return read(
        json.dumps([{"orcid": GOOD, "access_token": TOKEN, "scope": "/read-limited"} | values]).encode()
    )[0]


def test_csv_and_json_say_the_same() -> None:
    csv = f"\ufeffORCID;Access Token;Scopes;Username\nhttps://orcid.org/{GOOD};{TOKEN};/read-limited,openid;ada\n"
    from_csv = read(csv.encode())
    from_json = read(
        json.dumps(
            {
                "tokens": [
                    {"orcid": GOOD, "access_token": TOKEN, "scope": "openid /read-limited", "user": "ada"}
                ]
            }
        ).encode()
    )
    assert from_csv == from_json
    row = from_csv[0]
    assert (row.orcid, row.access_token, row.scope, row.account, row.problems) == (
        GOOD,
        TOKEN,
        "/read-limited openid",
        "ada",
        (),
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"name,scope\nA,B\n", "no column"),
        (b"[1, 2]", "list of objects"),
        (b"[{", "list of objects"),
        (b"[" * 200_000, "list of objects"),
        (f"{HEAD}\n".encode(), "no rows"),
        (f'{HEAD}\n"x'.encode(), "damaged"),
        (b"x" * (token_files.MAX_BYTES + 1), "larger"),
        (f"{HEAD}\n{'a,b,c' + chr(10)}".encode() * 5002, "rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, words) -> None:
    with pytest.raises(Unreadable, match=words):
        read(data)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"orcid": ""}, "iD is missing"),
        ({"orcid": "0000-0002-1825-0098"}, "last character"),
        ({"access_token": ""}, "access token is missing"),
        ({"access_token": "two words"}, "does not look like one"),
        ({"scope": ""}, "scope is missing"),
        ({"scope": "/read-limitd"}, "none of ORCID's"),
        ({"scope": "/read-public"}, "of a site"),
        ({"expires_at": "2001-01-01"}, "expired"),
        ({"expires_at": "tomorrow"}, "no date"),
        ({"expires_in": "soon"}, "number of seconds"),
        ({"expires_in": "1e400"}, "number of seconds"),
        ({"granted_at": "2999-01-01"}, "future"),
        ({"granted_at": "31/05/2024"}, "no date"),
    ],
)
def test_a_bad_value_is_said_in_words(values, words) -> None:
    assert words in " ".join(one(**values).problems)


def test_moments_are_read_with_and_without_a_zone_and_as_seconds() -> None:
    wanted = dt.datetime(2024, 5, 31, 14, tzinfo=dt.UTC)
    for text in (
        "2024-05-31T14:00:00Z",
        "2024-05-31T16:00:00+02:00",
        "2024-05-31 14:00",
        1717164000,
        1717164000000,
    ):
        assert one(granted_at=text).granted_at == wanted
    row = one(granted_at="2024-05-31T14:00:00Z", expires_in=631138518)
    assert row.expires_at == wanted + dt.timedelta(seconds=631138518)


def test_old_scopes_are_kept_and_the_host_tells_the_environment() -> None:
    row = one(scope="/orcid-works/create /read-limited", orcid=f"https://sandbox.orcid.org/{GOOD}")
    assert row.problems == ()
    assert "/orcid-works/create" in row.notes[0]
    assert row.environment == "sandbox"


def test_a_token_in_the_wrong_column_shows_nowhere() -> None:
    row = one(orcid=TOKEN, username=TOKEN, email=TOKEN, scope=TOKEN, expires_at=TOKEN, granted_at=TOKEN)
    assert TOKEN not in repr(row)
    assert TOKEN not in row.account + row.email + row.orcid + row.scope
    assert len(row.problems) == 4


def test_values_of_another_type_break_only_their_row() -> None:
    rows = read(
        json.dumps(
            [{"orcid": ["x"], "access_token": {"a": 1}}, {"orcid": GOOD, "access_token": TOKEN}]
        ).encode()
    )
    assert rows[0].problems
    assert rows[1].orcid == GOOD
