"""Models of a thesis and of its case. Import them from here."""

from .case import AgreementAcceptance, AuthorProfile, Status, StatusChange, Submission
from .committee import CommitteeMember, CommitteeRole, Decision, Invitation, Verdict
from .files import ThesisFile
from .records import HarvestClock, StoredRecord
from .related import Relation, ThesisFunding, ThesisRelatedWork
from .thesis import ThesisIndexPage, ThesisPage
from .vocabulary import Agreement, Degree, EmbargoOption, Licence, Programme, Term
from .workflow import CommitteeTask, ConferralTask, GraduateSchoolTask

__all__ = [
    "Agreement",
    "AgreementAcceptance",
    "AuthorProfile",
    "CommitteeMember",
    "CommitteeRole",
    "CommitteeTask",
    "ConferralTask",
    "Decision",
    "Degree",
    "EmbargoOption",
    "GraduateSchoolTask",
    "HarvestClock",
    "Invitation",
    "Licence",
    "Programme",
    "Relation",
    "Status",
    "StatusChange",
    "StoredRecord",
    "Submission",
    "Term",
    "ThesisFile",
    "ThesisFunding",
    "ThesisIndexPage",
    "ThesisPage",
    "ThesisRelatedWork",
    "Verdict",
]
