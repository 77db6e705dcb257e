"""A degree for an ORCID record: ``education:education`` of API 3.0 (education-3.0.xsd; orcid.md §17 and §21)."""

from dataclasses import dataclass

from lxml import etree

from . import COMMON, EDUCATION, InvalidMessage, clean, parts, vocabulary
from .parts import ExternalId, FuzzyDate, add

__all__ = ["Education", "ExternalId", "FuzzyDate", "Organisation", "check", "to_xml"]

TEXT_LIMIT = 4000
_NO_SELF = (
    "The degree has no identifier of its own: "
    "without one, a lost answer of ORCID would put it on the record twice."
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """The institution. ``identifier`` is one that ORCID knows in ``source``: for ROR the whole address,
    ``https://ror.org/052gg0110``. ``country`` is ISO 3166-1 alpha-2. All but ``region`` are required.
    """

    name: str
    city: str
    country: str
    identifier: str
    source: str = "ROR"
    region: str = ""


@dataclass(frozen=True, slots=True)
class Education:
    """A degree, in progress while it has no ``end``. ``role_title`` is the name of the degree.

    ``organisation`` and one ``self`` identifier are required: ORCID itself asks for none, and would then put
    the same degree on a record twice (orcid.md §15).
    """

    organisation: Organisation
    external_ids: tuple[ExternalId, ...]
    role_title: str = ""
    department: str = ""
    start: FuzzyDate | None = None
    end: FuzzyDate | None = None
    url: str = ""


def check(education: Education) -> list[str]:
    """Return why the registry would refuse the degree, in words; empty when it would take it.

    The rules are those of orcid.md §17: 9020 and 9049 for dates, 9055 for their order, 9045, 9046, 9060 and
    9037 for the organisation, 9023 for identifiers, and the lengths of the schema.
    """
    problems = _check_organisation(education.organisation)
    problems += parts.check_length("name of the degree", education.role_title, TEXT_LIMIT)
    problems += parts.check_length("department", education.department, TEXT_LIMIT)
    wrong_dates = parts.check_date("the start", education.start) + parts.check_date("the end", education.end)
    if not wrong_dates and _ends_before_it_starts(education):
        wrong_dates = ["The degree ends before it starts."]
    problems += wrong_dates
    if education.url and not parts.is_web_address(education.url):
        problems.append(f"The address “{education.url}” is not a web address.")
    return problems + parts.check_external_ids(education.external_ids, no_self=_NO_SELF)


def _check_organisation(organisation: Organisation) -> list[str]:
    problems = []
    for name, text in (
        ("name of the institution", organisation.name),
        ("city of the institution", organisation.city),
        ("country of the institution", organisation.country),
        ("identifier of the institution, such as its ROR,", organisation.identifier),
    ):
        if not clean(text):
            problems.append(f"The {name} is missing.")
    for name, text in (
        ("name", organisation.name),
        ("city", organisation.city),
        ("region", organisation.region),
    ):
        problems += parts.check_length(f"{name} of the institution", text, TEXT_LIMIT)
    if organisation.country and organisation.country not in vocabulary.COUNTRIES:
        problems.append(f"“{organisation.country}” is not a country code of two capital letters.")
    fits = vocabulary.ORGANISATION_IDS.get(organisation.source)
    if fits is None:
        problems.append(f"ORCID takes no identifiers of organisations from “{organisation.source}”.")
    elif clean(organisation.identifier) and not fits(organisation.identifier):
        problems.append(f"“{organisation.identifier}” is not an identifier of {organisation.source}.")
    return problems


def _ends_before_it_starts(education: Education) -> bool:
    """Whether the order is wrong in the parts that both dates have."""
    if not education.start or not education.end:
        return False
    start, end = education.start.known, education.end.known
    shared = min(len(start), len(end))
    return end[:shared] < start[:shared]


def to_xml(education: Education, put_code: int | None = None) -> bytes:
    """Return the message, elements in the order of education-3.0.xsd. Raises ``InvalidMessage`` when ORCID would
    refuse it. The same degree always gives the same bytes.
    """
    if problems := check(education):
        raise InvalidMessage(problems)
    root = etree.Element(f"{{{EDUCATION}}}education", nsmap={"education": EDUCATION, "common": COMMON})
    if put_code is not None:
        root.set("put-code", str(put_code))
    add(root, COMMON, "department-name", clean(education.department))
    add(root, COMMON, "role-title", clean(education.role_title))
    parts.add_date(root, "start-date", education.start)
    parts.add_date(root, "end-date", education.end)
    _add_organisation(root, education.organisation)
    add(root, COMMON, "url", education.url)
    parts.add_external_ids(root, education.external_ids)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add_organisation(root: etree._Element, organisation: Organisation) -> None:
    node = etree.SubElement(root, f"{{{COMMON}}}organization")
    add(node, COMMON, "name", clean(organisation.name))
    address = etree.SubElement(node, f"{{{COMMON}}}address")
    add(address, COMMON, "city", clean(organisation.city))
    add(address, COMMON, "region", clean(organisation.region))
    add(address, COMMON, "country", organisation.country)
    disambiguated = etree.SubElement(node, f"{{{COMMON}}}disambiguated-organization")
    add(disambiguated, COMMON, "disambiguated-organization-identifier", organisation.identifier)
    add(disambiguated, COMMON, "disambiguation-source", organisation.source)
