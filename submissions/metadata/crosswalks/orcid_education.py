"""A degree as an education affiliation at ORCID. It cannot carry: programme, level, and who confirmed it."""

from orcid_workflow.messages.education import Education, ExternalId, FuzzyDate, Organisation
from submissions.metadata.record import DegreeRecord


def to_education(degree: DegreeRecord) -> Education:
    """Return the education of a degree (ORCID v3.0, education-3.0.xsd; orcid.md §17).

    The submission's uuid is its ``self`` identifier, as ``other-id``: it names the degree here, not the thesis. There
    is no address in it, because the degree stays when the thesis' page goes.
    """
    institution = degree.institution
    return Education(
        organisation=Organisation(
            institution.name, institution.city, institution.country, institution.ror, "ROR"
        ),
        department=degree.department,
        role_title=degree.degree_name,
        start=FuzzyDate.of(degree.enrolled) if degree.enrolled else None,
        end=FuzzyDate.of(degree.conferred) if degree.conferred else None,
        external_ids=(ExternalId("other-id", degree.uuid),),
    )
