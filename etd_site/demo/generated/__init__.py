"""Published theses that differ in everything, as many as wanted: ``manage.py generate_theses``."""
