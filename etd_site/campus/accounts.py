"""From what the university says of a person to their account here. Never matched by e-mail."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction

from orcid_workflow import ids
from orcid_workflow.models import IdHint

from ..models import CampusIdentity


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider says of somebody. ``subject`` is what it promises never to give to anybody else, ``username`` may
    change. A web server that names no such attribute leaves the user name for both (docs/settings.md).

    ``orcid`` (``eduPersonOrcid``) is a hint in any form: only its owner's signing in at ORCID confirms an iD.
    """

    provider: str
    subject: str
    username: str
    given: str = ""
    family: str = ""
    email: str = ""
    orcid: str = ""


class CannotSignIn(Exception):
    """The university vouches for somebody whom we cannot let in. ``args[0]`` is a sentence for the person."""


def account_for(identity: Identity) -> AbstractUser:
    """Return the account of ``identity``, made on the first visit, with today's names and address.

    Raises ``CannotSignIn``: without a subject or user name, for a closed account, and when the user name belongs to
    an account that is somebody else's, or that has a password of its own. (Whoever names accounts at the university
    must not be able to name themselves into an administrator's account here.)
    """
    if not identity.subject or not identity.username:
        raise CannotSignIn("The university did not tell us your user name, so we cannot open your account.")
    try:
        with transaction.atomic():
            link = (
                CampusIdentity.objects.select_related("user")
                .filter(provider=identity.provider, subject=identity.subject)
                .first()
            )
            user = link.user if link else _first_visit(identity)
            if not user.is_active:
                raise CannotSignIn("Your account here is closed.")
            _follow(user, identity)
    except IntegrityError as error:  # two first visits at one moment
        raise CannotSignIn("Your account was being made at this moment. Try again.") from error
    return user


def _first_visit(identity: Identity) -> AbstractUser:
    users = get_user_model().objects
    name = users.model.normalize_username(identity.username)
    user = users.filter(username=name).first()
    if user is None:
        if len(name) > users.model._meta.get_field("username").max_length:
            raise CannotSignIn("Your user name at the university is too long for an account here.")
        user = users.create_user(name)  # without a password: the university signs them in
    elif user.has_usable_password():
        raise CannotSignIn(
            f"There is an account “{name}” here that has a password of its own. Sign in with that "
            "password. To use your university account instead, ask the thesis office to take the password away."
        )
    elif user.campus_identities.filter(provider=identity.provider).exists():
        # User names are given to new people when the old ones have left.
        raise CannotSignIn(f"The account “{name}” here belongs to somebody who had this name before.")
    CampusIdentity.objects.create(user=user, provider=identity.provider, subject=identity.subject)
    return user


def _follow(user: AbstractUser, identity: Identity) -> None:
    said = {
        "first_name": identity.given[:150],
        "last_name": identity.family[:150],
        "email": identity.email[:254],
    }
    changed = [name for name, value in said.items() if value and getattr(user, name) != value]
    for name in changed:
        setattr(user, name, said[name])
    if changed:
        user.save(update_fields=changed)
    try:
        orcid = ids.normalise(identity.orcid)
    except ValueError:
        return
    IdHint.objects.update_or_create(user=user, source="eduPersonOrcid", defaults={"orcid": orcid})
