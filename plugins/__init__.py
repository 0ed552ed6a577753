"""The plugins of the site's build: one package each, one job each."""
