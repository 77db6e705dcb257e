"""Signing in with the university's own account: OpenID Connect, or a web server that says who somebody is."""
