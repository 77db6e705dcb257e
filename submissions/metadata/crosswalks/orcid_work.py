"""A thesis as an ORCID work. It cannot carry: other committee members, embargo, degree, programme, licence, files."""

from orcid_workflow.messages.work import AUTHOR, SUPERVISION, Contributor, ExternalId, FuzzyDate, Work

from ..record import Person, ThesisRecord


def to_work(record: ThesisRecord) -> Work:
    """Return the ORCID work of a thesis (ORCID v3.0, work-3.0.xsd; orcid.md §10–13).

    Authenticated iDs only; the student is the author, each advisor supervises. The date is that of the degree.
    """
    supervisors = [member.person for member in record.committee if member.supervises]
    return Work(
        title=record.title,
        subtitle=record.subtitle,
        journal_title=record.institution.name,
        short_description=record.abstract,
        publication_date=FuzzyDate.of(record.conferred or record.published),
        external_ids=(ExternalId("source-work-id", record.uuid, record.url),),
        url=record.url,
        contributors=(
            _contributor(record.author, AUTHOR),
            *(_contributor(person, SUPERVISION) for person in supervisors),
        ),
        language=record.language,
        country=record.institution.country,
    )


def _contributor(person: Person, role: str) -> Contributor:
    return Contributor(person.display, role, person.orcid.path if person.orcid else "")
