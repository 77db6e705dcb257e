"""What becomes of an iD that its owner confirmed by the link of an import: it stands beside nobody else."""

import pytest

from orcid_workflow.models import Connection, Consent
from submissions import lifecycle
from submissions.imports import confirming
from submissions.models import FoundId, StoredRecord, Submission

from ...factories import make_staff, make_user
from ..committee.conftest import _running, orcid_of, reader, registry  # noqa: F401 - fixtures
from .test_confirming import asked, author, confirm, member  # noqa: F401 - fixtures among them

pytestmark = pytest.mark.django_db


def test_a_confirmed_iD_leaves_with_the_name_it_stood_beside(registry, reader, client, member) -> None:  # noqa: F811
    """Imported rows have no e-mail address, by which the iD of a member is otherwise held to its owner."""
    confirm(reader, registry, asked(member, client), 9002)
    thesis = Submission.objects.get()
    page = thesis.page
    row = page.committee_members.get()
    row.given_name, row.family_name = "Grace", "Hopper"
    page.committee_members = [row]
    page.save_revision()
    lifecycle.publish_correction(thesis, actor=make_staff())
    stored = b"".join(bytes(row.content) for row in StoredRecord.objects.all())
    assert b"Hopper" in stored
    assert orcid_of(9002).encode() not in stored


def test_an_iD_that_the_office_took_out_is_not_said_to_stand_there(registry, reader, client, author) -> None:  # noqa: F811
    link = asked(author, client)
    author.submission.withdrawn_ids.create(orcid=orcid_of(9001), reason="Somebody else's.")
    answer = confirm(reader, registry, link, 9001)
    assert answer.status_code == 409
    assert "taken out of the records of this thesis" in answer.content.decode()
    assert Submission.objects.get().author_connection is None
    assert FoundId.objects.get(pk=author.pk).confirmed_at is None


def test_what_was_allowed_for_it_ends_when_it_is_taken_off(registry, reader, client, author) -> None:  # noqa: F811
    """Also when its owner has an account here by now, so that the connection itself stays."""
    confirm(reader, registry, asked(author, client), 9001)
    Connection.objects.update(user=make_user())
    confirming.take_off(author, make_staff())
    assert Connection.objects.exists()
    assert not Consent.objects.filter(purpose=confirming.PURPOSE.name, withdrawn_at=None).exists()
