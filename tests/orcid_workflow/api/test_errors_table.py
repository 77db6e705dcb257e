"""errors.py has a ruling for every row of the registry's table (orcid.md §16)."""

import pytest

from orcid_workflow.api.errors import _TABLE, Action, decide

R, C, P, S = Action.RETRY, Action.RECONNECT, Action.ASK_PERSON, Action.ASK_STAFF
# (status, error-code, what is done): §16 says retry, reconnect, ask for the scope, park, decide or switch to PUT; a
# message that was refused and a set-up that is wrong are for the office.
ROWS = [
    (401, "invalid_token", C), (403, "forbidden", S), (400, "9001", S), (405, "9001", S), (406, "9001", S),
    (415, "9001", S), (400, "9006", S), (301, "9007", P), (409, "9007", P), (500, "9008", R), (403, "9010", S),
    (404, "9011", S), (403, "9013", P), (403, "9014", S), (401, "9015", C), (404, "9016", Action.GONE),
    (401, "9017", C), (409, "9018", P), (400, "9019", S), (400, "9020", S), (409, "9021", Action.ADOPT_PUT_CODE),
    (400, "9022", S), (400, "9023", S), (400, "9024", S), (409, "9031", S), (403, "9035", S), (409, "9036", R),
    (400, "9037", S), (403, "9038", C), (409, "9044", P), (400, "9045", S), (400, "9046", S), (400, "9047", S),
    (409, "9048", P), (400, "9049", S), (400, "9051", S), (400, "9055", S), (409, "9057", S), (400, "9058", S),
    (400, "9060", S), (400, "9062", S), (503, "", R), (429, "", R), (None, "", R), (502, "", R),
    (404, "9028", S), (403, "9039", P), (400, "9042", S), (400, "9043", S), (409, "9032", P),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "action"), ROWS)
def test_every_code_has_its_ruling(status: int | None, code: str, action: Action) -> None:
    ruling = decide(status, code)
    assert ruling.action is action
    assert ruling.person
    assert ruling.staff
    if code:
        assert any(key[1] == code for key in _TABLE), "by a row of its own, not by the last resort"


def test_what_is_in_no_table_goes_to_the_office_and_a_fault_of_the_server_is_tried_again() -> None:
    assert decide(418, "9999").action is S
    assert decide(599, "9999").action is R
