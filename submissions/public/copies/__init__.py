"""A reader asks for a copy of a thesis whose files are closed; the author or the office gives or refuses it."""
