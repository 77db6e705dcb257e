"""Languages and countries by their ISO codes, from pycountry's tables."""

import pycountry

# ISO 639-1: the languages that every format we write can name (BCP 47, DataCite 4.6 §9, ORCID's closed list).
LANGUAGES: list[tuple[str, str]] = sorted(
    ((language.alpha_2, language.name) for language in pycountry.languages if hasattr(language, "alpha_2")),
    key=lambda pair: pair[1],
)

#: Code -> what readers see: without what ISO 639 adds in brackets, such as "Modern Greek (1453-)".
NAMES: dict[str, str] = {code: name.partition(" (")[0] for code, name in LANGUAGES}

# ISO 3166-1 alpha-2, by the common name where there is one.
COUNTRIES: list[tuple[str, str]] = sorted(
    ((country.alpha_2, getattr(country, "common_name", country.name)) for country in pycountry.countries),
    key=lambda pair: pair[1],
)
