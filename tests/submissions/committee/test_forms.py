import pytest

from submissions.committee.forms import DecisionForm


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"verdict": "approve"}, {}),
        ({"verdict": "changes", "comment": "Chapter two."}, {}),
        ({}, {"verdict": ["Choose whether you approve the thesis or ask for changes."]}),
        (
            {"verdict": "changes", "comment": " \n "},
            {"comment": ["Say what should be changed, so that the student knows what to do."]},
        ),
        (
            {"verdict": "perhaps"},
            {"verdict": ["Select a valid choice. perhaps is not one of the available choices."]},
        ),
    ],
)
def test_what_is_said_to_what_was_sent(data, errors) -> None:
    assert DecisionForm(data).errors == errors
