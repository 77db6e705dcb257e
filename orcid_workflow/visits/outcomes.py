"""What a page says when somebody comes back from ORCID: one table from what happened to status, title and
words.
"""

from dataclasses import dataclass, field
from typing import Any

from ..models import Connection
from ..purposes import ConnectionRefused, words_for

AGAIN_KEY = "orcid_again"  # in the session: what "Start again" would begin


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a visit ended. ``redirect_url`` is set only when it went well; otherwise a page with ``status`` is
    shown.

    ``again``: the page has a button that begins the same visit once more. ``back``: address of the host's own
    page.
    """

    kind: str
    status: int
    title: str
    paragraphs: tuple[str, ...] = ()
    again: bool = False
    again_label: str = "Start again"
    back: str = ""
    action_label: str = ""
    action_url: str = ""
    redirect_url: str = ""
    connection: Connection | None = None
    missing: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


# kind: (status, title, paragraphs, label of the button that begins again or "" for none)
_TABLE: dict[str, tuple[int, str, tuple[str, ...], str]] = {
    "connected": (200, "Your ORCID iD is connected", (), ""),
    "missing_scope": (
        200,
        "Your iD is confirmed, but a permission is missing",
        ("Your ORCID iD is confirmed. ORCID did not give us everything we asked you for, so we cannot:",),
        "Ask ORCID again",
    ),
    "denied": (
        200,
        "You did not connect your ORCID iD",
        (
            "You chose not to allow it at ORCID. Nothing was changed, and nothing you typed here is lost.",
            "You can connect at any other time.",
        ),
        "Create or connect your ORCID iD",
    ),
    "expired": (
        400,
        "This step has expired or was finished already",
        (
            "We can take an answer from ORCID once, from the browser that began, within one hour. "
            "This one came later, came twice, or came from elsewhere.",
            "Nothing was changed. If your iD is not connected yet, start again: it takes a minute.",
        ),
        "Start again",
    ),
    "no_answer": (
        400,
        "ORCID sent you back without an answer",
        (
            "This happens when nobody signed in at ORCID, or when the page there was left early. "
            "Nothing was changed, and nothing you typed here is lost.",
            "Start again, and sign in at ORCID when it asks you to.",
        ),
        "Start again",
    ),
    "other_user": (
        403,
        "Somebody else began this step",
        (
            "You are not signed in to this site as the person who went to ORCID. "
            "To keep one person's iD from another's account, we stopped here and changed nothing.",
            "Sign in as that person, or start again as yourself.",
        ),
        "",
    ),
    "used_code": (
        400,
        "ORCID's answer was used already or came too late",
        (
            "ORCID's answer works once, for a short time. This happens when a page is loaded twice.",
            "Nothing was changed now. Start again: it takes a minute.",
        ),
        "Start again",
    ),
    "not_answering": (
        503,
        "ORCID does not answer at the moment",
        (
            "No proper answer came from ORCID.",
            "Nothing was lost and nothing was changed. Try again in a few minutes.",
        ),
        "Try again",
    ),
    "misconfigured": (
        503,
        "This site and ORCID do not understand each other",
        (
            "ORCID refused the request that this site made. It is not your fault, and you cannot mend it.",
            "Nothing was changed. Please tell the office; meanwhile you can go on without connecting.",
        ),
        "Try again",
    ),
    "bad_id_token": (
        400,
        "We could not make sure that this answer is ORCID's",
        (
            "ORCID signs its answer. The signature, or something it covers, was not as it has to be, "
            "so we did not trust it and changed nothing.",
            "Start again. If it happens twice, please tell the office.",
        ),
        "Start again",
    ),
    "in_use": (
        409,
        "This ORCID iD is connected to another account here",
        (
            "An iD belongs to one person, so it can be connected to one account only. We changed nothing. "
            "We do not say whose account it is, to you or to anybody.",
        ),
        "Use another iD",
    ),
    "other_id": (
        409,
        "Which ORCID iD is yours?",
        (
            "You signed in at ORCID with another iD than the one that is connected here. "
            "We changed nothing yet: please say which of the two to use.",
        ),
        "",
    ),
    "is_it_yours": (
        409,
        "Is this ORCID iD yours?",
        (),
        "",
    ),
    "sign_in_unknown": (
        403,
        "No account here is connected to this ORCID iD",
        (
            "You signed in at ORCID, but that does not tell us which account here is yours. We never guess it from a "
            "name or an e-mail address. The permission goes back to ORCID.",
            "Sign in the way you usually do, then connect your iD. From then on you can sign in with ORCID.",
        ),
        "Try another iD",
    ),
    "sign_in_not_this_way": (
        403,
        "This account does not sign in with ORCID",
        (
            "Accounts that can do more here than their own work sign in the usual way. Nothing was changed.",
            "Sign in with your account of this site.",
        ),
        "",
    ),
}  # fmt: skip


def outcome(
    kind: str,
    *,
    back: str = "",
    again: bool = False,
    target: str = "",
    connection: Connection | None = None,
    missing: list[str] | None = None,
    refusal: ConnectionRefused | None = None,
    action: tuple[str, str] = ("", ""),
    **details: Any,
) -> Outcome:
    """Return the outcome of ``kind``. ``target`` is where the purpose sends a person whose visit went
    well; ``action`` is one more way on (words, address).
    """
    if refusal is not None:
        return Outcome(
            kind,
            409,
            refusal.title,
            (refusal.message,),
            again=again,
            back=back,
            action_label=refusal.action_label,
            action_url=refusal.action_url,
        )
    status, title, paragraphs, label = _TABLE[kind]
    if without := details.pop("without", ""):
        paragraphs = (*paragraphs, without)
    return Outcome(
        kind,
        status,
        title,
        paragraphs,
        again=again and bool(label),
        again_label=label,
        action_label=action[0],
        action_url=action[1],
        back=back or (target if kind == "missing_scope" else ""),
        redirect_url=target if kind == "connected" else "",
        connection=connection,
        missing=tuple(words_for(scope) for scope in missing or ()),
        details=details,
    )
