"""Bars month by month as SVG, made on the server with pygal; the desk's style sheet gives the colours."""

import math

import pygal
from django.utils.safestring import SafeString, mark_safe
from lxml import etree

from .figures import Month

_LEFT_OUT = {"script", "style", "desc", "title", "defs"}
_LINES = 4


def bars(title: str, months: list[Month], name: str) -> SafeString:
    """Return the bars of one number (``new_ids``, ``new_items``) as an ``<svg>`` with ``title`` for its name.

    No script, no style and no address of anybody is in it: pygal brings all three, for charts that stand alone.
    """
    values = [getattr(month, name) for month in months]
    step = max(1, math.ceil(max(values, default=0) / _LINES))
    chart = pygal.Bar(
        js=(),
        disable_xml_declaration=True,
        explicit_size=False,
        width=640,
        height=260,
        margin=6,
        show_legend=False,
        y_labels=[step * line for line in range(_LINES + 1)],
        value_formatter=lambda value: f"{value:.0f}",
        truncate_label=-1,
    )
    # Every other name is enough under twelve bars.
    chart.x_labels = [month.label.split()[0] if place % 2 else "" for place, month in enumerate(months)]
    chart.add(title, values)
    chart.add_xml_filter(_bare)
    root = etree.fromstring(chart.render())
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-label", title)
    root.set("class", "desk-chart")
    return mark_safe(etree.tostring(root, encoding="unicode"))  # noqa: S308 - made of numbers and our own words


def _bare(root: etree._Element) -> etree._Element:
    for node in list(root.iter()):
        local = etree.QName(node).localname if isinstance(node.tag, str) else ""
        parent = node.getparent()
        overlay = "overlay" in (node.get("class") or "") if local else False
        if parent is not None and (not local or local in _LEFT_OUT or overlay):
            parent.remove(node)
    return root
