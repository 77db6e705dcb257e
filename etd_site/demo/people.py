"""The people of the demo: their accounts on the site and their records at the local ORCID registry. All invented."""

import secrets
from dataclasses import dataclass, field

from orcid_workflow import ids
from submissions.permissions import MANAGER_GROUP, REGISTRAR_GROUP, STAFF_GROUP

#: Invented, with true check digits; the local registry knows it.
NORTHFIELD_ROR = "https://ror.org/0n0rthf93"
PASSWORD = "demo"  # noqa: S105 - the demo's accounts are public on purpose
CLIENT_SCOPES = "openid /read-limited /activities/update"
COMMITTEE = "committee member"


def demo_orcid(number: int) -> str:
    """Return the demo's iD number ``number``: in the range ORCID gives out, with a true check digit."""
    digits = f"00090009{number:07d}"
    text = digits + ids.check_digit(digits)
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


@dataclass(frozen=True)
class DemoPerson:
    """One person. ``groups`` are those of the site; ``token`` says that they have connected their iD already."""

    username: str
    given: str
    family: str
    number: int
    role: str
    groups: tuple[str, ...] = ()
    superuser: bool = False
    connected: bool = False
    record: dict = field(default_factory=dict)

    @property
    def email(self) -> str:
        """An address that reaches nobody (RFC 2606)."""
        return f"{self.username}@example.edu"

    @property
    def orcid(self) -> str:
        """The bare iD."""
        return demo_orcid(self.number)

    @property
    def scopes(self) -> str:
        """What they permitted when they connected: committee members confirm their iD and nothing else."""
        return "openid" if self.role == COMMITTEE else CLIENT_SCOPES

    @property
    def name(self) -> str:
        """The name as it is read aloud."""
        return f"{self.given} {self.family}".strip()


def _study(title: str, department: str, start: str) -> dict:
    return {
        "educations": [
            {
                "role_title": title,
                "department": department,
                "organization": "Northfield University",
                "city": "Northfield",
                "country": "GB",
                "org_id": NORTHFIELD_ROR,
                "start": start,
            }
        ]
    }


def _post(title: str, department: str, start: str, organisation: str = "Northfield University") -> dict:
    return {
        "employments": [
            {
                "role_title": title,
                "department": department,
                "organization": organisation,
                "city": "Northfield",
                "country": "GB",
                "start": start,
            }
        ]
    }


PEOPLE: list[DemoPerson] = [
    DemoPerson(
        "student",
        "Amina",
        "Rahal",
        1,
        "student",
        record={
            **_study("PhD candidate", "Department of Earth Sciences", "2022-10"),
            **_post("Graduate teaching assistant", "Department of Earth Sciences", "2023-01"),
            "credit_name": "Amina K. Rahal",
            "other_names": ["A. K. Rahal", "Amina Khalil"],
            "country": "GB",
            "keywords": ["coastal erosion", "sediment transport", "remote sensing"],
            "researcher_urls": [{"name": "Field notes", "url": "https://example.org/rahal"}],
            "fundings": [
                {
                    "title": "Shorelines under rising seas",
                    "type": "salary-award",
                    "organization": "Natural Environment Research Council",
                    "city": "Swindon",
                    "country": "GB",
                    "org_id": "https://ror.org/02b5d8509",
                    "grant_number": "NE/X00001/1",
                    "start": "2022-10",
                    "end": "2026-03",
                    "amount": "68400",
                    "currency": "GBP",
                },
                {
                    "title": "Fieldwork on soft cliffs",
                    "organization": "Northfield University",
                    "city": "Northfield",
                    "country": "GB",
                    "org_id": NORTHFIELD_ROR,
                    "grant_number": "FW-2024-17",
                    "start": "2024",
                },
            ],
            "works": [
                {
                    "title": "Counting pebbles: drone surveys of a shingle beach",
                    "doi": "10.5555/rahal.2024.1",
                    "journal": "Journal of Invented Shores",
                    "date": "2024-03",
                },
                {
                    "title": "How fast does a cliff retreat? Nine years of photographs",
                    "doi": "10.5555/rahal.2025.2",
                    "journal": "Coastal Examples",
                    "date": "2025-06-12",
                },
                {
                    "title": "A draft that only its author sees",
                    "doi": "10.5555/rahal.draft",
                    "visibility": "private",
                },
            ],
        },
    ),
    DemoPerson(
        "student2",
        "Jonas",
        "Weber",
        2,
        "student",
        # As little as one can enter: null wherever ORCID may give null.
        record={
            **_study("MSc student", "Department of Computer Science", "2025-09"),
            "country": "DE",
            "sparse": True,
            "works": [{"title": "Bachelor’s thesis", "type": "other", "handle": "99999/weber.1"}],
        },
    ),
    DemoPerson(
        "student3",
        "Mei-Ling",
        "Chen",
        3,
        "student",
        connected=True,
        record={
            **_study("PhD candidate", "Department of History", "2021-10"),
            "keywords": ["trade", "archives"],
        },
    ),
    DemoPerson(
        "member",
        "Helen",
        "Okafor",
        11,
        COMMITTEE,
        record=_post("Professor of Coastal Geology", "Department of Earth Sciences", "2011"),
    ),
    DemoPerson(
        "member2",
        "Luís",
        "Ferreira",
        12,
        COMMITTEE,
        connected=True,
        record=_post("Reader in Hydrology", "Department of Earth Sciences", "2016"),
    ),
    DemoPerson(
        "member3",
        "Ingrid",
        "Sørensen",
        13,
        COMMITTEE,
        connected=True,
        record={
            **_post("Professor", "Institute of Geography", "2008", "University of Westhaven"),
            "sparse": True,
        },
    ),
    DemoPerson("staff", "Ruth", "Campbell", 21, "graduate-school staff", (STAFF_GROUP,)),
    DemoPerson("staff2", "Tomasz", "Nowak", 22, "graduate-school staff", (STAFF_GROUP,)),
    DemoPerson("staff3", "Grace", "Adeyemi", 23, "graduate-school staff", (STAFF_GROUP,)),
    DemoPerson("registrar", "Peter", "Lindqvist", 31, "registrar", (REGISTRAR_GROUP,)),
    DemoPerson("registrar2", "Fatima", "Zahra", 32, "registrar", (REGISTRAR_GROUP,)),
    DemoPerson("registrar3", "Owen", "Pritchard", 33, "registrar", (REGISTRAR_GROUP,)),
    DemoPerson("manager", "Sofia", "Marchetti", 41, "repository manager", (MANAGER_GROUP,)),
    DemoPerson("manager2", "Daniel", "Kimani", 42, "repository manager", (MANAGER_GROUP,)),
    DemoPerson("manager3", "Elif", "Yıldız", 43, "repository manager", (MANAGER_GROUP,)),
    DemoPerson("admin", "Alex", "Morgan", 51, "administrator", superuser=True),
    # Students of the theses that are further on; they sign in with the same password.
    DemoPerson("kenji", "Kenji", "Watanabe", 61, "graduate", connected=True),
    DemoPerson("nadia", "Nadia", "Haddad", 62, "graduate", connected=True),
    DemoPerson("suharti", "Suharti", "", 63, "graduate", connected=True),
    DemoPerson("zofia", "Zofia", "Kowalska", 64, "graduate", connected=True),
    DemoPerson("bruno", "Bruno", "Almeida", 65, "student", connected=True),
    DemoPerson("priya", "Priya", "Raman", 66, "student", connected=True),
    DemoPerson("lukas", "Lukas", "Brandt", 67, "student", connected=True),
    DemoPerson("aoife", "Aoife", "Byrne", 68, "student", connected=True),
    DemoPerson("ivan", "Ivan", "Petrov", 69, "student", connected=True),
    DemoPerson("leila", "Leila", "Mansouri", 70, "graduate", connected=True),
]


def by_username() -> dict[str, DemoPerson]:
    """The people by the name of their account."""
    return {person.username: person for person in PEOPLE}


def registry_people(tokens: dict[str, dict]) -> list[dict]:
    """The people as the local registry loads them, with the tokens of those who connected before the demo began."""
    return [
        {
            "orcid": person.orcid,
            "password": PASSWORD,
            "username": person.username,
            "given_names": person.given,
            "family_name": person.family,
            "emails": [{"email": person.email, "verified": True, "primary": True, "visibility": "limited"}],
            **person.record,
            **({"tokens": [tokens[person.username]]} if person.username in tokens else {}),
        }
        for person in PEOPLE
    ]


def fresh_token(scopes: str) -> dict:
    """A token pair for a person who is connected from the start, for the site and for the registry alike."""
    return {
        "access_token": secrets.token_hex(16),
        "refresh_token": secrets.token_hex(16),
        "scope": scopes,
        "expires_in": 631_138_518,  # about twenty years, as ORCID gives (orcid.md §4)
    }
