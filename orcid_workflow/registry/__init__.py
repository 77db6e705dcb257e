"""A local ORCID registry for demonstration, development and tests.

A Django project of its own: its own settings, database file and process. It plays ORCID's sign-in site and
the Member API v3.0 and refuses what ORCID refuses. It is never installed in a site's settings.

Start it with ``python -m orcid_workflow.registry --port 8001 --db PATH [--people PATH.json]``.
"""
