"""What follows when an account is deleted: its iD is disconnected, so that nothing is read or written for it any more.

The worker gives the permission back. What stands on the record stays, as with everybody who disconnects.
"""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from . import connections, owners
from .models import Connection


@receiver(pre_delete, sender=settings.AUTH_USER_MODEL)
def account_deleted(instance: AbstractBaseUser, **kwargs: object) -> None:
    """End the connections of an account, in the transaction that deletes it."""
    rows = Connection.objects.filter(user=instance)
    for connection in rows.exclude(state=Connection.State.DISCONNECTED).defer("record"):
        connections.end(connection)
    rows.update(user=None, **owners.nobodys(timezone.now()))
