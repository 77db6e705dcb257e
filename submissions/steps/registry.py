"""The steps in their order. A new step is a module and a line here."""

from .abstracts import AbstractsStep
from .base import Step
from .committee import CommitteeStep
from .files import FilesStep
from .funding import FundingStep
from .orcid import OrcidStep
from .profile import ProfileStep
from .review import ReviewStep
from .rights import RightsStep
from .thesis import ThesisStep
from .works import WorksStep

#: ORCID stands first, because what it brings prefills the steps after it.
STEPS: list[Step] = [
    OrcidStep(),
    ProfileStep(),
    ThesisStep(),
    AbstractsStep(),
    FundingStep(),
    WorksStep(),
    CommitteeStep(),
    RightsStep(),
    FilesStep(),
    ReviewStep(),
]
_BY_NAME = {step.identifier: step for step in STEPS}


def get(identifier: str) -> Step | None:
    """The step with this identifier, or None."""
    return _BY_NAME.get(identifier)


def next_of(step: Step) -> Step | None:
    """The step after ``step``, or None after the last."""
    position = STEPS.index(step) + 1
    return STEPS[position] if position < len(STEPS) else None


def previous_of(step: Step) -> Step | None:
    """The step before ``step``, or None before the first."""
    position = STEPS.index(step)
    return STEPS[position - 1] if position else None
