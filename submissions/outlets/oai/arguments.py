"""Which arguments a verb takes (OAI-PMH 2.0 §4), and what their values must look like."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from . import dates
from .errors import Fault, Refused

TOKEN = "resumptionToken"  # noqa: S105 - the name of an argument


@dataclass(frozen=True, slots=True)
class Rule:
    """The arguments of one verb. ``exclusive`` may come alone only, and then nothing else is required."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    exclusive: str = ""


_LIST = Rule(frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}), TOKEN)
RULES: Mapping[str, Rule] = {
    "Identify": Rule(),
    "ListMetadataFormats": Rule(optional=frozenset({"identifier"})),
    "ListSets": Rule(exclusive=TOKEN),
    "GetRecord": Rule(frozenset({"identifier", "metadataPrefix"})),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}

# OAI-PMH.xsd: metadataPrefixType, setSpecType. An identifier is a URI (RFC 3986), or at least a word that could be
# part of one, so that the answer which repeats it is valid.
_NAME = r"[A-Za-z0-9\-_.!~*'()]+"
_CHARACTER = r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})"
_FORMS = {
    "identifier": re.compile(
        rf"[A-Za-z][A-Za-z0-9+.\-]*:(?!/){_CHARACTER}+"
        rf"|https?://[A-Za-z0-9.\-]+(?::[0-9]{{1,5}})?(?:/{_CHARACTER}*)?"
        r"|[A-Za-z0-9\-._~]+"
    ),
    "metadataPrefix": re.compile(_NAME),
    "set": re.compile(rf"{_NAME}(?::{_NAME})*"),
}


def check(given: Mapping[str, list[str]]) -> dict[str, str]:
    """Return verb and arguments, each once. ``given`` holds all values of each name as they came.

    Raises ``Refused`` with everything that is wrong.
    """
    verbs = given.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in RULES:
        raise Refused(Fault("badVerb", _about_verb(verbs)))
    rule = RULES[verbs[0]]
    arguments = {name: values for name, values in given.items() if name != "verb"}
    faults = [*_wrong_names(verbs[0], rule, arguments), *_wrong_values(rule, arguments)]
    if faults:
        raise Refused(*(Fault("badArgument", sentence) for sentence in faults))
    return {"verb": verbs[0], **{name: values[0] for name, values in arguments.items()}}


def _about_verb(verbs: list[str]) -> str:
    known = ", ".join(RULES)
    if len(verbs) > 1:
        return f"There is more than one verb. Send one of {known}."
    return f"There is no such verb. Send one of {known}." if any(verbs) else f"Send a verb: one of {known}."


def _wrong_names(verb: str, rule: Rule, arguments: Mapping[str, list[str]]) -> list[str]:
    known = rule.required | rule.optional | {rule.exclusive}
    faults = [f"{verb} takes no argument “{name}”." for name in arguments if name not in known or not name]
    faults += [f"The argument {n} is there more than once." for n, v in arguments.items() if len(v) > 1]
    if rule.exclusive in arguments:
        if len(arguments) > 1:
            faults.append(f"{rule.exclusive} has to be the only argument besides verb.")
    else:
        faults += [f"{verb} needs the argument {name}." for name in sorted(rule.required - set(arguments))]
    return faults


def _wrong_values(rule: Rule, arguments: Mapping[str, list[str]]) -> list[str]:
    known = rule.required | rule.optional | {rule.exclusive}
    values = {name: values[0] for name, values in arguments.items() if name in known and len(values) == 1}
    faults = [f"The argument {name} is empty." for name, value in values.items() if not value]
    for name, form in _FORMS.items():
        if values.get(name) and not form.fullmatch(values[name]):
            faults.append(f"The value of {name} is not written as the protocol asks.")
    return faults + _wrong_dates({n: values[n] for n in ("from", "until") if values.get(n)})


def _wrong_dates(given: dict[str, str]) -> list[str]:
    faults = []
    for name, value in given.items():
        try:
            dates.read(value)
        except ValueError:
            faults.append(f"{name} is no date. Write it as YYYY-MM-DD or as {dates.GRANULARITY}.")
    if faults or len(given) < 2:
        return faults
    if dates.is_day(given["from"]) != dates.is_day(given["until"]):
        return ["from and until have to be written alike: both as days, or both with seconds."]
    if given["from"] > given["until"]:
        return ["from is later than until."]
    return []
