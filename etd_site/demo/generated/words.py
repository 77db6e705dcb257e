"""What generated theses are made of. All invented; the same seed and number always give the same thesis."""

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field

#: Languages with a few words in their script; the last ones hold what careless writers stumble over.
SCRIPTS = (
    ("en", "Tidal mixing in narrow fjords"),
    ("fr", "Œuvre d’été : le brassage naïf"),
    ("pt", "Ação e coração da maré"),
    ("ru", "Приливное перемешивание вод"),
    ("ar", "المدّ والجزر في المضايق"),
    ("he", "ערבוב גאות במצרים"),
    ("fa", "می‌خواهم دریا را"),
    ("zh", "潮汐混合研究"),
    ("ja", "潮汐の研究　第二部"),
    ("ko", "조석 혼합 연구"),
    ("hi", "ज्वारीय मिश्रण का अध्ययन"),
    ("th", "การผสมของน้ำขึ้นน้ำลง"),
    ("el", "Παλιρροϊκή ανάμειξη"),
    ("pl", "Krótka historia mokradeł"),
    ("de", "𝔉jord-Algebren 𠮷野 👩🏽‍🔬"),
    ("en", 'On <i>R&D</i>, ]]> "quotes" & O’Brien'),
)
#: (given name, family name); either may be missing.
NAMES = (
    ("Josiah", "Carberry"),
    ("Suharti", ""),
    ("María José", "García Márquez"),
    ("يوسف", "الخوارزمي"),
    ("明", "李"),
    ("Jean-Luc", "van der Berg"),
    ("Björk", "Guðmundsdóttir"),
    ("Ольга", "Ладыженская"),
    ("A & B", "<O’Neil>"),
    ("Nguyễn Thị", "Minh Khai"),
    ("Zofia", "Wójcik"),
    ("Amina", "Diallo"),
    ("उषा", "राव"),
)
TOPICS = ("fjords", "tides, mixing", "海洋学", "océanographie", "R&D", "история", "water", "memory")
FUNDERS = (
    ("Research Council", "https://ror.org/00epmv149", "NS/7 & 8"),
    ("Old Fund", "https://doi.org/10.13039/501100001711", "4711"),
    ("A Foundation", "", ""),
)
RELATED = (
    ("HasPart", "An article in the thesis", "doi", "10.5555/part.{}"),
    ("IsPartOf", "Theses of the faculty", "issn", "1234-5679"),
    ("IsVersionOf", "The book", "isbn", "978-0-306-40615-7"),
    ("IsSupplementedBy", "Moorings & drifters", "url", "https://data.example/{}"),
)
ROLES = ("advisor", "co_advisor", "chair", "member", "external")


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One thesis before it is rows. Numbers point into lists that are cycled through; dates are calendar dates.

    ``committee`` holds (person, role, has an iD); ``hidden`` says that the author's name is hidden at ORCID.
    """

    number: int
    uuid: uuid.UUID
    language: str
    title: str
    subtitle: str
    translated_title: tuple[str, str]
    abstract: str
    keywords: tuple[str, ...]
    author: tuple[str, str]
    has_orcid: bool
    hidden: bool
    committee: tuple[tuple[int, str, bool], ...]
    published: dt.date
    defended: dt.date | None
    conferred: dt.date
    degree: int
    programme: int
    embargo: int
    licence: int
    files: int
    doi: str
    handle: str
    funding: tuple[tuple[str, str, str], ...] = field(default=())
    related: tuple[tuple[str, str, str, str], ...] = field(default=())


def blueprint(number: int, seed: int, today: dt.date, people: int) -> Blueprint:
    """Return thesis ``number``. ``people`` is how many committee members there are to choose from."""
    rng = random.Random(f"{seed} {number}")  # noqa: S311 - variety, not secrecy

    def maybe(value, empty, chance: float = 0.6):
        return value if rng.random() < chance else empty

    language, words = SCRIPTS[number % len(SCRIPTS)]
    other = SCRIPTS[(number + 1 + rng.randrange(len(SCRIPTS) - 2)) % len(SCRIPTS)]
    published = today - dt.timedelta(days=rng.randrange(12 * 365))
    paragraph = f"{words}, {number}. " * rng.randrange(4, 20)
    members = rng.sample(range(people), number % 13)
    return Blueprint(
        number=number,
        uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
        language=language,
        title=f"{words} {number}",
        subtitle=maybe(f"{words}, {published.year}", ""),
        translated_title=maybe((f"{other[1]} {number}", other[0]), ("", ""), 0.3),
        abstract="\n\n".join([paragraph.strip()] * rng.randrange(1, 4)),
        keywords=tuple(maybe(rng.sample(TOPICS, rng.randrange(1, 5)), [], 0.8)),
        author=NAMES[rng.randrange(len(NAMES))],
        has_orcid=rng.random() < 0.7,
        hidden=rng.random() < 0.1,
        committee=tuple(
            (member, ROLES[min(place, 4)], rng.random() < 0.5) for place, member in enumerate(members)
        ),
        published=published,
        defended=maybe(published - dt.timedelta(days=60), None),
        conferred=published - dt.timedelta(days=30),
        degree=rng.randrange(1000),
        programme=rng.randrange(1000),
        embargo=maybe(rng.randrange(1000), 0, 0.4),
        licence=rng.randrange(1000),
        files=rng.choice((0, 1, 1, 1, 2, 3)),
        doi=maybe(f"10.5555/generated.{seed}.{number}", ""),
        handle=maybe(f"20.500.12345/{seed}-{number}", "", 0.3),
        funding=tuple(rng.sample(FUNDERS, rng.choice((0, 0, 1, 2)))),
        related=tuple(rng.sample(RELATED, rng.choice((0, 0, 1, 2, 4)))),
    )
