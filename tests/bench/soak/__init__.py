"""Programmes that try to break the service as it really runs, each whole by `make soak` and short in `make test`."""
