"""The PDF of a thesis: looked at when it comes in, kept under its checksum, given out by permission."""
