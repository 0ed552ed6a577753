"""The doors on the web, sorted by who knocks; Flask lives here."""
