"""An office's past: theses taken in from other systems, and the iDs found there, which their owners can confirm."""
