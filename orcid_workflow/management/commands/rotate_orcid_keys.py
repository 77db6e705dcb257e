"""``manage.py rotate_orcid_keys``: write all stored tokens with the first key, so that old keys can go."""

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from orcid_workflow.crypto import EncryptedTextField


class Command(BaseCommand):
    """Row by row, so that it can be stopped and run again at any time, also while the site works."""

    help = "Encrypt all stored ORCID tokens with the first key of ORCID_ENCRYPTION_KEYS."

    def handle(self, *args: object, **options: object) -> None:
        """Run. Raises ``CommandError`` at the end when a row could not be read with any key; the others are done."""
        done = unreadable = 0
        for model in apps.get_app_config("orcid_workflow").get_models():
            fields = [field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)]
            for pk in model._base_manager.values_list("pk", flat=True) if fields else ():
                try:
                    done += _rewrite(model, pk, fields)
                except ImproperlyConfigured:
                    unreadable += 1
        self.stdout.write(f"{done} row(s) written with the first key.")
        if unreadable:
            raise CommandError(
                f"{unreadable} row(s) can be read with none of the keys; they stay as they are."
            )


def _rewrite(model: type[models.Model], pk: object, fields: list[str]) -> bool:
    """Write one row anew; False when it is gone. Locked, since a token may be renewed at this moment."""
    with transaction.atomic():
        row = model._base_manager.select_for_update().only(*fields).filter(pk=pk).first()
        if row is None:
            return False
        row.save(update_fields=fields)
        return True
