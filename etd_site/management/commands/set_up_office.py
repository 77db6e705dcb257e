"""``manage.py set_up_office``: what a new site needs before its first thesis. Run it after each upgrade too."""

from django.core.management.base import BaseCommand

from etd_site.setup import set_up_site
from submissions.models import Agreement, Degree, EmbargoOption, Licence, Programme, Term
from submissions.setup import set_up_office

HOME = {"title": "Submit your thesis", "intro": "Hand in your thesis and follow it until it is published."}
LISTS = (Degree, Programme, Term, EmbargoOption, Licence, Agreement)


class Command(BaseCommand):
    """Make the home page, the thesis index, the groups and the workflow where they are missing."""

    help = "Make the home page, the thesis index, the groups and the workflow; say what is left to fill in."

    def handle(self, *args: object, **options: object) -> None:
        """Set up, then name the lists that are still empty."""
        set_up_office(set_up_site(HOME, []))
        empty = [str(model._meta.verbose_name_plural) for model in LISTS if not model.objects.exists()]
        if empty:
            self.stdout.write(f"Fill these lists under Snippets in the admin: {', '.join(empty)}.")
        self.stdout.write(
            "Then set the university's name under Settings, make accounts, and put staff into the groups "
            "“Graduate school”, “Registrar” and “Repository managers”."
        )
