"""Taking over iDs and tokens from an older system: reading the file, proving each token, storing what is proven."""
