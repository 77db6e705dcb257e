"""Stand-ins for the places that theses are sent to, on this machine: they speak the protocols and refuse as the real
ones do.

One process (``python -m etd_site.demo.places --port P --db FILE [--faults]``), one SQLite file that survives restarts.
A place is a module with a ``PLACE`` (``web.Place``): the beginning of its addresses, a table of routes, and a function
that lists what arrived. ``everywhere.PLACES`` is the table of places.
"""
