"""Models of a thesis and of its case. Import them from here."""

from .case import AgreementAcceptance, AuthorProfile, Status, StatusChange, Submission
from .clients import ApiKey
from .committee import CommitteeMember, CommitteeRole, Decision, Invitation, Verdict, WithdrawnId
from .deliveries import Delivery, DeliveryCall, PackageTaken, Wish
from .discovery import CopyRequest, FileText, RecordPerson
from .files import ThesisFile
from .imports import FoundId, ImportedRecord
from .records import HarvestClock, StoredRecord
from .related import Relation, ThesisFunding, ThesisRelatedWork
from .texts import ThesisAbstract
from .thesis import ThesisIndexPage, ThesisPage
from .vocabulary import Agreement, Degree, EmbargoOption, Licence, Programme, Term
from .workflow import CommitteeTask, ConferralTask, GraduateSchoolTask

__all__ = [
    "Agreement",
    "AgreementAcceptance",
    "ApiKey",
    "AuthorProfile",
    "CommitteeMember",
    "CommitteeRole",
    "CommitteeTask",
    "ConferralTask",
    "CopyRequest",
    "Decision",
    "Degree",
    "Delivery",
    "DeliveryCall",
    "EmbargoOption",
    "FileText",
    "FoundId",
    "GraduateSchoolTask",
    "HarvestClock",
    "ImportedRecord",
    "Invitation",
    "Licence",
    "PackageTaken",
    "Programme",
    "RecordPerson",
    "Relation",
    "Status",
    "StatusChange",
    "StoredRecord",
    "Submission",
    "Term",
    "ThesisAbstract",
    "ThesisFile",
    "ThesisFunding",
    "ThesisIndexPage",
    "ThesisPage",
    "ThesisRelatedWork",
    "Verdict",
    "Wish",
    "WithdrawnId",
]
