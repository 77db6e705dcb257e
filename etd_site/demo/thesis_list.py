"""What the demo's theses say, and how far each has come."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DemoThesis:
    """One thesis. ``goal`` is how far it goes: a key of ``theses.STAGES``. ``committee`` holds (username, role)."""

    student: str
    goal: str
    title: str = ""
    subtitle: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    programme: str = "Earth Sciences"
    degree: str = "PhD"
    language: str = "en"
    licence: str = "CC-BY-4.0"
    months: int = 0
    committee: tuple[tuple[str, str], ...] = (
        ("member", "advisor"),
        ("member2", "chair"),
        ("member3", "external"),
    )
    comments: dict[str, str] = field(default_factory=dict)


THESES = [
    DemoThesis(
        "student2",
        "draft",
        "Scheduling charging stations under uncertain demand",
        keywords=("electric vehicles", "scheduling"),
        programme="Computer Science",
        degree="MSc",
        committee=(("member2", "advisor"),),
    ),
    DemoThesis(
        "student3",
        "changes_requested",
        "Paper roads",
        "Letters of credit between Quanzhou and Melaka, 1560–1640",
        "Merchants on the South China Sea moved goods on trust long before banks reached them. This thesis follows "
        "the letters of credit that survive in three archives and asks who honoured them, and who did not.\n\n"
        "It argues that reputation travelled faster than ships, because letters were copied at every port.",
        ("trade", "credit", "South China Sea", "archives"),
        "History",
        comments={
            "abstract": "Please say in the abstract which three archives you used.",
            "keywords": "Add the years, so that readers find the period.",
        },
    ),
    DemoThesis(
        "bruno",
        "with_committee",
        "Mangrove roots as wave breakers",
        "A flume study at half scale",
        "Mangroves protect coasts, but how much protection a given width of forest gives is hard to say. In a flume at "
        "half scale we measured wave heights behind eleven arrangements of model roots.",
        ("mangroves", "waves", "coastal protection"),
        committee=(("member2", "advisor"), ("member3", "chair"), ("member", "member")),
    ),
    DemoThesis(
        "priya",
        "with_committee",
        "Who answers the second call?",
        "Follow-up in community midwifery",
        "Most programmes count first visits. This thesis counts the second call, made to 2,310 women in four "
        "districts, and finds that distance matters less than who makes it.",
        ("midwifery", "community health", "follow-up"),
        "Public Health",
    ),
    DemoThesis(
        "lukas",
        "in_review",
        "Bounds for online packing with advice",
        "",
        "An online algorithm that may ask for a few bits of advice can pack better. We give bounds on how many bits "
        "are needed to come within a factor of 1 + 1/k of the best packing.",
        ("online algorithms", "bin packing", "advice complexity"),
        "Computer Science",
        "MSc",
        committee=(("member3", "advisor"), ("member2", "member")),
    ),
    DemoThesis(
        "aoife",
        "in_review",
        "Peat that remembers",
        "Charcoal layers and the fires of the Atlantic west",
        "Charcoal in blanket bogs keeps a record of fires for six thousand years. Forty-two cores from the Atlantic "
        "west are dated and compared with what is known of settlement.",
        ("peat", "charcoal", "fire history", "Holocene"),
    ),
    DemoThesis(
        "ivan",
        "approved",
        "Small nets, large rivers",
        "Estimating sediment load from sparse gauges",
        "Large rivers are measured at few places. We estimate the sediment they carry from satellite images and a "
        "handful of gauges, and say how wrong the estimate may be.",
        ("sediment", "rivers", "remote sensing"),
    ),
    DemoThesis(
        "kenji",
        "published",
        "Tidal mixing in narrow fjords",
        "A field study over three winters",
        "Where a fjord narrows, the tide does the work of the wind. Over three winters we measured currents and "
        "salinity at nine stations and found that mixing peaks two hours after the turn of the tide.\n\n"
        "A simple model with two layers reproduces the timing, but not the strength.",
        ("fjords", "tides", "mixing", "oceanography"),
    ),
    DemoThesis(
        "nadia",
        "published",
        "The price of clean water",
        "Household choices in three delta towns",
        "Households in three delta towns choose between four sources of water every day. A diary study with 412 "
        "households shows that they pay for certainty rather than for purity.",
        ("water", "households", "public health"),
        "Public Health",
        licence="CC-BY-NC-ND-4.0",
        months=12,
    ),
    DemoThesis(
        "suharti",
        "published",
        "Weaving patterns as memory",
        "",
        "Weavers of two islands remember patterns without drawing them. From interviews and the cloths themselves this "
        "thesis describes how a pattern of four hundred rows is kept in mind and taught.",
        ("weaving", "memory", "craft"),
        "History",
        licence="",
    ),
    DemoThesis(
        "zofia",
        "published",
        "Krótka historia mokradeł",
        "Osuszanie i powrót wody nad Narwią",
        "Praca opisuje dwieście lat osuszania mokradeł nad Narwią i pierwsze próby przywracania wody. Źródłem są mapy, "
        "księgi melioracyjne i rozmowy z mieszkańcami.",
        ("mokradła", "historia środowiska", "Narew"),
        "History",
        "MSc",
        "pl",
        committee=(("member3", "advisor"), ("member", "member")),
    ),
    DemoThesis(
        "leila",
        "withdrawn",
        "Night buses and the shape of a city",
        "",
        "Maps of night buses show which districts a city thinks of as awake. We compare five cities.",
        ("transport", "cities"),
        "Public Health",
        "MSc",
        committee=(("member2", "advisor"), ("member", "member")),
    ),
]
