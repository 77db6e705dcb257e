"""Pages for people about their own iD and record, and the tables that put what happened into words."""
