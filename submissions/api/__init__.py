"""The ingest API: a repository's own program takes the records of public theses, with a key (docs/api.md).

It reads what is stored (``StoredRecord``) and writes nothing but a key's last use and the clock of harvests.
"""
