"""Pure functions that write a ``ThesisRecord``, one module a format; ``registry.FORMATS`` is the table."""
