"""What is said to ORCID's API and what its answers mean: calls, their history, the budget of calls and the circuit."""
