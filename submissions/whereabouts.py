"""Where a thesis went, in plain words for its author: the places, and the identifiers it has there."""

from dataclasses import dataclass

from .metadata.identifiers import address
from .models import Delivery, Submission, Wish
from .outlets.delivery.targets import Target, targets

State = Delivery.State


@dataclass(frozen=True, slots=True)
class Whereabout:
    """One sentence, and where it leads: ``url`` may be "", ``link`` is what stands for it."""

    text: str
    url: str = ""
    link: str = ""


def whereabouts(submission: Submission) -> list[Whereabout]:
    """What its author is told of each place, in the order of the settings. Places without news are left out."""
    there = {delivery.target: delivery for delivery in submission.deliveries.all()}
    told = (_told(submission, target, there[name]) for name, target in targets().items() if name in there)
    return [one for one in told if one is not None]


def _told(submission: Submission, target: Target, delivery: Delivery) -> Whereabout | None:
    is_doi = target.kind == "datacite"
    if delivery.sent_wish == Wish.WITHDRAWN and delivery.wish == Wish.WITHDRAWN:
        return Whereabout(f"{target.label} was told that your thesis is withdrawn.")
    if delivery.wish != Wish.PUBLIC:
        return None  # a DOI that is only reserved is told of where it can be copied from
    if delivery.sent_wish != Wish.PUBLIC:
        if delivery.state == State.WAITING:
            what = "Its DOI is being registered" if is_doi else f"On its way to {target.label}"
            return Whereabout(f"{what}. It may take a while; you need not do anything.")
        what = "Its DOI does not work yet" if is_doi else f"Not in {target.label} yet"
        return Whereabout(f"{what}. The office looks after it; you need not do anything.")
    if is_doi:
        return Whereabout("DOI:", address("doi", submission.doi), submission.doi)
    if submission.handle and submission.handle == delivery.remote_id:
        return Whereabout(
            f"In {target.label}: handle", address("handle", submission.handle), submission.handle
        )
    return Whereabout(f"In {target.label}:", delivery.remote_url, delivery.remote_id or "see it there")
