"""What the world sees: the page of a thesis, the list of theses, records, links for machines, feed and site map."""
