"""Measurements, printed by ``make bench`` and never asserted."""
