"""Signals for the host site."""

from django.dispatch import Signal

connection_changed = Signal()
"""Sent after the transaction commits, with ``connection`` (Connection) and ``change``: ``connected``,
``disconnected``, ``revoked`` or ``record``."""
