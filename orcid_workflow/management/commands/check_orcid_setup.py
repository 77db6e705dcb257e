"""``manage.py check_orcid_setup``: is this site ready to work with ORCID?"""

import sys

from django.core.management.base import BaseCommand

from orcid_workflow import setup_check
from orcid_workflow.setup_check import State


class Command(BaseCommand):
    """One line a check, and what to do where something is wrong. Exits with 1 when there is a problem."""

    help = "Check settings, credentials, redirect address, scopes and organisation id against ORCID."
    requires_system_checks = ()  # what they find is told here, in words

    def handle(self, *args: object, **options: object) -> None:
        """Check, and print what was found."""
        styles = {
            State.OK: self.style.SUCCESS,
            State.PROBLEM: self.style.ERROR,
            State.UNKNOWN: self.style.WARNING,
        }
        found = setup_check.run()
        for finding in found:
            self.stdout.write(
                f"{styles[finding.state](finding.state.words)}  {finding.title}: {finding.words}"
            )
            if finding.mend:
                self.stdout.write(f"    {finding.mend}")
        problems = sum(finding.state is State.PROBLEM for finding in found)
        self.stdout.write(f"\n{problems} problem(s) in {len(found)} checks.")
        if problems:
            sys.exit(1)
