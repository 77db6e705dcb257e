"""What is wrong with ``ETD_TARGETS``, said when the site starts. No sentence holds a password."""

from django.core.checks import CheckMessage, Warning, register

from . import targets


@register()
def targets_hold(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A place whose settings are wrong is left out; nothing is sent to it until they are mended."""
    found: list[CheckMessage] = [
        Warning(
            f"ETD_TARGETS, {name}: {' '.join(sentences)}",
            hint="docs/deliveries.md has an example of each kind.",
            id="submissions.W010",
        )
        for name, sentences in targets.problems().items()
    ]
    registrars = [name for name, place in targets.targets().items() if place.kind == "datacite"]
    if len(registrars) > 1:
        found.append(
            Warning(
                f"ETD_TARGETS has more than one place of kind datacite ({', '.join(registrars)}).",
                hint=f"New DOIs come from the first, {registrars[0]}; the others keep those with their own prefix.",
                id="submissions.W011",
            )
        )
    return found
