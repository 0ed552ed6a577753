"""What the author's commands promise."""
