"""A demo university: people, lists, guidance, and theses in every status. All of it is made up."""
