"""The site: what splicing one page costs, and what conversations add to a full build."""
