"""What may be asked of the list. One class both checks the parameters and describes them in the OpenAPI document."""

from collections.abc import Callable

from django.conf import settings
from django.http import QueryDict
from rest_framework import serializers

from orcid_workflow import ids

from ..metadata.record import DegreeLevel
from . import words
from .listing import ACCESS, Position
from .problems import BadParameters

LONGEST_PAGE = 500
EMPTY = "Nothing stands behind the equals sign. Write what you ask for, or leave the parameter out."


def _moment(text: str) -> str:
    words.span(text)
    return text


def _said(check: Callable[[str], str]) -> Callable[[str], str]:
    """``check``, its ``ValueError`` as a fault of the parameter."""

    def checked(text: str) -> str:
        """What ``check`` returns. Raises ``ValidationError`` with its sentence."""
        try:
            return check(text)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error

    return checked


class Checked(serializers.CharField):
    """A text that ``check`` reads: it returns the text to go on with, or raises ``ValueError`` with a sentence."""

    def __init__(self, check: Callable[[str], str], **kwargs: object) -> None:
        super().__init__(required=False, error_messages={"blank": EMPTY}, **kwargs)
        self._check = _said(check)

    def to_internal_value(self, data: object) -> str:
        """The text as it was read."""
        return self._check(super().to_internal_value(data))


def _one_of(values: object) -> dict[str, str]:
    return {"invalid_choice": f"“{{input}}” is none of {', '.join(values)}."}


class ListParameters(serializers.Serializer):
    """The parameters of ``GET /api/theses/``."""

    changed_since = Checked(
        _moment, help_text=f"Theses changed or withdrawn at this moment or later: {words.FORMS}."
    )
    changed_until = Checked(
        _moment, help_text="Theses changed or withdrawn until the end of this day or moment."
    )
    orcid = Checked(
        ids.normalise,
        help_text="Theses of this authenticated iD, as author or on the committee (bare or as URI).",
    )
    programme = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31,
        help_text="Number of a programme, as programme.id says it.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_string_length"),
            "A programme is asked for by its number, as programme.id says it.",
        ),
    )
    degree_level = serializers.ChoiceField(
        [level.value for level in DegreeLevel], required=False, error_messages=_one_of(DegreeLevel)
    )
    access = serializers.ChoiceField(
        list(ACCESS),
        required=False,
        error_messages=_one_of(ACCESS),
        help_text="Whether readers can open the files; none: there are none here.",
    )
    limit = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LONGEST_PAGE,
        help_text="Theses on a page; 100 unless told.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_string_length"),
            f"Write a whole number from 1 to {LONGEST_PAGE}.",
        ),
    )
    cursor = serializers.CharField(
        required=False,
        error_messages={"blank": EMPTY},
        help_text="Where the page begins. It is in the address that next holds, and stands alone.",
    )

    def validate(self, given: dict) -> dict:
        """Raise for a time that ends before it begins."""
        if "changed_since" in given and "changed_until" in given:
            end = words.span(given["changed_until"])[1]
            if end and end <= words.span(given["changed_since"])[0]:
                raise serializers.ValidationError(
                    {"changed_until": "This lies before changed_since, so nothing can be found."}
                )
        return given


def read(query: QueryDict) -> Position:
    """What was asked for, and from where. Raises ``BadParameters``."""
    faults = {name: _unknown(name) for name in query if name not in ListParameters().fields}
    faults |= {
        name: f"It was given {len(values)} times. Give it once."
        for name, values in query.lists()
        if len(values) > 1
    }
    if "cursor" in query and len(query) > 1:
        faults["cursor"] = "A cursor holds the filters and the limit already. Send it alone."
    if faults:
        raise BadParameters(faults)
    form = ListParameters(data=query.dict())
    if not form.is_valid():
        raise BadParameters({name: " ".join(map(str, said)) for name, said in form.errors.items()})
    given = form.validated_data
    if "cursor" in given:
        position = Position.read(given["cursor"])
        if position is None:
            raise BadParameters(
                {"cursor": "This cursor is none of ours, or was cut. Begin again without it."}
            )
        return position
    limit = given.pop("limit", min(settings.ETD_API_PAGE_SIZE, LONGEST_PAGE))
    return Position(filters=dict(given), limit=limit)


def _unknown(name: str) -> str:
    return f"There is no parameter “{name[:40]}”. There are: {', '.join(ListParameters().fields)}."
