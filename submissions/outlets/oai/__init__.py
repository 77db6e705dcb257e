"""OAI-PMH 2.0 at ``/oai``: the stored records as a list that harvesters read in pages and come back to.

views.py       HTTP: GET and POST, compression, headers
arguments.py   which arguments a verb takes, and what they must look like
verbs.py       the six verbs
listing.py     which records a harvest asks for, a page at a time
resumption.py  where a harvest stands, in a signed token
clock.py       datestamps, and what an answer may speak of
sets.py names.py dates.py answer.py   sets, identifiers and prefixes, moments, bytes
"""
