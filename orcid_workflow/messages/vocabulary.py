"""Closed lists of the registry (orcid.md §10–13): what is not in them is refused with 9020, 9023, 9037, 9045,
9051 or 9058.
"""

import re

_WORK_TYPES = """
annotation artistic-performance blog-post book book-chapter book-review cartographic-material
clinical-study conference-abstract conference-output conference-paper conference-poster
conference-presentation conference-proceedings data-management-plan data-set design dictionary-entry
disclosure dissertation-thesis edited-book encyclopedia-entry image invention journal-article
journal-issue learning-object lecture-speech license magazine-article manual moving-image
musical-composition newsletter-article newspaper-article online-resource other patent physical-object
preprint public-speech registered-copyright report research-technique research-tool review software
sound spin-off-company standards-and-policy supervised-student-publication technical-standard test
trademark transcription translation undefined website working-paper
"""
WORK_TYPES = frozenset(_WORK_TYPES.split())

_IDENTIFIER_TYPES = """
agr ark arxiv asin asin-tld authenticusid bibcode cba cgn cienciaiul cit cstr ctx dnb doi eid emdb
empiar ethos grant_number hal handle hir isbn ismn issn jfm jstor k10plus kuid lccn lensid mr oclc ol
osti other-id pat pdb pmc pmid ppr proposal-id raid rfc rrid source-work-id ssrn uri urn wosuid zbl
"""
IDENTIFIER_TYPES = frozenset(_IDENTIFIER_TYPES.split())
RELATIONSHIPS = frozenset(("self", "part-of", "version-of", "funded-by"))
FUNDED_BY_TYPES = frozenset(("grant_number", "proposal-id", "doi", "uri"))
_CITATION_TYPES = """
bibtex ris formatted-apa formatted-harvard formatted-ieee formatted-mla formatted-vancouver
formatted-chicago formatted-unspecified
"""
CITATION_TYPES = frozenset(_CITATION_TYPES.split())

_LEGACY_ROLES = """
author assignee editor chair-or-translator co-investigator co-inventor graduate-student other-inventor
principal-investigator postdoctoral-researcher support-staff
"""
_CREDIT_ROLES = """
conceptualization data-curation formal-analysis funding-acquisition investigation methodology
project-administration resources software supervision validation visualization writing-original-draft
writing-review-editing
"""
# The http scheme and the closing slash belong to the value; https is refused.
CONTRIBUTOR_ROLES = frozenset(_LEGACY_ROLES.split()) | {
    f"http://credit.niso.org/contributor-roles/{role}/" for role in _CREDIT_ROLES.split()
}
AUTHOR = "author"
SUPERVISION = "http://credit.niso.org/contributor-roles/supervision/"

#: The form of a whole ROR address; whether its check digits fit, ``is_ror`` says.
ROR_PATTERN = r"^https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$"
_ROR_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32


def is_ror(value: str) -> bool:
    """Whether ``value`` is a whole ROR address whose check digits fit (ISO 7064 MOD 97-10)."""
    if not re.fullmatch(ROR_PATTERN, value):
        return False
    number = 0
    for character in value[-8:-2]:
        number = number * len(_ROR_ALPHABET) + _ROR_ALPHABET.index(character)
    return int(value[-2:]) == 98 - number * 100 % 97


# disambiguation-source -> whether a text can be an identifier of it (orcid.md §17). Whether the registry has
# that organisation, only the registry can tell (9045).
ORGANISATION_IDS = {
    "ROR": is_ror,
    "FUNDREF": re.compile(r"http://dx\.doi\.org/10\.13039/[0-9]+").fullmatch,
    "GRID": re.compile(r"grid\.[0-9]+\.[0-9a-f]+").fullmatch,
    "LEI": re.compile(r"[0-9A-Z]{18}[0-9]{2}").fullmatch,
    "RINGGOLD": re.compile(r"[0-9]+").fullmatch,
}

# Hebrew, Indonesian and Yiddish by the codes they had before 1989, Chinese by script, no other region.
_LANGUAGES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz
ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha hi ho hr ht hu hy hz ia ie ig ii ik in io
is it iu iw ja ji jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk
ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa
sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz
ve vi vo wa wo xh yo za zh_CN zh_TW zu
"""
LANGUAGES = frozenset(_LANGUAGES.split())
_OLD_CODES = {"he": "iw", "id": "in", "yi": "ji"}
_TRADITIONAL = frozenset(("hant", "tw", "hk", "mo"))

# ISO 3166-1 alpha-2.
_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
YT ZA ZM ZW
"""
COUNTRIES = frozenset(_COUNTRIES.split())


def language(tag: str) -> str:
    """Return ORCID's code for a BCP 47 tag (``en-GB`` -> ``en``, ``he`` -> ``iw``), or "" when it has
    none.
    """
    parts = tag.replace("_", "-").lower().split("-")
    if parts[0] == "zh":
        return "zh_TW" if _TRADITIONAL & set(parts[1:]) else "zh_CN"
    code = _OLD_CODES.get(parts[0], parts[0])
    return code if code in LANGUAGES else ""
