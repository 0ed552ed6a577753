"""A real OpenID provider for the journeys: django-oauth-toolkit, with one user and this blog registered."""
