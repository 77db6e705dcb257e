"""The page of what arrived, and a page for each thing."""

from html import escape

from .web import Arrival, Place

_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem}"
    "table{border-collapse:collapse;width:100%;min-width:34rem}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid;overflow-wrap:anywhere}caption{text-align:left}"
    ".wide{overflow-x:auto}label{display:block;font-weight:600}input,select,button{font:inherit;max-width:100%;padding:.3rem}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}"
)


def overview(arrived: list[tuple[Place, list[Arrival]]]) -> str:
    """All places, each with a table of what is there."""
    parts = [
        "<h1>What arrived at the places outside</h1>",
        "<p>These are stand-ins on this machine: a DOI registry and three repositories that take theses and refuse "
        "them by the rules of the real ones. Nothing here leaves the machine.</p>",
        '<p><a href="/_control">Make a place refuse, lose or change its answers</a></p>',
    ]
    for place, arrivals in arrived:
        parts.append(f"<h2>{escape(place.label)}</h2>")
        if not arrivals:
            parts.append("<p>Nothing has arrived yet.</p>")
            continue
        rows = "".join(
            f'<tr><th scope="row"><a href="{escape(one.address)}">{escape(one.title)}</a></th>'
            f"<td>{escape(one.state)}</td><td>{escape(one.identifier)}</td></tr>"
            for one in reversed(arrivals)
        )
        parts.append(
            f'<div class="wide" tabindex="0" role="region" aria-label="{escape(place.label)}"><table>'
            f"<caption>{len(arrivals)} there, the newest first</caption>"
            '<thead><tr><th scope="col">Title</th><th scope="col">State</th><th scope="col">Identifier</th></tr>'
            f"</thead><tbody>{rows}</tbody></table></div>"
        )
    return framed("What arrived", "".join(parts))


def thing(place: Place, one: Arrival) -> str:
    """One thing with its facts."""
    facts = (("State", one.state), ("Identifier", one.identifier), *one.facts)
    pairs = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts if value)
    return framed(
        one.title,
        f'<p><a href="/">All places</a></p><h1>{escape(one.title)}</h1>'
        f"<p>At {escape(place.label)}</p><dl>{pairs}</dl>",
    )


def framed(title: str, body: str) -> str:
    """A whole page around ``body``, which is HTML; ``title`` is text."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>{body}</main></body></html>"
    )
