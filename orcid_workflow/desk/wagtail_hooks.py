"""Where the desk meets the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from .calls import CallViewSet
from .checking import CheckViewSet
from .connections import ConnectionViewSet
from .importing import ImportViewSet
from .items import ItemViewSet
from .overview import OverviewViewSet
from .permissions import permissions


class OrcidDesk(ViewSetGroup):
    """One menu, shown to those who may open one of its entries."""

    menu_label = "ORCID"
    menu_name = "orcid"
    menu_icon = "link"
    menu_order = 60
    items = (OverviewViewSet, ConnectionViewSet, ItemViewSet, CallViewSet, CheckViewSet, ImportViewSet)


@hooks.register("register_admin_viewset")
def orcid_desk() -> OrcidDesk:
    """The entry "ORCID" of the admin's menu, with its six pages below it."""
    return OrcidDesk()


@hooks.register("register_permissions")
def desk_permissions() -> QuerySet[Permission]:
    """What can be given to groups in the admin."""
    return permissions()


@hooks.register("register_log_actions")
def desk_actions(actions: object) -> None:
    """What staff did, for the site's history."""
    for name, label, message in (
        ("retry", "ORCID: try again", "Put an item for ORCID back to work"),
        ("pause", "ORCID: pause", "Paused an item for ORCID"),
        ("resume", "ORCID: go on", "Ended the pause of an item for ORCID"),
        ("all_read", "ORCID: read", "Read an ORCID record again"),
        ("all_pause", "ORCID: pause everything", "Paused everything for an ORCID record"),
        ("all_resume", "ORCID: go on with everything", "Ended the pause of an ORCID record"),
        ("import", "ORCID: import", "Imported an ORCID token"),
    ):
        actions.register_action(f"orcid.{name}", label, message)
