"""Every SQL text of the service, as functions that take a `Database` and return records."""
