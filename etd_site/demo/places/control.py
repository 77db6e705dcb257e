"""``/_control`` for people: what waits, a form for what shall go wrong next, and the last requests.

Programs send a list of faults in JSON (``faults``); the form makes one fault, for all requests to a place.
"""

import json
import re
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from .everywhere import PLACES
from .faults import DEEDS, EXAMPLE
from .page import framed

HOW = "Send a list of faults in JSON as in the example; docs/deliveries.md, “Trouble on purpose”, names their fields."
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_LOG_SHOWN = 50
#: Field -> its label, what stands in it at first, the smallest number (None: text).
_INPUTS: dict[str, tuple[str, str, int | None]] = {
    "skip": ("Requests to let pass first", "0", 0),
    "times": ("Then how many times (-1: for ever)", "1", -1),
    "status": ("Status of a refusal", "503", 200),
    "seconds": ("Seconds until a late answer", "15", 0),
    "find": ("Words to be changed in an answer", "", None),
    "instead": ("What stands there instead", "", None),
}


def form_in(body: bytes, content_type: str) -> dict[str, str]:
    """The fields of the form in ``body``, none when it is something else. ``curl -d`` calls JSON a form as well."""
    if content_type != "application/x-www-form-urlencoded" or body.lstrip()[:1] in (b"[", b"{"):
        return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def wanted(body: bytes, form: dict[str, str]) -> Any:
    """The faults that a request asks for, not looked at yet. Raises ``ValueError`` with what is wrong in words."""
    if form.get("what") == "add":
        return [_of_form(form)]
    try:
        return json.loads(body)
    except ValueError as error:
        raise ValueError(f"The body is no JSON ({error}).") from error


def _of_form(form: dict[str, str]) -> dict[str, Any]:
    names = [place.name for place in PLACES if form.get("place") in ("", None, place.name)]
    prefixes = "|".join(re.escape(place.prefix) for place in PLACES if place.name in names)
    method = re.escape(form.get("method", "")) or r"\S+"
    fault: dict[str, Any] = {"match": rf"^{method} (?:{prefixes})(?![^/?])", "do": form.get("do", "")}
    for name, (_, _, smallest) in _INPUTS.items():
        if text := form.get(name, ""):
            fault[name] = text if smallest is None else _number(text, whole=name != "seconds")
    return fault


def _number(text: str, *, whole: bool) -> int | float | str:
    """The number, or the text itself, which the fault will not take and say why."""
    try:
        return int(text) if whole else float(text)
    except ValueError:
        return text


def page(
    seen: dict[str, Any], *, may_fail: bool, problem: str = "", typed: dict[str, str] | None = None
) -> str:
    """The page. ``seen`` are faults and log, ``typed`` what stood in the form that had a ``problem``."""
    parts = ['<p><a href="/">All places</a></p><h1>Controls</h1>']
    if problem:
        name, _, rest = problem.partition(" ")
        problem = f"“{_INPUTS[name][0]}” {rest}" if name in _INPUTS else problem
        parts.append(f'<div role="alert"><h2>There is a problem</h2><p>{escape(problem)}</p></div>')
    parts.append("<p>Make a place behave as it does on a bad day. What arrived stays where it is.</p>")
    parts.append("<h2>What waits</h2>")
    waiting = "".join(f"<li>{escape(_told(fault))}</li>" for fault in seen["faults"])
    parts.append(
        f"<ul>{waiting}</ul>" if waiting else "<p>Nothing: every request is answered as it should be.</p>"
    )
    if may_fail:
        parts.append(
            '<form method="post" action="/_control"><button name="what" value="clear">Forget all of it, and the '
            "requests</button></form><h2>What shall go wrong</h2>"
            f"{_form(typed or {})}<h2>From a terminal</h2><p>{escape(HOW)}</p>"
            f"<pre>curl localhost:8002/_control -d '{escape(json.dumps([EXAMPLE]))}'</pre>"
        )
    else:
        parts.append("<p>Start it with --faults to make something go wrong.</p>")
    parts.append("<h2>The last requests</h2>")
    log = "".join(
        f"<li>{escape(row['request'])}: {row['status'] or 'no answer'}</li>"
        for row in reversed(seen["log"][-_LOG_SHOWN:])
    )
    parts.append(f"<ul>{log}</ul>" if log else "<p>None yet.</p>")
    return framed("Error: Controls" if problem else "Controls", "".join(parts))


def _told(fault: dict[str, Any]) -> str:
    times = "for ever" if fault["times"] < 0 else f"times: {fault['times']}"
    skipped = f", after {fault['skip']} more" if fault["skip"] else ""
    status = f" {fault['status']}" if fault["do"] == "refuse" else ""
    return f"{fault['match']}: {fault['do']}{status} ({times}{skipped})"


def _form(typed: dict[str, str]) -> str:
    places = {"": "any place"} | {place.name: place.label for place in PLACES}
    methods = {"": "any method"} | {name: name for name in _METHODS}
    parts = [
        _select("place", "Place", places, typed),
        _select("method", "Requests", methods, typed),
        _select("do", "What it does", DEEDS, typed),
    ]
    for name, (label, first, smallest) in _INPUTS.items():
        kind = 'type="text"' if smallest is None else f'type="number" min="{smallest}"'
        step = ' step="any"' if name == "seconds" else ""
        value = escape(typed.get(name, first))
        parts.append(
            f'<p><label for="{name}">{escape(label)}</label><input id="{name}" name="{name}" {kind}{step} '
            f'value="{value}"></p>'
        )
    button = '<p><button name="what" value="add">Let it go wrong</button></p>'
    return f'<form method="post" action="/_control">{"".join(parts)}{button}</form>'


def _select(name: str, label: str, choices: dict[str, str], typed: dict[str, str]) -> str:
    options = "".join(
        f'<option value="{value}"{" selected" if typed.get(name) == value else ""}>{escape(words)}</option>'
        for value, words in choices.items()
    )
    return f'<p><label for="{name}">{escape(label)}</label><select id="{name}" name="{name}">{options}</select></p>'
