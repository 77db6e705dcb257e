"""A thesis as an ORCID work.

It cannot carry: other committee members, embargo, degree, programme, licence, files, the articles in the thesis and
its data (ORCID knows no such relationship), and grants without a number or an address.
"""

from orcid_workflow.messages import vocabulary
from orcid_workflow.messages.parts import is_web_address
from orcid_workflow.messages.work import (
    AUTHOR,
    SUPERVISION,
    Citation,
    Contributor,
    ExternalId,
    FuzzyDate,
    TranslatedTitle,
    Work,
)
from submissions.metadata.crosswalks import bibtex, terms
from submissions.metadata.record import Funding, Person, RelatedWork, ThesisRecord

# DataCite's relation -> ORCID's. A series is never ``self``, or the next thesis in it would be refused (orcid.md §22).
_RELATIONSHIPS = {"IsPartOf": "part-of", "IsVersionOf": "version-of"}


def to_work(record: ThesisRecord) -> Work:
    """Return the ORCID work of a thesis (ORCID v3.0, work-3.0.xsd; orcid.md §10–13).

    Authenticated iDs only; the student is the author, each advisor supervises. The date is that of the degree. What
    ORCID could not take of grants and related works is left out, so that it does not hold up the thesis.
    """
    supervisors = [member.person for member in record.committee if member.supervises]
    return Work(
        title=record.title,
        subtitle=record.subtitle,
        translated_title=_translated_title(record),
        journal_title=record.institution.name,
        short_description=record.abstract,
        citation=Citation(bibtex.to_text(record)),
        publication_date=FuzzyDate.of(record.conferred or record.published),
        external_ids=_external_ids(record),
        url=record.url,
        contributors=(
            _contributor(record.author, AUTHOR),
            *(_contributor(person, SUPERVISION) for person in supervisors),
        ),
        language=record.language,
        country=record.institution.country,
    )


def _contributor(person: Person, role: str) -> Contributor:
    return Contributor(terms.spoken_name(person), role, person.orcid.path if person.orcid else "")


def _translated_title(record: ThesisRecord) -> TranslatedTitle | None:
    """None too when ORCID's list lacks the language, without which it takes no translated title."""
    translated = record.translated_title
    if translated is None or not translated.title or not vocabulary.language(translated.language):
        return None
    return TranslatedTitle(translated.title, translated.language)


def _external_ids(record: ThesisRecord) -> tuple[ExternalId, ...]:
    """Each identifier once, the first mention winning.

    The uuid stays ``self`` for good, also beside a DOI: by it a work whose answer was lost is found again.
    """
    entries = [ExternalId("source-work-id", record.uuid, record.url)]
    if record.doi:
        entries.append(ExternalId("doi", record.doi, record.doi_url))
    if record.handle:
        entries.append(ExternalId("handle", record.handle, record.handle_url))
    entries += filter(None, map(_related, record.related))
    entries += filter(None, map(_grant, record.funding))
    once: dict[tuple[str, str], ExternalId] = {}
    for entry in entries:
        once.setdefault(entry.key, entry)
    return tuple(once.values())


def _related(work: RelatedWork) -> ExternalId | None:
    relationship = _RELATIONSHIPS.get(work.relation)
    if relationship is None:
        return None
    kind, value, url = work.identifier_type, work.bare, _web_address(work.address)
    if not value and url:
        kind, value = "uri", url
    if not value or kind not in vocabulary.IDENTIFIER_TYPES or (kind == "handle" and not url):
        return None
    return ExternalId(kind, value, url, relationship)


def _grant(grant: Funding) -> ExternalId | None:
    """The grant by its number, or by its address (orcid.md §11: both are types that ``funded-by`` takes)."""
    number, url = grant.award_number, _web_address(grant.award_url)
    if number:
        return ExternalId("grant_number", number, url, "funded-by")
    return ExternalId("uri", url, url, "funded-by") if url else None


def _web_address(address: str) -> str:
    return address if is_web_address(address) else ""
