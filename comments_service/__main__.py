"""`python -m comments_service` is the `rapport` command."""

from comments_service.cli import main

main()
