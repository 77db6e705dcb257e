"""What the world sees: the page of a thesis, the list of theses, and the stored records to download."""
