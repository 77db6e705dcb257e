"""Thesis records for tests: one by hand (``make_record``) and a seeded family that differs in everything."""

import datetime as dt
import random
import uuid
from dataclasses import replace
from typing import Any

from submissions.metadata.record import (
    Abstract,
    Access,
    CommitteePerson,
    DegreeLevel,
    Funding,
    Licence,
    OrcidId,
    Organisation,
    Person,
    RecordFile,
    RelatedWork,
    Subject,
    ThesisRecord,
    TranslatedTitle,
)

CC_BY = Licence(
    "Creative Commons Attribution 4.0 International",
    "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-4.0",
)
IN_COPYRIGHT = Licence("In copyright", "https://rightsstatements.org/vocab/InC/1.0/")
UNIVERSITY = Organisation("Example University", "https://ror.org/05dxps055", "Bergen", "NO")

# One word in each script, and text that breaks careless writers. (language tag, words)
SCRIPTS = (
    ("en", 'Tidal mixing, <i>fjords</i> & ]]> "quotes" &amp; O\'Brien'),
    ("fr", "Œuvre d’été — « brassage\u00a0» \u202fnaïf"),
    ("pt-BR", "Ação e coração: maré"),
    ("ru", "Приливное перемешивание"),
    ("ar", "\u202bالمدّ والجزر\u202c في المضايق"),
    ("he", "ערבוב גאות"),
    ("fa", "می\u200cخواهم"),
    ("zh-Hans", "潮汐混合研究"),
    ("ja", "潮汐の研究\u3000第二部"),
    ("hi", "ज्वारीय मिश्रण"),
    ("th", "การผสมของน้ำขึ้นน้ำลง"),
    ("el", "Παλιρροϊκή ανάμειξη e\u0301"),
    ("de", "𝔉jord 𝒜-Algebren 𠮷野 👩🏽‍🔬"),
)
# Each of these is forbidden in XML 1.0, or unwanted everywhere (C1).
CONTROLS = "\x00\x01\x08\x0b\x0c\x0e\x1f\x7f\x80\x9f\ud800\udfff\ufffe\uffff"
PEOPLE = (
    ("Josiah", "Carberry"),
    ("Suharto", ""),
    ("", "Madonna"),
    ("María José", "García Márquez"),
    ("يوسف", "الخوارزمي"),
    ("明", "李"),
    ("Jean-Luc, Jr.", "van der Berg"),
    ("Björk", "Guðmundsdóttir"),
    ("Ольга", "Ладыженская"),
    ("A & B", "<O'Neil>"),
)
ROLES = (
    ("advisor", "Advisor", True),
    ("co_advisor", "Co-advisor", True),
    ("chair", "Chair", False),
    ("member", "Committee member", False),
    ("external", "External examiner", False),
)
# Grants and related works: complete, half known, and typed by somebody in a hurry.
GRANTS = (
    Funding(
        "Research Council", "https://ror.org/00epmv149", "NS/7 & 8", "Fjords <now>", "https://rcn.example/ns7"
    ),
    Funding("Old Fund", "https://doi.org/10.13039/501100001711", "4711"),
    Funding("Old Fund", "http://dx.doi.org/10.13039/501100001711", "4711", "The same grant again"),
    Funding(
        "A Foundation",
        "https://isni.org/isni/0000000121032683",
        "",
        "",
        "https://foundation.example/g?a=1&b=2",
    ),
    Funding("Somebody's aunt", "https://aunt.example/"),
)
RELATED = (
    RelatedWork(
        "HasPart", "Tides & <fjords>", "doi", "https://doi.org/10.5555/Part.1", "", "Ocean Letters", 2024
    ),
    RelatedWork("HasPart", "A chapter without any identifier", container="Handbook", year=2023),
    RelatedWork("IsPartOf", "Theses of the faculty", "issn", "1234-5678"),
    RelatedWork("IsPartOf", "The same series", "issn", "1234-5678", "https://example.edu/series"),
    RelatedWork("IsVersionOf", "The book", "isbn", "978-0-306-40615-7", "https://press.example/book"),
    RelatedWork("IsVersionOf", "The preprint", "handle", "hdl:20.500.12345/p 1"),
    RelatedWork("IsVersionOf", "Another copy", "handle", "20.500.12345/P1"),
    RelatedWork("IsVersionOf", "Only an address", url="https://archive.example/a?b=c&d"),
    RelatedWork("IsVersionOf", "No scheme that ORCID knows", "barcode", "4711"),
    RelatedWork("IsSupplementedBy", "Moorings", "doi", "see the web site", "https://data.example/1"),
    RelatedWork("IsSupplementedBy", "Code", "swh", "swh:1:cnt:1"),
)

MIMES = ("application/pdf", "text/csv", "video/mp4")

# Subjects: of a classification with everything, with its name alone, and a bare term.
SUBJECTS = (
    Subject(
        "Oceanography & <marine> science",
        "Fields of Science and Technology (FOS)",
        "https://vocabs.example/fos",
        "https://vocabs.example/fos/1.5?a=1&b=2",
        "1.5",
    ),
    Subject("Tides", "lcsh", "", "http://id.loc.gov/authorities/subjects/sh85135283"),
    Subject("Fjords", "A classification of our own"),
    Subject("Sea"),
)


def make_orcid(number: int = 15_097_000) -> OrcidId:
    """An authenticated iD for any number below 10**15, its check digit computed (ISO 7064 MOD 11-2)."""
    digits, total = f"{number:015d}", 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    path = "-".join(whole[start : start + 4] for start in range(0, 16, 4))
    return OrcidId(path, dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC), "local", "APP-TEST")


def make_member(number: int = 0, orcid: OrcidId | None = None, **overrides: Any) -> CommitteePerson:
    """The ``number``-th committee member: names and roles go round."""
    role, label, supervises = ROLES[number % len(ROLES)]
    given, family = PEOPLE[(number + 3) % len(PEOPLE)]
    return CommitteePerson(Person(given, family, orcid), role, label, supervises, **overrides)


def make_file(**overrides: Any) -> RecordFile:
    """A PDF of 214 pages."""
    base = RecordFile(
        name="thesis.pdf",
        mime="application/pdf",
        size=2_101_345,
        sha256="ab" * 32,
        pages=214,
        url="https://theses.example.edu/files/1/thesis.pdf",
    )
    return replace(base, **overrides)


def make_record(**overrides: Any) -> ThesisRecord:
    """A complete, open doctoral thesis with three iDs: the author's, an advisor's and the chair's."""
    base = ThesisRecord(
        uuid="5f0c3e2a-8a53-4a6e-9c53-0f6f3f1d2b11",
        url="https://theses.example.edu/theses/2026/tidal-mixing/",
        title="Tidal mixing in fjords",
        subtitle="a field study",
        author=Person("Josiah", "Carberry", make_orcid(1)),
        institution=UNIVERSITY,
        degree_name="PhD",
        degree_abbreviation="Ph.D.",
        degree_level=DegreeLevel.DOCTORAL,
        language="en",
        abstract="First paragraph.\n\nSecond paragraph.",
        licence=CC_BY,
        published=dt.date(2026, 6, 2),
        department="Department of Oceanography",
        programme="Physical Oceanography",
        keywords=("fjords", "mixing, tidal"),
        committee=(
            CommitteePerson(
                Person("Ada", "Laud", make_orcid(2)), "advisor", "Advisor", True, "Tromsø Museum"
            ),
            CommitteePerson(Person("Max", "Reader", make_orcid(3)), "chair", "Chair", False),
            CommitteePerson(Person("Una", "Plain"), "member", "Committee member", False),
        ),
        files=(make_file(),),
        submitted=dt.date(2026, 3, 1),
        defended=dt.date(2026, 4, 15),
        conferred=dt.date(2026, 5, 1),
        modified=dt.datetime(2026, 6, 2, 10, 0, tzinfo=dt.UTC),
    )
    return replace(base, **overrides)


def full_record(**overrides: Any) -> ThesisRecord:
    """``make_record`` with everything a thesis may have besides: DOI, handle, grants, related works, a translation."""
    everything = {
        "doi": "10.5555/tidal.mixing",
        "handle": "20.500.12345/678",
        "urn": "urn:nbn:no-12345",
        "isbn": "978-0-306-40615-7",
        "number": "T-00042",
        "subjects": SUBJECTS,
        "other_abstracts": (Abstract("Første avsnitt.\n\nAndre avsnitt.", "nb"), Abstract("Resumen.", "es")),
        "translated_title": TranslatedTitle("Tidevannsblanding i fjorder", "nb"),
        "funding": GRANTS,
        "related": RELATED,
    }
    return make_record(**everything | overrides)


def embargoed(until: dt.date | None = dt.date(2028, 5, 1), **overrides: Any) -> ThesisRecord:
    """``make_record`` with its files closed until ``until`` (``None``: no end is set)."""
    return make_record(access=Access.EMBARGOED, embargo_until=until, **overrides)


def closed(**overrides: Any) -> ThesisRecord:
    """``make_record`` of a thesis of which only the metadata are here."""
    return make_record(access=Access.CLOSED, files=(), **overrides)


def varied_records(count: int, seed: int = 7) -> list[ThesisRecord]:
    """``count`` records that differ in script, people, dates, access, files and what is empty.

    The same seed gives the same records. Scripts, committee sizes 0–12, the kinds of access, hidden names and records
    with nothing but what every thesis has go round, so that 78 records hold them all whatever the seed.
    """
    rng = random.Random(seed)  # noqa: S311 - variety, not secrecy
    records = [_varied(rng, index) for index in range(count)]
    return [bare(record) if index % 40 == 39 else record for index, record in enumerate(records)]


def bare(record: ThesisRecord) -> ThesisRecord:
    """``record`` without all that a thesis can do without."""
    return replace(
        record,
        institution=Organisation(record.institution.name),
        licence=Licence("", ""),
        access=Access.CLOSED,
        **dict.fromkeys(("committee", "files", "funding", "related", "keywords", "subjects", "other_abstracts"), ()),
        **dict.fromkeys(("submitted", "defended", "conferred", "translated_title"), None),
        **dict.fromkeys(
            ("abstract", "subtitle", "degree_name", "degree_abbreviation", "department", "programme",
             "doi", "handle", "urn", "isbn", "number", "language"), ""),
    )  # fmt: skip


def _varied(rng: random.Random, index: int) -> ThesisRecord:
    language, words = SCRIPTS[index % len(SCRIPTS)]

    def maybe(value: Any, empty: Any) -> Any:
        return value if rng.random() < 0.6 else empty

    def orcid() -> OrcidId | None:
        return maybe(make_orcid(rng.randrange(10**15)), None)

    def dirty(text: str) -> str:
        place = rng.randrange(len(text) + 1)
        return text[:place] + rng.choice(CONTROLS) + text[place:]

    published = dt.date(2026, 1, 1) + dt.timedelta(days=rng.randrange(300))
    files = rng.randrange(4)
    access, until = (
        (Access.OPEN, None),
        (Access.EMBARGOED, published + dt.timedelta(days=rng.randrange(1, 1500))),
        (Access.OPEN, published + dt.timedelta(days=rng.randrange(1, 200))),
        (Access.EMBARGOED, None),
    )[index % 4]

    def member(number: int) -> CommitteePerson:
        seat = make_member(number, orcid(), affiliation=maybe(dirty(words), ""))
        if rng.random() < 0.1:  # a name that its owner hides, or that is nothing but what may not be written
            return replace(seat, person=Person("", maybe("", dirty(" ")), seat.person.orcid))
        claim = "" if seat.person.orcid else maybe(make_orcid(rng.randrange(10**15)).path, "")
        return replace(seat, person=replace(seat.person, unconfirmed_orcid=claim))

    paragraph = f"{words} {dirty(words)}. " * rng.randrange(1, 60)
    abstract = "\n\n".join([paragraph] * rng.randrange(1, 6)) + "\r\nlast\u2028line"
    given, family = ("", "") if index % 30 == 29 else PEOPLE[index % len(PEOPLE)]
    author, claim = Person(given, family, orcid()), maybe(make_orcid(rng.randrange(10**15)).path, "")
    return make_record(
        uuid=str(uuid.UUID(int=rng.getrandbits(128))),
        url=f"https://theses.example.edu/theses/{published.year}/{index}-{words.split()[0].strip('<&')}/",
        title=dirty(f"{words} {index}"),
        subtitle=maybe(dirty(words), ""),
        author=author if author.orcid else replace(author, unconfirmed_orcid=claim),
        institution=maybe(UNIVERSITY, Organisation(words)),
        degree_name=maybe(words, ""),
        degree_abbreviation=maybe(words[:20], ""),
        degree_level=rng.choice(list(DegreeLevel)),
        language=language,
        abstract=maybe(abstract, ""),
        licence=rng.choice((CC_BY, IN_COPYRIGHT, Licence("All rights reserved", ""))),
        published=published,
        access=access if files else Access.CLOSED,
        department=maybe(words, ""),
        programme=maybe(f"Programme {words}", ""),
        keywords=maybe((f"{words}, with comma", words, dirty("tide"), words), ()),
        committee=tuple(member(number) for number in range(index // 6 % 13)),
        files=tuple(
            make_file(
                name=f"{number} {words}.pdf",
                mime=MIMES[number % len(MIMES)],
                pages=maybe(99, 0),
                md5=maybe("cd" * 16, ""),
                size=rng.randrange(1, 10**9),
            )
            for number in range(files)
        ),
        submitted=maybe(published - dt.timedelta(days=90), None),
        defended=maybe(published - dt.timedelta(days=60), None),
        conferred=maybe(published - dt.timedelta(days=30), None),
        embargo_until=until,
        translated_title=maybe(TranslatedTitle(dirty(words), rng.choice(SCRIPTS)[0]), None),
        other_abstracts=tuple(
            Abstract(dirty(f"{text}.\n\n{text}"), tag) for tag, text in rng.sample(SCRIPTS, rng.randrange(4))
        ),
        subjects=tuple(rng.sample(SUBJECTS, rng.randrange(len(SUBJECTS) + 1))),
        urn=maybe(f"urn:nbn:de:101-{index}<&>", ""),
        isbn=maybe(rng.choice(("978-0-306-40615-7", "9780306406157", "0-8044-2957-X")), ""),
        number=maybe(f"T-{index:05d}", ""),
        doi=maybe(f"10.5555/{index}.<a>&b({index})", ""),
        handle=maybe(f"20.500.12345/{index}<&>", ""),
        funding=tuple(
            replace(grant, award_number=dirty(grant.award_number or " "), award_title=maybe(dirty(words), ""))
            for grant in rng.sample(GRANTS, rng.randrange(len(GRANTS) + 1))
        ),
        related=tuple(
            replace(work, title=dirty(words), container=maybe(dirty(words), ""))
            for work in rng.sample(RELATED, rng.randrange(len(RELATED) + 1))
        ),
    )
