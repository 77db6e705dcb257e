"""How one item on a record is brought to its end: where it stands, when it may go, who works on it, and the calls."""
